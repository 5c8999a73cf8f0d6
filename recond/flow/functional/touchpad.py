"""The touchpad (or the mouse of a desktop that has one built in): it moves both ways, and both its buttons click."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from recond.core.errors import EnvironmentFault
from recond.core.evdev import (
    ABS_X,
    ABS_Y,
    BTN_LEFT,
    BTN_RIGHT,
    EV_ABS,
    EV_KEY,
    EV_REL,
    PROP_BUTTONPAD,
    REL_X,
    REL_Y,
    Decoder,
    InputDevice,
    InputEvent,
)
from recond.core.functional import Outcome, TestResult
from recond.core.words import N_
from recond.flow.functional.bench import Bench, FunctionalTest, nobody, result, skipped

ENOUGH = 50
"""How far the pointer has to move each way, in the device's own steps."""


@dataclass
class Seen:
    """What the device did so far. A pad that is one big button has no right one: two clicks do."""

    one_button: bool
    x: int = 0
    y: int = 0
    left: int = 0
    right: int = 0
    at: dict[int, int] = field(default_factory=dict)

    def take(self, event: InputEvent) -> None:
        """Count one event."""
        if event.kind == EV_REL and event.code in (REL_X, REL_Y):
            self._move(event.code == REL_X, abs(event.value))
        elif event.kind == EV_ABS and event.code in (ABS_X, ABS_Y):
            before = self.at.get(event.code, event.value)
            self.at[event.code] = event.value
            self._move(event.code == ABS_X, abs(event.value - before))
        elif event.kind == EV_KEY and event.value == 1:
            self.left += event.code == BTN_LEFT
            self.right += event.code == BTN_RIGHT

    def _move(self, across: bool, steps: int) -> None:
        if across:
            self.x += steps
        else:
            self.y += steps

    @property
    def missing(self) -> tuple[str, ...]:
        """Return what it has not done yet."""
        clicks = self.left >= 2 if self.one_button else self.right >= 1
        done = (
            (N_("bouger de gauche à droite"), self.x >= ENOUGH),
            (N_("bouger de haut en bas"), self.y >= ENOUGH),
            (N_("cliquer à gauche"), self.left >= 1),
            (N_("cliquer une 2e fois, à droite du pavé") if self.one_button else N_("cliquer à droite"), clicks),
        )
        return tuple(name for name, is_done in done if not is_done)


def run(bench: Bench) -> TestResult:
    """Have it moved and clicked."""
    if not bench.person.present:
        return nobody("touchpad")
    devices = bench.devices(lambda device: device.is_pointer)
    if not devices:
        return result("touchpad", Outcome.FAIL, N_("aucun pavé tactile ni souris trouvés"))
    while True:
        try:
            best = _try(bench, devices)
        except EnvironmentFault as error:
            return result("touchpad", Outcome.NOT_DONE, error.message)
        if not best.missing:
            reason = N_("bouge et clique") + (N_(" (un seul bouton)") if best.one_button else N_(" des deux côtés"))
            return result("touchpad", Outcome.PASS, reason, clicks=best.left + best.right)
        left = ", ".join(best.missing)
        answer = bench.person.ask(
            N_("Pas vu : {left}").format(left=left), {"R": N_("reprendre"), "E": N_("c'est en panne")}
        )
        if answer is None:
            return skipped("touchpad")
        if answer == "E":
            return result(
                "touchpad", Outcome.FAIL, N_("ne fait pas : {left}").format(left=left), clicks=best.left + best.right
            )


def _try(bench: Bench, devices: tuple[InputDevice, ...]) -> Seen:
    """Listen until one device did everything, Enter was pressed, or nothing moved for too long; return the best one."""
    inputs = bench.host.inputs(tuple(device.path for device in devices), alone=False)
    seen = {device.path: Seen(PROP_BUTTONPAD in device.props) for device in devices}
    decoders = {device.path: Decoder() for device in devices}
    moved = time.monotonic()
    try:
        while not bench.stop.is_set() and time.monotonic() - moved < bench.patience_s:
            best = min(seen.values(), key=lambda one: len(one.missing))
            if not best.missing:
                break
            bench.person.picture((N_(" PAVE TACTILE"), "", *(f"   [ ] {what}" for what in best.missing), "", FOOT))
            if bench.person.pressed(0.0):
                break
            for path, data in inputs.read(0.3):
                moved = time.monotonic()
                for event in decoders[path].feed(data):
                    seen[path].take(event)
    finally:
        inputs.close()
    return min(seen.values(), key=lambda one: len(one.missing))


FOOT = N_(" Entrée : terminer.")

TEST = FunctionalTest("touchpad", run)
