"""Wi-Fi: a scan by `iw`, of which only how many networks and how strong is kept. Their names are nobody's business."""

from __future__ import annotations

import re
from dataclasses import dataclass

from recond.core.ports import Command, Host
from recond.core.words import N_
from recond.probe.sysfs import text

SCAN_DEADLINE_S = 20.0
TRIES = 3
"""A card that just woke answers "busy" once or twice."""


@dataclass(frozen=True, slots=True)
class Scan:
    """How many networks were heard and the strongest in dBm; `why_not`: why none could be looked for."""

    networks: int = 0
    best_dbm: int | None = None
    why_not: str | None = None


def scan(host: Host, name: str) -> Scan:
    """Wake the card and have it listen."""
    if _is_switched_off(host):
        return Scan(why_not=N_("coupé par un interrupteur ou une touche (mode avion)"))
    up = host.run(Command(("ip", "link", "set", name, "up"), timeout_s=10))
    if not up.ok:
        return Scan(why_not=up.explain())
    for _ in range(TRIES):
        done = host.run(Command(("iw", "dev", name, "scan"), timeout_s=SCAN_DEADLINE_S))
        if done.ok:
            return parse(done.stdout.decode("utf-8", "replace"))
    return Scan(why_not=done.explain())


def parse(said: str) -> Scan:
    """Return what `iw dev X scan` heard."""
    stations = set(re.findall(r"^BSS ([0-9a-f:]{17})", said, re.MULTILINE))
    levels = [round(float(level)) for level in re.findall(r"^\s*signal: (-?\d{1,3}(?:\.\d+)?) dBm", said, re.MULTILINE)]
    return Scan(len(stations), max(levels, default=None))


def _is_switched_off(host: Host) -> bool:
    folder = "/sys/class/rfkill"
    radios = [one for one in host.names(folder) if text(host, f"{folder}/{one}/type") == "wlan"]
    return any(text(host, f"{folder}/{one}/{kind}") == "1" for one in radios for kind in ("hard", "soft"))
