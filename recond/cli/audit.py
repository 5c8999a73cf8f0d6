"""`recond audit`: what the machine is and how it is; changes nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from recond.cli.context import Context
from recond.cli.parts.auditing import Wanted, length, print_json, read, tested_before, with_progress
from recond.core.errors import EnvironmentFault, UsageError
from recond.core.words import N_, _

if TYPE_CHECKING:
    from recond.core.ports import Host


def audit(
    ctx: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help=_("Un objet JSON au lieu du tableau."))] = False,
    record: Annotated[
        Path | None,
        typer.Option(
            "--record", help=_("Enregistrer la machine dans ce dossier, pour --replay (contient ses n° de série).")
        ),
    ] = None,
    tag: Annotated[str | None, typer.Option("--id", help=_("Étiquette de la machine, par exemple MDL-0042-2."))] = None,
    selftest: Annotated[
        bool, typer.Option("--selftest/--no-selftest", help=_("Autotest court des disques, une à deux minutes."))
    ] = True,
    long: Annotated[bool, typer.Option("--long", help=_("Autotest long des disques : des heures."))] = False,
    ram_test: Annotated[
        bool, typer.Option("--ram-test", help=_("Tester la mémoire : plusieurs minutes par Go."))
    ] = False,
) -> None:
    """Montrer ce que la machine est et comment elle va. Ne modifie rien."""
    from threading import Event

    from recond.cli.parts.signals import stopped_by_signals
    from recond.core.grade import grade as grade_of

    context: Context = ctx.obj
    known_tag = _checked(tag)
    host = context.host if record is None else _recording(context.host, record)
    stop = Event()
    wanted = Wanted(length(context, selftest=selftest, long=long), ram_test, context.replay is not None)
    # One Ctrl-C stops the tests and shows what is known; a second one leaves.
    with stopped_by_signals(stop):
        machine = with_progress(context, stop, lambda tell: read(host, wanted, stop, tell), as_json=as_json)
    tests = tested_before(context, machine, known_tag)
    if as_json:
        print_json(machine, grade_of(machine, tests=tests), known_tag, tests)
        return
    from recond.ui.audit import screen
    from recond.ui.console import say

    context.console.print(screen(machine, grade_of(machine, tests=tests), known_tag, tests))
    if record is not None:
        say(
            context.console,
            _(" Enregistré dans {record} (contient les n° de série de cette machine)").format(record=record),
        )


def _checked(tag: str | None) -> str | None:
    from recond.core.identity import parse_tag

    if tag is None:
        return None
    parsed = parse_tag(tag)
    if parsed is None:
        raise UsageError(
            N_("« {tag} » n'est pas une étiquette").format(tag=tag),
            N_("recopiez-la avec son dernier chiffre : MDL-0042-2"),
        )
    return parsed


def _recording(host: Host, folder: Path) -> Host:
    from recond.host.record import RecordingHost

    try:
        return RecordingHost(host, folder)
    except OSError as error:
        raise EnvironmentFault(
            N_("impossible d'enregistrer dans {folder} : {strerror}").format(folder=folder, strerror=error.strerror),
            N_("donnez un dossier où vous pouvez écrire"),
        ) from error


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("audit", short_help=_("Montrer la machine ; ne modifie rien."))(audit)
