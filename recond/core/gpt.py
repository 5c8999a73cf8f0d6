"""A GUID partition table read and written as bytes (UEFI 2.10, chapter 5.3). Pure: nothing here opens a disk.

Only what a stick needs: 512-byte sectors, 128 entries of 128 bytes, both copies checked by their sums.
"""

from __future__ import annotations

import struct
import uuid
import zlib
from dataclasses import dataclass, replace

SECTOR = 512
ENTRIES, ENTRY = 128, 128
TABLE_SECTORS = 1 + ENTRIES * ENTRY // SECTOR
"""Sectors of one copy: the header and its entries."""

HEAD_BYTES = (1 + TABLE_SECTORS) * SECTOR
"""What has to be read from the start of a disk: protective MBR, header, entries."""

HEADER = struct.Struct("<8s4sIIIQQQQ16sQIII")
MAGIC = b"EFI PART"


@dataclass(frozen=True, slots=True)
class Part:
    """One partition. `start` and `size` in bytes; `raw` keeps type and attributes as they are."""

    number: int
    start: int
    size: int
    guid: str
    name: str
    raw: bytes

    @property
    def end(self) -> int:
        """Return the first byte after it."""
        return self.start + self.size


@dataclass(frozen=True, slots=True)
class Gpt:
    """A partition table: the disk's GUID and its partitions in the order of their numbers."""

    guid: str
    parts: tuple[Part, ...]

    def named(self, name: str) -> Part | None:
        """Return the first partition of this name."""
        return next((part for part in self.parts if part.name == name), None)

    def with_part(self, changed: Part) -> Gpt:
        """Return the table with one partition (found by its number) replaced."""
        return replace(self, parts=tuple(changed if one.number == changed.number else one for one in self.parts))


def read_gpt(head: bytes, tail: bytes = b"") -> Gpt | None:
    """Return the table in the first HEAD_BYTES of a disk, or in its last TABLE_SECTORS when the first copy is torn.

    None when neither is a whole table.
    """
    first = _read(head[SECTOR : 2 * SECTOR], head[2 * SECTOR :])
    return first or _read(tail[-SECTOR:], tail[-TABLE_SECTORS * SECTOR : -SECTOR])


def _read(header: bytes, entries: bytes) -> Gpt | None:
    if len(header) < HEADER.size:
        return None
    magic, _, length, total, _, _, _, _, _, guid, _, count, each, entries_sum = HEADER.unpack(header[: HEADER.size])
    if magic != MAGIC or not HEADER.size <= length <= SECTOR or (count, each) != (ENTRIES, ENTRY):
        return None
    bare = header[:16] + bytes(4) + header[20:length]
    entries = entries[: ENTRIES * ENTRY]
    if zlib.crc32(bare) != total or len(entries) != ENTRIES * ENTRY or zlib.crc32(entries) != entries_sum:
        return None
    parts = []
    for number in range(ENTRIES):
        raw = entries[number * ENTRY : (number + 1) * ENTRY]
        if any(raw[:16]):
            first, last = struct.unpack_from("<QQ", raw, 32)
            name = raw[56:128].decode("utf-16-le", "replace").split("\0")[0]
            own = str(uuid.UUID(bytes_le=raw[16:32]))
            parts.append(Part(number + 1, first * SECTOR, (last - first + 1) * SECTOR, own, name, raw))
    return Gpt(str(uuid.UUID(bytes_le=guid)), tuple(parts))


def write_gpt(table: Gpt, disk_bytes: int) -> tuple[bytes, bytes]:
    """Return both copies for a disk of this size: the first (header and entries, from sector 1 on) and the one at its end
    (entries, then header, as the last TABLE_SECTORS)."""
    entries = bytearray(ENTRIES * ENTRY)
    for part in table.parts:
        raw = bytearray(part.raw)
        raw[16:32] = uuid.UUID(part.guid).bytes_le
        struct.pack_into("<QQ", raw, 32, part.start // SECTOR, part.end // SECTOR - 1)
        entries[(part.number - 1) * ENTRY : part.number * ENTRY] = raw
    last = disk_bytes // SECTOR - 1
    first_copy = _header(table, bytes(entries), 1, last, 2) + bytes(entries)
    return first_copy, bytes(entries) + _header(table, bytes(entries), last, 1, last - TABLE_SECTORS + 1)


def _header(table: Gpt, entries: bytes, own: int, other: int, entries_at: int) -> bytes:
    usable = 1 + TABLE_SECTORS, max(own, other) - TABLE_SECTORS
    fields = [MAGIC, b"\0\0\1\0", HEADER.size, 0, 0, own, other, *usable, uuid.UUID(table.guid).bytes_le]
    rest = [entries_at, ENTRIES, ENTRY, zlib.crc32(entries)]
    bare = HEADER.pack(*fields, *rest)
    fields[3] = zlib.crc32(bare)
    return HEADER.pack(*fields, *rest).ljust(SECTOR, b"\0")
