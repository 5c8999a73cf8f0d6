"""Where files lie in an ISO 9660 image, without mounting it: ECMA-119, with the long names of Rock Ridge (IEEE P1282).

A file on a CD is contiguous, so a squashfs inside is read in place by its offset: no mount, no copy, no kernel module.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from recond.core.words import N_

SECTOR = 2048
FIRST_DESCRIPTOR = 16
MAX_FOLDER = 16 << 20
"""Bytes of one folder that are looked at; a live ISO's are some kilobytes."""

Read = Callable[[int, int], bytes]
"""(offset, length) -> bytes, fewer at the end of the file."""


class NotIso(ValueError):
    """The file is no ISO 9660 image, or is broken; the text (French) says where."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One file or folder: `offset` and `size` in bytes."""

    path: str
    offset: int
    size: int
    folder: bool


def root_of(read: Read) -> Entry:
    """Return the root folder from the primary volume descriptor. Raises NotIso."""
    for number in range(FIRST_DESCRIPTOR, FIRST_DESCRIPTOR + 32):
        block = read(number * SECTOR, SECTOR)
        if len(block) < SECTOR or block[1:6] != b"CD001":
            raise NotIso(N_("ce n'est pas une image ISO 9660"))
        if block[0] == 1:
            extent, size = struct.unpack_from("<I4xI", block, 156 + 2)
            return Entry("", extent * SECTOR, size, folder=True)
        if block[0] == 255:
            break
    raise NotIso(N_("l'image ISO n'a pas de description de volume"))


def children(read: Read, folder: Entry) -> Iterator[Entry]:
    """Yield what is in a folder. A file in several extents must be in one piece. Raises NotIso."""
    if folder.size > MAX_FOLDER:
        raise NotIso(N_("le dossier /{path} de l'ISO est trop grand").format(path=folder.path))
    data = read(folder.offset, folder.size)
    pending: Entry | None = None
    for record in _records(data):
        extent, size, flags = *struct.unpack_from("<I4xI", record, 2), record[25]
        name = _name(read, record)
        if name in ("", ".", ".."):
            continue
        path = f"{folder.path}/{name}".lstrip("/")
        entry = Entry(path, extent * SECTOR, size, folder=bool(flags & 2))
        if pending is not None:
            if pending.path != path or pending.offset + pending.size != entry.offset:
                raise NotIso(
                    N_("le fichier {path} de l'ISO est en plusieurs morceaux séparés").format(path=pending.path)
                )
            entry = Entry(path, pending.offset, pending.size + size, folder=False)
        pending = entry if flags & 0x80 else None
        if pending is None:
            yield entry


def find(read: Read, path: str) -> Entry | None:
    """Return the entry of that path, upper and lower case alike; None when there is none. Raises NotIso."""
    here = root_of(read)
    for part in path.strip("/").split("/"):
        found = [one for one in children(read, here) if one.path.rpartition("/")[2].lower() == part.lower()]
        if not here.folder or not found:
            return None
        here = found[0]
    return here


def _records(data: bytes) -> Iterator[bytes]:
    # A record never crosses a sector; a zero length means "go on in the next one".
    position = 0
    while position < len(data):
        length = data[position]
        if length == 0:
            position = (position // SECTOR + 1) * SECTOR
            continue
        record = data[position : position + length]
        if len(record) < 34 or len(record) < 33 + record[32]:
            raise NotIso(N_("un dossier de l'ISO est abîmé"))
        yield record
        position += length


def _name(read: Read, record: bytes) -> str:
    length = record[32]
    plain = record[33 : 33 + length]
    if plain in (b"\0", b"\1"):
        return "."
    start = 33 + length + (1 - length % 2)
    long = b"".join(_long_name(read, record[start:]))
    if long:
        return long.decode("utf-8", "replace")
    return plain.decode("ascii", "replace").partition(";")[0].rstrip(".").lower()


def _long_name(read: Read, area: bytes, depth: int = 0) -> Iterator[bytes]:
    # System use entries: signature, length, version, data. NM is a piece of the name; CE says where the rest is.
    after: bytes | None = None
    position = 0
    while position + 4 <= len(area):
        kind, length = area[position : position + 2], area[position + 2]
        if length < 4 or not kind.strip(b"\0"):
            break
        entry = area[position : position + length]
        if kind == b"NM" and len(entry) > 5 and not entry[4] & 6:
            yield entry[5:]
        elif kind == b"CE" and len(entry) >= 28 and depth < 8:
            block, offset, size = struct.unpack_from("<I4xI4xI", entry, 4)
            after = read(block * SECTOR + offset, min(size, SECTOR))
        elif kind == b"ST":
            break
        position += length
    if after is not None:
        yield from _long_name(read, after, depth + 1)
