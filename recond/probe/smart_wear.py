"""Wear of a SATA SSD: percent used, from the best source there is. Attributes are matched by name, never by number:
202 and 231 mean other things on other brands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from recond.probe.smart_json import dig, listed, raw_count, whole

REMAINING = frozenset(
    {
        "wear_leveling_count",
        "media_wearout_indicator",
        "ssd_life_left",
        "ssd_lifeleft",
        "ssd_lifeleft(0.01%)",
        "ssd_life_left_perc",
        "lifetime_left",
        "percent_lifetime_remain",
        "percent_life_remaining",
        "perc_rated_life_remain",
        "pct_life_remaining",
        "remaining_lifetime_perc",
        "remaining_life",
        "lifetime_remaining%",
        "drive_life_remaining%",
        "drivelife_remaining%",
    }
)
"""Names (of smartmontools' drive database) whose normalised value is the percentage of life left."""

USED = frozenset(
    {"perc_rated_life_used", "percent_lifetime_used", "percent_life_used", "drivelife_used%", "drive_life_used%"}
)
"""Names whose raw number is the percentage of life used."""

RAW_TOO = frozenset({"ssd_life_left", "remaining_lifetime_perc", "percent_life_remaining"})
"""Names where some makers keep the normalised value at 100 and count the life left down in the raw number instead."""

SPARE = frozenset({"available_reservd_space", "reserved_block_pct", "spares_remaining_perc"})
"""Names whose normalised value is the percentage of the reserve left."""

NONSENSE = 1 << 64
"""More than a percentage can be is judged too: worn out, not unknown."""

APART_PCT = 10
"""Two sources of the same wear that differ by more contradict each other."""


def sata_wear(said: Mapping[str, Any], rows: list[dict[str, Any]]) -> tuple[int | None, str | None, bool, int | None]:
    """Return (percent used, its source, whether sources contradict, percent of reserve left).

    The drive's own Device Statistics come first, then smartctl's `endurance_used`, then the named attribute; when they
    contradict each other the worst is returned.
    """
    found = _sources(said, rows)
    spare = next((value for row in rows if _name(row) in SPARE and (value := _percent(row)) is not None), None)
    if not found:
        return None, None, False, spare
    values = [value for _, value in found]
    if max(values) - min(values) > APART_PCT:
        source, worst = max(found, key=lambda pair: pair[1])
        return worst, source, True, spare
    return found[0][1], found[0][0], False, spare


def _sources(said: Mapping[str, Any], rows: list[dict[str, Any]]) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []
    statistic = _device_statistic(said)
    if statistic is not None:
        found.append(("device-statistics", statistic))
    endurance = whole(dig(said, "endurance_used", "current_percent"), NONSENSE)
    if endurance is not None:
        found.append(("endurance_used", endurance))
    for row in rows:
        name = _name(row)
        if name in USED and (raw := raw_count(row)) is not None and raw <= 255:
            found.append((name, raw))
        elif name in REMAINING and (left := _percent(row)) is not None:
            found.append((name, 100 - left))
            raw = raw_count(row)
            # 0 and 1 are what SandForce drives write there whatever their age.
            if name in RAW_TOO and raw is not None and 2 <= raw <= 100:
                found.append((name + " (raw)", 100 - raw))
    return found


def _device_statistic(said: Mapping[str, Any]) -> int | None:
    # ACS-3, Solid State Device Statistics (page 07h): "Percentage Used Endurance Indicator".
    for page in listed(dig(said, "ata_device_statistics", "pages")):
        for row in listed(dig(page, "table")):
            if "percentage used endurance" in str(dig(row, "name")).lower() and dig(row, "flags", "valid") is not False:
                return whole(dig(row, "value"), NONSENSE)
    return None


def _name(row: Mapping[str, Any]) -> str:
    return str(row.get("name") or "").lower()


def _percent(row: Mapping[str, Any]) -> int | None:
    # Above 100 (200, 253) is a vendor's start value, not a percentage.
    value = row.get("value")
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 100 else None
