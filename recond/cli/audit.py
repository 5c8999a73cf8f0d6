"""`recond audit`: what the machine is and how it is; changes nothing."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from recond.cli.context import Context
from recond.core.errors import EnvironmentFault, UsageError

if TYPE_CHECKING:
    from recond.core.grade import Grade
    from recond.core.machine import Machine
    from recond.core.ports import Host

SCHEMA = "recond.audit/1"


def audit(
    ctx: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Un objet JSON au lieu du tableau.")] = False,
    record: Annotated[
        Path | None,
        typer.Option(
            "--record", help="Enregistrer la machine dans ce dossier, pour --replay (contient ses n° de série)."
        ),
    ] = None,
    tag: Annotated[str | None, typer.Option("--id", help="Étiquette de la machine, par exemple MDL-0042-2.")] = None,
) -> None:
    """Montrer ce que la machine est et comment elle va. Ne modifie rien."""
    from recond.core.grade import grade as grade_of
    from recond.flow.audit import audit as read

    context: Context = ctx.obj
    known_tag = _checked(tag)
    host = context.host if record is None else _recording(context.host, record)
    if as_json:
        machine = read(host)
        _print_json(machine, grade_of(machine), known_tag)
        return
    machine = _with_progress(context, lambda tell: read(host, on_progress=tell))
    from recond.ui.audit import screen
    from recond.ui.console import say

    context.console.print(screen(machine, grade_of(machine), known_tag))
    if record is not None:
        say(context.console, f" Enregistré dans {record} (contient les n° de série de cette machine)")


def _checked(tag: str | None) -> str | None:
    from recond.core.identity import parse_tag

    if tag is None:
        return None
    parsed = parse_tag(tag)
    if parsed is None:
        raise UsageError(f"« {tag} » n'est pas une étiquette", "recopiez-la avec son dernier chiffre : MDL-0042-2")
    return parsed


def _recording(host: Host, folder: Path) -> Host:
    from recond.host.record import RecordingHost

    try:
        return RecordingHost(host, folder)
    except OSError as error:
        raise EnvironmentFault(
            f"impossible d'enregistrer dans {folder} : {error.strerror}", "donnez un dossier où vous pouvez écrire"
        ) from error


def _with_progress(context: Context, work: Callable[[Callable[[str], None] | None], Machine]) -> Machine:
    from recond.ui.console import wants_simple

    if context.simple or context.quiet or wants_simple():
        return work(None)
    # The "line" spinner is of plain ASCII; the usual ones are not in the console's font.
    with context.console.status("audit...", spinner="line") as shown:
        return work(lambda step: shown.update(f"audit : {step}..."))


def _print_json(machine: Machine, grade: Grade, tag: str | None) -> None:
    from recond.core import canonical

    found = {
        "schema": SCHEMA,
        "tag": tag,
        "machine": machine,
        "grade": {
            "letter": grade.letter,
            "line": grade.line,
            "raise": grade.raise_,
            "sorting": grade.sorting,
            "repairs": grade.repairs,
            "lines": [{"letter": line.letter, "text": line.text, "better": line.better} for line in grade.lines],
        },
    }
    sys.stdout.buffer.write(canonical.encode(found) + b"\n")
    sys.stdout.buffer.flush()


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("audit", short_help="Montrer la machine ; ne modifie rien.")(audit)
