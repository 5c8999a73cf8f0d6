"""What `recond audit` does, without the command line's library: `audit --json` is asked by programs and must start fast."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from recond.cli.context import Context
from recond.core.errors import RecondError
from recond.core.words import _

if TYPE_CHECKING:
    from threading import Event

    from recond.core.disk import Disk
    from recond.core.functional import TestResult
    from recond.core.grade import Grade
    from recond.core.machine import Machine
    from recond.core.ports import Host
    from recond.probe.selftest import Length

SCHEMA = "recond.audit/1"


def audit_json(context: Context, *, selftest: bool) -> None:
    """Do what `recond audit --json` does."""
    from threading import Event

    from recond.cli.parts.signals import stopped_by_signals
    from recond.core.grade import grade

    stop = Event()
    with stopped_by_signals(stop):
        machine = read(
            context.host, Wanted(length(context, selftest=selftest, long=False), ram=False, at_once=False), stop, None
        )
    tests = tested_before(context, machine, None)
    print_json(machine, grade(machine, tests=tests), None, tests)


@dataclass(frozen=True)
class Wanted:
    """Which tests were asked for besides the reading: the drives' own (None = none), and the memory's. `at_once`: a
    recording has all its answers, nothing is waited for."""

    length: Length | None
    ram: bool
    at_once: bool


def length(context: Context, *, selftest: bool, long: bool) -> Length | None:
    """Return which self-test the drives are to make. A recording is asked only what it holds an answer to."""
    from recond.probe.selftest import Length

    wanted = Length.LONG if long else Length.SHORT if selftest else None
    if context.replay is None or wanted is None:
        return wanted
    from recond.host.record import ReplayHost

    replayed = context.host
    return wanted if isinstance(replayed, ReplayHost) and replayed.holds("run", "-t", wanted.value) else None


def read(host: Host, wanted: Wanted, stop: Event, tell: Callable[[str], None] | None) -> Machine:
    """Return the machine, its drives and its memory tested as wanted. `tell` is told what is under way."""
    from recond.flow.audit import audit
    from recond.flow.selftest import SelfTests

    say = tell or (lambda text: None)
    tests = None
    if wanted.length is not None:
        kind = {"short": "court", "long": "long"}[wanted.length.value]

        def told(disk: Disk, share: int | None, left_s: int) -> None:
            from recond.ui.progress import duration

            done = "" if share is None else f" {share} %,"
            say(
                _("autotest {kind} de {name}{done} reste environ {duration} (Ctrl-C : arrêter)").format(
                    kind=kind, name=disk.name, done=done, duration=duration(left_s)
                )
            )

        pause = (lambda seconds: False) if wanted.at_once else None
        tests = SelfTests(wanted.length, stop, told, pause)
    machine = audit(host, on_progress=tell, tests=tests)
    if not wanted.ram:
        return machine
    from recond.flow.ramtest import check_memory

    return check_memory(
        machine, host, stop, lambda share: say(_("test de mémoire {share:.0%} (Ctrl-C : arrêter)").format(share=share))
    )


def with_progress(
    context: Context, stop: Event, work: Callable[[Callable[[str], None] | None], Machine], *, as_json: bool
) -> Machine:
    """Return what `work` returns; a person at a terminal sees meanwhile what is under way."""
    if context.simple or context.quiet or as_json:
        return work(None)
    from recond.ui.console import wants_simple

    if wants_simple():
        return work(None)
    # The "line" spinner is of plain ASCII; the usual ones are not in the console's font.
    with context.console.status("audit...", spinner="line") as shown:
        return work(
            lambda step: shown.update(_("audit : {step}...").format(step=_("arrêt demandé") if stop.is_set() else step))
        )


def tested_before(context: Context, machine: Machine, tag: str | None) -> tuple[TestResult, ...]:
    """Return what the machine's card says of its screen, keyboard…; the audit itself makes no card."""
    if context.replay is not None or not any((context.data / "journal").glob("*.ndjson")):
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


def print_json(machine: Machine, grade: Grade, tag: str | None, tests: tuple[TestResult, ...]) -> None:
    """Write the audit as one line of JSON (`recond.audit/1`)."""
    from recond.core import canonical
    from recond.core.identity import fingerprints

    found = {
        "schema": SCHEMA,
        "tag": tag,
        "machine": machine,
        "fingerprints": fingerprints(machine),
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
