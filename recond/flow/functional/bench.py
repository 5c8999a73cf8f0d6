"""What every functional test is handed, and how its result is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event

from recond.core.evdev import InputDevice, parse_devices
from recond.core.functional import Outcome, Person, TestResult, expected
from recond.core.machine import Machine
from recond.core.ports import Host
from recond.core.words import N_

YES_NO = {"O": N_("oui"), "N": N_("non")}


@dataclass
class Bench:
    """The machine under test and the person in front. `layout`: of its keyboard. `patience_s`: how long a test waits for
    a hand to move before it ends by itself. `load_s`: how long the battery is loaded."""

    host: Host
    machine: Machine
    person: Person
    layout: str = "azerty"
    patience_s: float = 60.0
    load_s: float = 60.0
    stop: Event = field(default_factory=Event)

    def devices(self, wanted: Callable[[InputDevice], bool]) -> tuple[InputDevice, ...]:
        """Return the input devices of a kind: the built-in ones where there are any, else those plugged in."""
        text = (self.host.read("/proc/bus/input/devices") or b"").decode("utf-8", "replace")
        found = tuple(device for device in parse_devices(text) if wanted(device))
        return tuple(device for device in found if device.is_built_in) or found


@dataclass(frozen=True)
class FunctionalTest:
    """One test: its name, and what makes it. `run` is only called when the machine is of a kind that has the part."""

    name: str
    run: Callable[[Bench], TestResult]

    def on(self, bench: Bench) -> TestResult:
        """Make the test, or say why it does not apply."""
        absent = expected(self.name, bench.machine.system.chassis)
        return result(self.name, Outcome.NA, absent) if absent else self.run(bench)


def result(name: str, outcome: Outcome, *reasons: str, **facts: int | str | None) -> TestResult:
    """Return a result; facts that are not known are left out."""
    kept = tuple((key, value) for key, value in facts.items() if value is not None)
    return TestResult(name, outcome, reasons, kept)


def skipped(name: str) -> TestResult:
    """Return the result of a test that the person did not want to make."""
    return result(name, Outcome.NOT_DONE, N_("passé par la personne"))


def nobody(name: str) -> TestResult:
    """Return the result of a test that needs a person where there is none."""
    return result(name, Outcome.NOT_DONE, N_("il n'y a personne devant l'écran"))
