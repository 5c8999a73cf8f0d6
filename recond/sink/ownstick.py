"""Which stick this data folder belongs to: DATA/stick.json, and what happens when it was copied onto another stick.

Sticks are ordered by the dozen and copied from one another. Two sticks must never speak under one name: the copy gets a name,
a range of tags and a signing key of its own, waits for its own enrolment, and no lot stays armed on it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from recond.core import canonical
from recond.core.ports import Host
from recond.sink import files

NAME = "stick.json"
BOOT_MEDIUM = "/run/recond/boot-medium.json"
"""What the initrd wrote about the medium that was booted (docs/contracts.md)."""

MARKS = ("serial", "wwn", "size_bytes")
OF_ANOTHER = ("enrolment.json", "signing-key.json")
"""Files that say who a stick is: on a copy they are put aside, in `from-STICK/`."""

FIRST_RANGE, RANGE, RANGES = 10_000, 100, 9_900
"""Tags of a copy: a hundred numbers in a place that follows from its new name, above those of the first stick."""


def hardware(host: Host) -> dict[str, Any] | None:
    """Return serial, WWN and size of the stick that this system was booted from; None elsewhere than on a stick."""
    data = host.read(BOOT_MEDIUM)
    try:
        said = json.loads(data) if data else None
    except ValueError:
        return None
    if not isinstance(said, dict):
        return None
    marks = {key: said.get(key) for key in MARKS}
    return marks if any(marks.values()) else None


def is_copy(kept: object, now: Mapping[str, Any] | None) -> bool:
    """Tell whether the data folder was made on another stick than the one it lies on: a mark known of both that differs."""
    if not isinstance(kept, Mapping) or now is None:
        return False
    return any(kept.get(key) and now.get(key) and kept[key] != now[key] for key in MARKS)


def own_stick(folder: Path, host: Host, known: dict[str, Any] | None) -> dict[str, Any]:
    """Return what stick.json says from now on.

    `known`: what it says so far, None = there is none yet. Raises EnvironmentFault when it cannot be kept.
    """
    now = hardware(host)
    copied = known is not None and is_copy(known.get("medium"), now)
    if known is not None and not copied and (now is None or known.get("medium")):
        return known
    if known is None or copied:
        made: dict[str, Any] = {"schema": "recond.stick/1", "stick": f"stk_{host.random(4).hex()}", "next_tag": 1}
    else:
        made = dict(known)
    if copied:
        assert known is not None
        _put_aside(folder, str(known.get("stick")))
        place = int.from_bytes(host.random(4), "big") % RANGES
        made |= {"copied_from": known.get("stick"), "next_tag": FIRST_RANGE + place * RANGE}
    if now is not None:
        made["medium"] = now
    files.write(folder / NAME, canonical.encode(made))
    return made


def _put_aside(folder: Path, stick: str) -> None:
    aside = folder / f"from-{''.join(char for char in stick if char.isalnum() or char == '_')[:40]}"
    for name in OF_ANOTHER:
        if (folder / name).exists():
            files.move(folder / name, aside)
