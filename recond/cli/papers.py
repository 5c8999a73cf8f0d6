"""`recond papers`: the A4 sheets of a machine, as PDF or on the workshop's office printer."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from recond.cli.context import Context
from recond.core.words import N_, _, stored


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("papers", short_help=_("Les feuilles A4 d'une machine."))(papers)


def papers(
    ctx: typer.Context,
    tags: Annotated[
        list[str] | None, typer.Argument(metavar="[TAG]...", help=_("Machines ; last ou rien : la dernière."))
    ] = None,
    only: Annotated[
        str | None, typer.Option(metavar=_("QUOI"), help=_("fiche ou bienvenue ; sinon les deux."), show_default=False)
    ] = None,
    out: Annotated[Path | None, typer.Option(metavar="D", help=_("Dossier à écrire."), show_default=False)] = None,
    printer: Annotated[
        str | None,
        typer.Option(metavar="P", help=_("Imprimer aussi : ipp@ADRESSE ou cups@NOM."), show_default=False),
    ] = None,
) -> int:
    """La fiche qui accompagne une machine (état, essais, ce qui reste à faire) et la feuille de bienvenue.

    La feuille de bienvenue n'existe que pour une machine PRET.
    """
    from recond.core.errors import ExitCode, UsageError
    from recond.flow.papers import MACHINE, WELCOME, keep
    from recond.sink import files
    from recond.sink.store import Store
    from recond.ui.console import say

    if only not in (None, MACHINE, WELCOME):
        raise UsageError(
            N_("pas de feuille « {only} »").format(only=only),
            N_("--only {machine} ou --only {welcome}").format(machine=MACHINE, welcome=WELCOME),
        )
    context: Context = ctx.obj
    store = Store(context.data, context.host)
    missing, wanted = False, (only,) if only else (MACHINE, WELCOME)
    made: list[Path] = []
    for tag in tags or ["last"]:
        card = store.find_card(tag)
        if card is None:
            raise UsageError(
                N_("pas de fiche « {tag} » dans {folder}").format(tag=tag, folder=store.folder),
                N_("voyez : recond show last"),
            )
        for kind, path in keep(store, context.host, card).items():
            if kind in wanted:
                made.append(path if out is None else out / path.name)
                if out is not None:
                    files.write(made[-1], path.read_bytes())
                say(context.console, _(" [ OK ] {kind} : {path}").format(kind=kind, path=made[-1]), indent=" " * 8)
                missing = missing or (WELCOME in wanted and kind == MACHINE)
            if kind == WELCOME:
                missing = False
        if missing:
            say(
                context.console,
                _(" [ -- ] {tag} : pas de feuille de bienvenue, elle n'est pas PRET").format(tag=card["tag"]),
                indent=" " * 8,
            )
    return _print(context, printer, made) if printer else ExitCode.OK


def _print(context: Context, printer: str, paths: list[Path]) -> int:
    """Print the sheets by IPP. Raises UsageError for a printer that prints no page."""
    from recond.core.errors import ExitCode, UsageError
    from recond.label.ipp import cups_address, parse_address
    from recond.label.printers import PrintOutcome
    from recond.label.printers.ipp import PDF, Document, print_document
    from recond.ui.console import say

    key, _unused, target = printer.partition("@")
    if key not in ("ipp", "cups") or not target:
        raise UsageError(
            N_("« {printer} » n'imprime pas de page A4").format(printer=printer),
            N_("ipp@ADRESSE ou cups@NOM (recond list printers)"),
        )
    where = cups_address(target) if key == "cups" else parse_address(target)
    code = ExitCode.OK
    for path in paths:
        pages = Document(210.0, 297.0, lambda kind, dpi, path=path: path.read_bytes(), (PDF,))  # type: ignore[misc]
        done = print_document(where, path.stem, pages)
        failed = done.outcome is PrintOutcome.FAILED
        say(context.console, f" {'[ECHEC]' if failed else '[ OK ]'} {path.name} : {stored(done.text)}", indent=" " * 8)
        code = ExitCode.LABEL_PENDING if failed else code
    return code
