"""`recond import`: take in another stick's parcel, or the server's receipt for this one's."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from recond.cli.context import Context
from recond.core.words import N_, _


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("import", short_help=_("Prendre les fiches d'une autre clé, ou un reçu."))(import_command)


def import_command(
    ctx: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="F", help=_("Fichier de « recond push --to-file », ou reçu du serveur."))
    ],
) -> None:
    """Prendre sur cette clé les fiches d'une autre, pour les porter au serveur ; ou le reçu du serveur pour celles d'ici.

    Reçu : ce que le serveur a signé avoir n'attend plus sur la clé. Les machines des fiches importées sont reconnues ici.
    """
    from recond.core.errors import UsageError
    from recond.sink import parcels
    from recond.sink.store import Store
    from recond.ui.console import say

    context: Context = ctx.obj
    store = Store(context.data, context.host)
    done = parcels.take(context.data, store.outbox, file)
    if done.confirmed is not None:
        left = len(store.outbox.waiting())
        say(
            context.console,
            _(" {confirmed} événement(s) confirmé(s) par le serveur, {left} en attente").format(
                confirmed=done.confirmed, left=left
            ),
            indent=" " * 8,
        )
        return
    say(
        context.console,
        _(
            " {added} événement(s) pris, {already} déjà ici, {blobs} pièce(s) jointe(s) ; à envoyer : recond push"
        ).format(added=done.added, already=done.already, blobs=done.blobs),
        indent=" " * 8,
    )
    if done.refused:
        raise UsageError(
            "\n  ".join([N_("refusés :"), *done.refused[:20]]), N_("le fichier de l'autre clé est abîmé : refaites-le")
        )
