"""Reading untrusted JSON of smartctl: every value is checked for its kind and its range before it counts as a fact."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from recond.core.text import clean

Json = Mapping[str, Any]


def dig(value: object, *keys: str) -> Any:
    """Return what lies under the keys of nested JSON objects, None when any of them is missing."""
    for key in keys:
        if not isinstance(value, Mapping):
            return None
        value = value.get(key)
    return value


def listed(value: object) -> list[Any]:
    """Return a JSON array, or an empty one for anything else."""
    return value if isinstance(value, list) else []


def whole(value: object, highest: int) -> int | None:
    """Return a whole number from 0 to `highest`, None for anything else (a packed or broken one)."""
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 <= value <= highest else None


def name_of(row: Json) -> str:
    """Return an attribute's name, cleaned."""
    return clean(str(row.get("name") or "")) or "?"


def is_failing(row: Json) -> bool:
    """Tell whether an attribute is at or below its threshold now (a threshold of 0 never fails)."""
    value, limit = whole(row.get("value"), 255), whole(row.get("thresh"), 255)
    return str(row.get("when_failed")).lower() in ("now", "failing_now") or (
        value is not None and limit is not None and 0 < limit < 254 and value <= limit
    )


def raw_count(row: Json) -> int | None:
    """Return the leading whole number of the raw *string*: the raw value packs other things into the same 48 bits."""
    found = re.match(r"\s*(\d+)(?![0-9a-zA-Z])", str(dig(row, "raw", "string") or ""))
    number = int(found[1]) if found and len(found[1]) < 12 else None
    return number if number is not None and number < 1 << 32 else None


def count(rows: list[dict[str, Any]], number: int, *words: str) -> int | None:
    """Return a count by attribute number, only if its name says the same thing (numbers are re-used by vendors)."""
    for row in rows:
        if row.get("id") == number and any(word in name_of(row).lower() for word in words):
            return raw_count(row)
    return None
