"""`recond label`: print, or print again, the label of machines whose record is kept here."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from recond.cli.context import Context

if TYPE_CHECKING:
    from recond.sink.store import Store


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("label", short_help="Imprimer ou redessiner des étiquettes.")(label)


def label(
    ctx: typer.Context,
    tags: Annotated[
        list[str] | None, typer.Argument(metavar="[TAG]...", help="Machines ; « last » ou rien : la dernière.")
    ] = None,
    printer: Annotated[str, typer.Option(metavar="P", help="Imprimante, voir : recond list printers.")] = "png",
    media: Annotated[
        str | None, typer.Option(metavar="M", help="Support, voir : recond list media.", show_default=False)
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="F", help="Fichier ou dossier à écrire.", show_default=False)
    ] = None,
    start: Annotated[int, typer.Option(metavar="N", help="Première étiquette libre d'une planche entamée.")] = 1,
) -> int:
    """L'étiquette d'une ou plusieurs machines, d'après leur fiche : image, planche A4 ou imprimante."""
    from recond.core.errors import ExitCode
    from recond.core.labeldata import label_from_card
    from recond.label.media import find_media
    from recond.label.printers import Job, PrintOutcome, find_printer, print_labels
    from recond.sink.store import Store
    from recond.ui.console import say

    context: Context = ctx.obj
    key, _, target = printer.partition("@")
    chosen = find_printer(key)
    support = find_media(media or chosen.default_media)
    store = Store(context.data, context.host)
    today = context.host.moment().wall.date()
    url = store.public_url()
    labels = [label_from_card(_card(store, tag), url=url, printed_on=today) for tag in tags or ["last"]]
    done = print_labels(labels, chosen, support, Job(context.data / "labels", out, start, target or None))
    for one in labels:
        say(context.console, f" {one.tag or 'sans numéro'}   {one.outcome.replace('_', ' ')}")
    failed = done.outcome is PrintOutcome.FAILED
    say(context.console, f" {'[ECHEC]' if failed else '[ OK ]'} {done.text}", indent=" " * 8)
    return ExitCode.LABEL_PENDING if failed else ExitCode.OK


def _card(store: Store, tag: str) -> dict[str, Any]:
    """Return a machine's card. Raises UsageError naming the last ones when there is none."""
    from recond.core.errors import UsageError

    card = store.find_card(tag)
    if card is None:
        known = ", ".join(str(one["tag"]) for one in store.cards()[-5:]) or "aucune"
        raise UsageError(f"pas de fiche « {tag} » dans {store.folder}", f"dernières fiches : {known}")
    return card
