"""The firmware's boot entries as efibootmgr lists them, and which of them are old ones of recond that lead nowhere. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

LABEL: Final = "debian"
LOADER: Final = "\\EFI\\debian\\shimx64.efi"
LINE = re.compile(r"^Boot(?P<number>[0-9A-Fa-f]{4})[* ] ?(?P<label>.*?)\t(?P<path>.*)$")
"""A line of `efibootmgr --verbose`: "Boot0001* debian<TAB>HD(2,GPT,GUID,0x1000,0x100000)/File(\\EFI\\debian\\shimx64.efi)"."""
ON_GPT = re.compile(r"HD\(\d+,GPT,(?P<guid>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}),[^)]*\)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. `partition`: the GUID of the partition it leads to, lower case; None = it leads to none on a GPT."""

    number: str
    label: str
    path: str
    partition: str | None

    @property
    def is_ours(self) -> bool:
        """Tell whether it has the very name and loader that recond gives; the system that came with the PC has others."""
        path = self.path.upper().replace("/", "\\")
        return self.label == LABEL and LOADER.upper() in path


def read(text: str) -> tuple[Entry, ...]:
    """Read what efibootmgr lists."""
    found = []
    for line in text.splitlines():
        if (one := LINE.match(line)) is None:
            continue
        place = ON_GPT.search(one["path"])
        guid = place["guid"].lower() if place else None
        found.append(Entry(one["number"].upper(), one["label"].strip(), one["path"], guid))
    return tuple(found)


def dead(entries: Collection[Entry], partitions: Collection[str]) -> tuple[Entry, ...]:
    """Return our own entries whose partition is not among those of this PC. `partitions`: their GUIDs, but for the disk that
    is being installed, whose are new. Where no partition is known, nobody can tell: none is dead."""
    here = {guid.lower() for guid in partitions}
    if not here:
        return ()
    return tuple(one for one in entries if one.is_ours and one.partition is not None and one.partition not in here)
