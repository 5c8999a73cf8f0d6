"""`recond import`: take in another stick's parcel, or the server's receipt for this one's."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from recond.cli.context import Context


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("import", short_help="Prendre les fiches d'une autre clé, ou un reçu.")(import_command)


def import_command(
    ctx: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="F", help="Fichier de « recond push --to-file », ou reçu du serveur.")
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
            f" {done.confirmed} événement(s) confirmé(s) par le serveur, {left} en attente",
            indent=" " * 8,
        )
        return
    say(
        context.console,
        f" {done.added} événement(s) pris, {done.already} déjà ici, {done.blobs} pièce(s) jointe(s) ; à envoyer : recond push",
        indent=" " * 8,
    )
    if done.refused:
        raise UsageError(
            "\n  ".join(["refusés :", *done.refused[:20]]), "le fichier de l'autre clé est abîmé : refaites-le"
        )
