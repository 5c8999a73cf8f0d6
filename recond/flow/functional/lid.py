"""The lid's switch: closed once and opened again."""

from __future__ import annotations

import time

from recond.core.errors import EnvironmentFault
from recond.core.evdev import EV_SW, SW_LID, Decoder
from recond.core.functional import Outcome, TestResult
from recond.core.words import N_
from recond.flow.functional.bench import Bench, FunctionalTest, nobody, result, skipped

FOOT = N_(" Entrée : terminer.")


def run(bench: Bench) -> TestResult:
    """Have the lid closed and opened."""
    devices = bench.devices(lambda device: SW_LID in device.switches)
    if not devices:
        return result("lid", Outcome.NA, N_("pas de capteur de capot"))
    if not bench.person.present:
        return nobody("lid")
    while True:
        try:
            seen = _listen(bench, tuple(device.path for device in devices))
        except EnvironmentFault as error:
            return result("lid", Outcome.NOT_DONE, error.message)
        if seen == {0, 1}:
            return result("lid", Outcome.PASS, N_("fermé et ouvert, vu par le PC"))
        what = (
            N_("rien vu")
            if not seen
            else N_("vu se fermer, pas se rouvrir")
            if seen == {1}
            else N_("vu s'ouvrir, pas se fermer")
        )
        answer = bench.person.ask(
            N_("Capot : {what}").format(what=what), {"R": N_("reprendre"), "E": N_("c'est en panne")}
        )
        if answer is None:
            return skipped("lid")
        if answer == "E":
            return result("lid", Outcome.FAIL, N_("capteur du capot : {what}").format(what=what))


def _listen(bench: Bench, paths: tuple[str, ...]) -> set[int]:
    inputs = bench.host.inputs(paths, alone=False)
    decoders, start = {path: Decoder() for path in paths}, time.monotonic()
    seen: set[int] = set()
    try:
        bench.person.picture((N_(" CAPOT"), "", N_("   Fermez le capot, comptez jusqu'à 3, rouvrez-le."), "", FOOT))
        while seen != {0, 1} and not bench.stop.is_set() and time.monotonic() - start < bench.patience_s:
            for path, data in inputs.read(0.3):
                for event in decoders[path].feed(data):
                    if event.kind == EV_SW and event.code == SW_LID:
                        seen.add(event.value)
            if bench.person.pressed(0.0):
                break
    finally:
        inputs.close()
    return seen


TEST = FunctionalTest("lid", run)
