"""Direct reads and writes of any length on a held disk: whole blocks from page-aligned buffers, as O_DIRECT wants them."""

from __future__ import annotations

import errno
import mmap
import os
from collections.abc import Iterator

from recond.core.ports import BlockDevice


def write(device: BlockDevice, offset: int, data: bytes) -> None:
    """Write, filled up with zeros to a whole block. Raises OSError."""
    length = -(-len(data) // device.block_bytes) * device.block_bytes
    with mmap.mmap(-1, length) as memory:
        memory[: len(data)] = data
        with memoryview(memory) as view:
            device.write_from(offset, view)


def read(device: BlockDevice, offset: int, length: int) -> bytes:
    """Read from the medium, past every cache. Raises OSError."""
    size = -(-length // device.block_bytes) * device.block_bytes
    with mmap.mmap(-1, size) as memory:
        with memoryview(memory) as view:
            device.read_into(offset, view)
        return memory[:length]


def written_parts(descriptor: int, unit: int = 1 << 20) -> Iterator[tuple[int, bytes]]:
    """Yield (offset, bytes) of all that was ever written into a sparse file, at most `unit` at a time; offsets and ends
    are on pages (lseek(2), SEEK_DATA)."""
    end = os.fstat(descriptor).st_size
    offset = 0
    while offset < end:
        try:
            offset = os.lseek(descriptor, offset, os.SEEK_DATA)
        except OSError as error:
            if error.errno == errno.ENXIO:
                return
            raise
        stop = os.lseek(descriptor, offset, os.SEEK_HOLE)
        while offset < stop:
            data = os.pread(descriptor, min(unit, stop - offset), offset)
            yield offset, data
            offset += len(data)
