"""Block devices by direct input/output, and the few ioctls recond needs. Numbers from Linux's <linux/fs.h>."""

from __future__ import annotations

import array
import contextlib
import errno
import fcntl
import os
import struct

BLKROGET = 0x125E
BLKRRPART = 0x125F
BLKFLSBUF = 0x1261
BLKSSZGET = 0x1268
BLKGETSIZE64 = 0x80081272


def size_of(fd: int) -> int:
    """Return an open block device's size in bytes."""
    answer = array.array("Q", [0])
    fcntl.ioctl(fd, BLKGETSIZE64, answer)
    return int(answer[0])


def is_read_only(fd: int) -> bool:
    """Tell whether the kernel has marked the device read-only: opening it for writing succeeds all the same."""
    return bool(struct.unpack("i", fcntl.ioctl(fd, BLKROGET, b"\0" * 4))[0])


class DirectDevice:
    """A `core.ports.BlockDevice` on a descriptor opened with O_DIRECT. Thread-safe: every call names its offset."""

    def __init__(self, fd: int) -> None:
        self.fd = fd
        self._size = size_of(fd)
        self._block = int(struct.unpack("i", fcntl.ioctl(fd, BLKSSZGET, b"\0" * 4))[0])

    @property
    def size_bytes(self) -> int:
        """Return the size when it was opened."""
        return self._size

    @property
    def block_bytes(self) -> int:
        """Return the logical block: what offsets and lengths must be multiples of."""
        return self._block

    def read_into(self, offset: int, buffer: memoryview) -> int:
        """Fill the buffer from the medium. A read cut short in the middle of the disk is an error, not an end."""
        done = 0
        while done < len(buffer):
            got = os.preadv(self.fd, [buffer[done:]], offset + done)
            if got == 0:
                break
            done += got
        return done

    def write_from(self, offset: int, buffer: memoryview) -> int:
        """Write the whole buffer. Raises OSError (ENOSPC, EIO, ENODEV …)."""
        done = 0
        while done < len(buffer):
            put = os.pwrite(self.fd, buffer[done:], offset + done)
            if put == 0:
                raise OSError(errno.EIO, "the device took nothing")
            done += put
        return done

    def flush(self) -> None:
        """fdatasync: the drive is told to empty its own cache too."""
        os.fdatasync(self.fd)

    def drop_caches(self) -> None:
        """BLKFLSBUF: the kernel forgets its pages of this device."""
        with contextlib.suppress(PermissionError):
            fcntl.ioctl(self.fd, BLKFLSBUF)


def open_reader(path: str) -> DirectDevice:
    """Open for reading, past the page cache."""
    return DirectDevice(os.open(path, os.O_RDONLY | os.O_DIRECT | os.O_CLOEXEC))


def open_exclusive(path: str) -> int:
    """Open for reading and writing, past the page cache, refused with EBUSY while anything uses the device."""
    return os.open(path, os.O_RDWR | os.O_DIRECT | os.O_EXCL | os.O_CLOEXEC)
