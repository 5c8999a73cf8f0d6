"""pySMART as a second reader of the text that the same smartctl call printed. It starts no process of its own, and it
never decides: a disagreement with the JSON is said."""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import Any

from recond.core.machine import Smart
from recond.core.words import N_
from recond.probe.smart_json import Json, dig, listed

KINDS = {"ATA": "sat", "NVMe": "nvme", "SCSI": "scsi"}


def assessment(said: Json) -> str | None:
    """Return pySMART's assessment (PASS, WARN, FAIL) of a smartctl answer; None when it has none or gives up."""
    device = _device(said)
    found = getattr(device, "assessment", None)
    return str(found) if found in ("PASS", "WARN", "FAIL") else None


def readings(said: Json) -> dict[str, Any]:
    """Return what pySMART reads that can be held against ours: `failing`, `hours`, `used_pct` (NVMe only: it knows no
    wear of SATA drives). None where it says nothing."""
    device = _device(said)
    verdict = assessment(said)
    own = getattr(device, "if_attributes", None)
    used, hours = getattr(own, "percentageUsed", None), getattr(own, "powerOnHours", None)
    for row in getattr(device, "attributes", None) or ():
        if row is not None and str(row.num) == "9" and hours is None:
            hours = row.raw_int
    return {"failing": None if verdict is None else verdict == "FAIL", "hours": hours, "used_pct": used}


def _device(said: Json) -> Any:
    """Return pySMART's device made from the text of an answer, None when there is no text or it gives up.

    Device types like `usbjmicron` make it raise: it is told the protocol instead, which is all the text depends on.
    """
    # Its patterns take long on long lines, and real ones have less than 200 characters.
    lines = [str(line)[:300] for line in listed(dig(said, "smartctl", "output"))[:5000]]
    kind = KINDS.get(str(dig(said, "device", "protocol")))
    if not lines or kind is None:
        return None
    for name in ("chardet", "humanfriendly"):
        _put_off(name)
    from pySMART import Device
    from pySMART.smartctl import Smartctl

    class Cached(Smartctl):  # type: ignore[misc]
        """Answers every question with the text at hand, instead of starting smartctl."""

        def _exec(self, cmd: list[str]) -> tuple[list[str], int]:
            return lines, int(dig(said, "smartctl", "exit_status") or 0)

    try:
        return Device(str(dig(said, "device", "name") or "sda"), interface=kind, smartctl=Cached("smartctl"))
    except Exception:
        # It is written against well-formed texts and raises anything on others: then there is no second opinion.
        return None


def _put_off(name: str) -> None:
    """Have a module loaded when something of it is used: pySMART imports what guesses the encoding of smartctl's output
    and never needs it here, at more cost than half of an audit's own imports."""
    if name in sys.modules:
        return
    stand_in = ModuleType(name)

    def load(attribute: str) -> Any:
        if sys.modules.get(name) is stand_in:
            del sys.modules[name]
        return getattr(importlib.import_module(name), attribute)

    # A module's own __getattr__ (PEP 562). importlib's LazyLoader loads at the next `import` already, before Python 3.12.
    stand_in.__getattr__ = load  # type: ignore[method-assign]
    sys.modules[name] = stand_in


def disagreement(said: Json, smart: Smart) -> str | None:
    """Return the French sentence that says so when pySMART and the JSON differ on "the drive says it is failing"."""
    if smart.passed is None or (second := assessment(said)) is None:
        return None
    failing = smart.passed is False or bool(smart.failing_prefail or smart.failing_now)
    if (second == "FAIL") != failing:
        return N_("SMART : recond lit {failing}, pySMART dit {second}").format(
            failing=N_("une panne") if failing else N_("pas de panne"), second=second
        )
    return None
