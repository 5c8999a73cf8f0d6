"""The date, where the computer's own clock has none: its battery is dead, and it begins each start some years ago.

Only asked when the clock is before the day on which this system was made: nobody can be that early.
"""

from __future__ import annotations

import contextlib
import json
import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from owner.system import Failed, System

MADE = "/usr/share/recond/profile.json"
YEARS = 30
"""A date so long after that day is a slip of the finger."""

DAY = re.compile(r"(\d{1,2})[./ -](\d{1,2})[./ -](\d{4})")
ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
HOUR = re.compile(r"(\d{1,2})\s*[h:. ]\s*(\d{1,2})?", re.IGNORECASE)


def made_on(system: System) -> date | None:
    """Return the day on which this system was made: the end of its version, "13-20261123"."""
    try:
        version = json.loads(system.read(MADE))["version"]
        found = re.search(r"(\d{8})$", str(version))
        return datetime.strptime(found[1], "%Y%m%d").date() if found else None
    except (ValueError, KeyError, TypeError):
        return None


def is_absurd(system: System, now: datetime) -> bool:
    """Tell whether the clock cannot be right."""
    made = made_on(system)
    return made is not None and now.date() < made


def read_moment(day: str, hour: str, timezone: str, system: System) -> datetime | None:
    """Return what was typed, as a time in UTC; None when it is no date, or one that cannot be."""
    iso, french = ISO.fullmatch(day.strip()), DAY.fullmatch(day.strip())
    clock = HOUR.fullmatch(hour.strip() + ("" if re.search(r"[h:. ]", hour.strip()) else "h"))
    parts = [int(part) for part in (iso.groups() if iso else french.groups()[::-1] if french else ())]
    if not parts or clock is None:
        return None
    try:
        year, month, at = parts
        local = datetime(year, month, at, int(clock[1]), int(clock[2] or 0), tzinfo=ZoneInfo(timezone))
    except (ValueError, KeyError, OSError):
        return None
    made = made_on(system) or local.date()
    return local.astimezone(UTC) if made <= local.date() < made + timedelta(days=366 * YEARS) else None


def set_clock(moment: datetime, system: System) -> bool:
    """Set the system's clock and the computer's own, which keeps UTC; False when the system refuses."""
    with contextlib.suppress(Failed):
        system.run(["timedatectl", "set-ntp", "false"])  # it refuses a time by hand while the network is to give it
    try:
        system.run(["timedatectl", "set-time", f"{moment:%Y-%m-%d %H:%M:%S} UTC"])
    except Failed:
        return False
    finally:
        with contextlib.suppress(Failed):
            system.run(["timedatectl", "set-ntp", "true"])
    return True
