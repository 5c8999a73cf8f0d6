"""The time as the workshop's server has it: the one clock that a PC with a dead battery can believe.

Kept for this boot only, beside how long the system was up then: from the two follows what time it is now. Pure.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

PATH: Final = "/run/recond/server-time.json"
UPTIME: Final = "/proc/uptime"
"""Seconds since the start, those asleep too (proc_uptime(5)): a drive may have been unfrozen by a sleep meanwhile."""
SCHEMA: Final = "recond.server-time/1"
SINCE: Final = datetime(2026, 1, 1, tzinfo=UTC)
UNTIL: Final = datetime(2100, 1, 1, tzinfo=UTC)
"""Dates beyond these come from a server whose own clock is wrong."""


def uptime_s(text: str | bytes | None) -> float | None:
    """Read /proc/uptime."""
    try:
        return float((text or b"").split()[0])
    except (IndexError, ValueError):
        return None


def of_header(date: str | None) -> datetime | None:
    """Read the Date of an answer (RFC 9110, 6.6.1); None for one that is missing, broken or absurd."""
    try:
        found = parsedate_to_datetime(date or "").astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return None
    return found if SINCE <= found < UNTIL else None


def kept(date: datetime, up_s: float) -> str:
    """Return what is kept in PATH."""
    return json.dumps({"schema": SCHEMA, "wall": date.isoformat(), "up_s": round(up_s, 2)})


def now(text: str | bytes | None, up_s: float | None) -> datetime | None:
    """Return the time now from what was kept and how long the system is up; None when that cannot be known."""
    try:
        told = json.loads(text or b"")
        then, since = datetime.fromisoformat(told["wall"]), float(told["up_s"])
    except (ValueError, TypeError, KeyError):
        return None
    if told.get("schema") != SCHEMA or then.tzinfo is None or up_s is None or up_s < since:
        return None
    found = then.astimezone(UTC) + timedelta(seconds=up_s - since)
    return found if SINCE <= found < UNTIL else None
