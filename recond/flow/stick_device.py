"""Bytes to and from a stick that a warrant holds: written past the caches, flushed, read back from the stick itself."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from recond.core.gpt import HEAD_BYTES, SECTOR, TABLE_SECTORS, Gpt, read_gpt
from recond.core.ports import BlockDevice
from recond.core.words import N_
from recond.erase.medium.buffers import CHUNK, PageBuffer

PAGE = 4096
Share = Callable[[float], None]


def write_bytes(device: BlockDevice, offset: int, data: bytes) -> None:
    """Write a few bytes anywhere: what shares their pages is read first and put back. Raises OSError."""
    first = offset // PAGE * PAGE
    length = -(-(offset + len(data)) // PAGE) * PAGE - first
    length = min(length, device.size_bytes - first)
    buffer = PageBuffer(-(-length // PAGE) * PAGE)
    device.read_into(first, buffer.view[:length])
    buffer.view[offset - first : offset - first + len(data)] = data
    device.write_from(first, buffer.view[:length])


def read_bytes(device: BlockDevice, offset: int, length: int) -> bytes:
    """Return bytes of the device. Raises OSError."""
    first = offset // PAGE * PAGE
    whole = min(-(-(offset + length) // PAGE) * PAGE, device.size_bytes) - first
    buffer = PageBuffer(-(-whole // PAGE) * PAGE)
    device.read_into(first, buffer.view[:whole])
    return bytes(buffer.view[offset - first : offset - first + length])


def copy_in(device: BlockDevice, offset: int, path: Path, start: int, size: int, tell: Share) -> str:
    """Write a part of a file at a place of the device (both in whole pages); return the SHA-256 of what was written.

    Raises OSError.
    """
    buffer, digest, done = PageBuffer(CHUNK), hashlib.sha256(), 0
    with path.open("rb") as file:
        file.seek(start)
        while done < size:
            part = buffer.view[: min(CHUNK, size - done)]
            if file.readinto(part) != len(part):
                raise OSError(5, N_("{path} est plus court que prévu").format(path=path))
            device.write_from(offset + done, part)
            digest.update(part)
            done += len(part)
            tell(done / size)
    return digest.hexdigest()


def read_back(device: BlockDevice, offset: int, size: int, tell: Share, head: bytes = b"") -> str:
    """Return the SHA-256 of a part of the device, asked of the stick and not of a cache; `head` stands for its first bytes
    when those were not written yet. Raises OSError."""
    device.drop_caches()
    buffer, digest, done = PageBuffer(CHUNK), hashlib.sha256(head), len(head)
    while done < size:
        part = buffer.view[: min(CHUNK, size - done)]
        if device.read_into(offset + done, part) != len(part):
            raise OSError(5, N_("la clé s'arrête avant la fin"))
        digest.update(part)
        done += len(part)
        tell(done / size)
    return digest.hexdigest()


def read_table(device: BlockDevice) -> Gpt | None:
    """Return the device's partition table, from its second copy when the first is torn. Raises OSError."""
    tail = TABLE_SECTORS * SECTOR
    return read_gpt(read_bytes(device, 0, HEAD_BYTES), read_bytes(device, device.size_bytes - tail, tail))
