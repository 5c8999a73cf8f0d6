"""`recond audit`: what the machine is and how it is; changes nothing."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from recond.cli.context import Context
from recond.core.errors import EnvironmentFault, RecondError, UsageError

if TYPE_CHECKING:
    from threading import Event

    from recond.core.disk import Disk
    from recond.core.functional import TestResult
    from recond.core.grade import Grade
    from recond.core.machine import Machine
    from recond.core.ports import Host
    from recond.probe.selftest import Length

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
    selftest: Annotated[
        bool, typer.Option("--selftest/--no-selftest", help="Autotest court des disques, une à deux minutes.")
    ] = True,
    long: Annotated[bool, typer.Option("--long", help="Autotest long des disques : des heures.")] = False,
    ram_test: Annotated[bool, typer.Option("--ram-test", help="Tester la mémoire : plusieurs minutes par Go.")] = False,
) -> None:
    """Montrer ce que la machine est et comment elle va. Ne modifie rien."""
    from threading import Event

    from recond.cli.parts.signals import stopped_by_signals
    from recond.core.grade import grade as grade_of

    context: Context = ctx.obj
    known_tag = _checked(tag)
    host = context.host if record is None else _recording(context.host, record)
    stop = Event()
    wanted = Wanted(_length(context, selftest=selftest, long=long), ram_test, context.replay is not None)
    # One Ctrl-C stops the tests and shows what is known; a second one leaves.
    with stopped_by_signals(stop):
        machine = _with_progress(context, stop, lambda tell: _read(host, wanted, stop, tell), as_json=as_json)
    tests = _tested_before(context, machine, known_tag)
    if as_json:
        _print_json(machine, grade_of(machine, tests=tests), known_tag, tests)
        return
    from recond.ui.audit import screen
    from recond.ui.console import say

    context.console.print(screen(machine, grade_of(machine, tests=tests), known_tag, tests))
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


@dataclass(frozen=True)
class Wanted:
    """Which tests were asked for besides the reading: the drives' own (None = none), and the memory's. `at_once`: a
    recording has all its answers, nothing is waited for."""

    length: Length | None
    ram: bool
    at_once: bool


def _length(context: Context, *, selftest: bool, long: bool) -> Length | None:
    """Return which self-test the drives are to make. A recording is asked only what it holds an answer to."""
    from recond.host.record import ReplayHost
    from recond.probe.selftest import Length

    length = Length.LONG if long else Length.SHORT if selftest else None
    if (
        isinstance(context.host, ReplayHost)
        and length is not None
        and not context.host.holds("run", "-t", length.value)
    ):
        return None
    return length


def _read(host: Host, wanted: Wanted, stop: Event, tell: Callable[[str], None] | None) -> Machine:
    from recond.flow.audit import audit as read
    from recond.flow.ramtest import check_memory
    from recond.flow.selftest import SelfTests
    from recond.ui.progress import duration

    say = tell or (lambda text: None)
    tests = None
    if wanted.length is not None:
        kind = {"short": "court", "long": "long"}[wanted.length.value]

        def told(disk: Disk, share: int | None, left_s: int) -> None:
            done = "" if share is None else f" {share} %,"
            say(f"autotest {kind} de {disk.name}{done} reste environ {duration(left_s)} (Ctrl-C : arrêter)")

        pause = (lambda seconds: False) if wanted.at_once else None
        tests = SelfTests(wanted.length, stop, told, pause)
    machine = read(host, on_progress=tell, tests=tests)
    if not wanted.ram:
        return machine
    return check_memory(machine, host, stop, lambda share: say(f"test de mémoire {share:.0%} (Ctrl-C : arrêter)"))


def _with_progress(
    context: Context, stop: Event, work: Callable[[Callable[[str], None] | None], Machine], *, as_json: bool
) -> Machine:
    if context.simple or context.quiet or as_json:
        return work(None)
    from recond.ui.console import wants_simple

    if wants_simple():
        return work(None)
    # The "line" spinner is of plain ASCII; the usual ones are not in the console's font.
    with context.console.status("audit...", spinner="line") as shown:
        return work(lambda step: shown.update(f"audit : {'arrêt demandé' if stop.is_set() else step}..."))


def _tested_before(context: Context, machine: Machine, tag: str | None) -> tuple[TestResult, ...]:
    """Return what the machine's card says of its screen, keyboard…; the audit itself makes no card."""
    if context.replay is not None or not (context.data / "stick.json").is_file():
        return ()
    from recond.core.functional import results_of_json
    from recond.core.identity import resolve
    from recond.core.projection import project
    from recond.sink.store import Store

    try:
        store = Store(context.data, context.host)
        uid = resolve(machine, tag, store.known()).uid
        return results_of_json(project(store.machine_events(uid))["tests"]) if uid else ()
    except RecondError:
        # A damaged record is told by the commands that need it; the machine can be looked at all the same.
        return ()


def _print_json(machine: Machine, grade: Grade, tag: str | None, tests: tuple[TestResult, ...]) -> None:
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
        "tests": {one.name: {"outcome": one.outcome, "reasons": one.reasons, "facts": one.measured} for one in tests},
    }
    sys.stdout.buffer.write(canonical.encode(found) + b"\n")
    sys.stdout.buffer.flush()


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("audit", short_help="Montrer la machine ; ne modifie rien.")(audit)
