"""What the guards must know besides the disks: which medium this system was booted from (docs/contracts.md)."""

from __future__ import annotations

import json
from typing import Any

from recond.core.disk import BootMedium, Disk
from recond.core.guard import Surroundings
from recond.core.ports import Host

BOOT_MEDIUM = "/run/recond/boot-medium.json"
STICK_MARK = "/etc/recond-stick"
SCHEMA = "recond.boot-medium/1"


def read_surroundings(
    host: Host, disks: tuple[Disk, ...], *, practice_file: str | None = None, named: frozenset[str] = frozenset()
) -> Surroundings:
    """Return the guards' surroundings. A record of the boot medium that is there but says nothing usable counts as a
    live system whose medium is unknown: then no disk may be touched."""
    data = host.read(BOOT_MEDIUM)
    medium = None if data is None else parse_boot_medium(data)
    live = host.read(STICK_MARK, 64) is not None or (data is not None and medium is None)
    return Surroundings(disks, medium, live, practice_file, named)


def parse_boot_medium(data: bytes) -> BootMedium | None:
    """Return the recorded medium, None when the record is broken or names nothing by which it could be found again."""
    try:
        said = json.loads(data)
    except ValueError:
        return None
    if not isinstance(said, dict) or said.get("schema") != SCHEMA:
        return None
    size = said.get("size_bytes")
    medium = BootMedium(
        name=_word(said, "name"),
        serial=_word(said, "serial"),
        wwn=_word(said, "wwn"),
        ptuuid=_word(said, "ptuuid"),
        size_bytes=size if isinstance(size, int) and size > 0 else None,
        toram=said.get("toram") is True,
        netboot=said.get("netboot") is True,
    )
    known = (medium.name, medium.serial, medium.wwn, medium.ptuuid)
    if medium.netboot:
        # No medium, and nothing else: a record that also names one contradicts itself and is not believed.
        return None if any(known) else medium
    return medium if any(known) else None


def _word(said: dict[str, Any], key: str) -> str | None:
    value = said.get(key)
    return value.strip() or None if isinstance(value, str) else None
