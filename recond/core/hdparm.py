"""Reading what `hdparm` prints of a drive's sectors, for the audit and for the eraser. It never decides by its status."""

from __future__ import annotations

import re

MAX_SECTORS = re.compile(r"max sectors\s*=\s*(\d{1,20})/(\d{1,20})(\(\d{1,20}\?\))?([^\n]*)")
REAL_SECTORS = re.compile(r"Real max sectors:\s*(\d{1,15})")


def parse_max_sectors(said: str) -> tuple[int, int] | None:
    """Return the sectors that a drive shows and those that it has, of `hdparm -N`: "max sectors = 625140335/625142448,
    HPA is enabled". None when it does not say both, or when hdparm itself calls them invalid ("0/1" of a USB bridge)."""
    found = MAX_SECTORS.search(said)
    if found is None or found[3] or "invalid" in found[4]:
        return None
    shown, native = int(found[1]), int(found[2])
    return (shown, native) if 1 < shown <= native < 1 << 48 else None


def parse_real_sectors(said: str) -> int | None:
    """Return the factory's sectors of `hdparm --dco-identify`, None when the drive has no configuration overlay to tell."""
    found = REAL_SECTORS.search(said) if "DCO Revision:" in said else None
    sectors = int(found[1]) if found else 0
    return sectors if 1 < sectors < 1 << 48 else None
