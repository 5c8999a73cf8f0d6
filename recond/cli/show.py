"""`recond show`: the record of a machine, as kept on this stick."""

from __future__ import annotations

from typing import Annotated

import typer

from recond.cli.context import Context
from recond.core.words import N_, _


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("show", short_help=_("La fiche d'une machine."))(show)


def show(
    ctx: typer.Context,
    tag: Annotated[str, typer.Argument(help=_("Étiquette de la machine, ou « last » : la dernière."))] = "last",
    as_json: Annotated[bool, typer.Option("--json", help=_("La fiche entière, en JSON."))] = False,
) -> None:
    """La fiche d'une machine : état, disques avec leur verdict, système, et ce qui reste à faire."""
    from recond.core.errors import UsageError
    from recond.sink.store import Store
    from recond.ui.card import card_lines
    from recond.ui.console import say

    context: Context = ctx.obj
    store = Store(context.data, context.host)
    card = store.find_card(tag)
    if card is None:
        known = ", ".join(str(one["tag"]) for one in store.cards()[-5:]) or _("aucune")
        raise UsageError(
            N_("pas de fiche « {tag} » dans {data}").format(tag=tag, data=context.data),
            N_("dernières fiches : {known}").format(known=known),
        )
    if as_json:
        from recond.core import canonical

        typer.echo(canonical.dumps(card, indent=1))
        return
    for line in card_lines(card):
        say(context.console, line)
