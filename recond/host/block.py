"""Block devices by direct input/output, and the few ioctls recond needs. Numbers from Linux's <linux/fs.h>
and <linux/sed-opal.h>."""

from __future__ import annotations

import array
import contextlib
import errno
import fcntl
import os
import struct
import threading
from collections.abc import Iterator

from recond.core.ports import OpalStatus

BLKROGET = 0x125E
BLKRRPART = 0x125F
BLKFLSBUF = 0x1261
BLKSSZGET = 0x1268
BLKGETSIZE64 = 0x80081272
OPAL_PSID_REVERT = 0x410870E8
OPAL_GET_STATUS = 0x800870EC
OPAL_SUPPORTED, OPAL_LOCKED = 0x1, 0x8


def size_of(fd: int) -> int:
    """Return an open block device's size in bytes."""
    answer = array.array("Q", [0])
    fcntl.ioctl(fd, BLKGETSIZE64, answer)
    return int(answer[0])


def is_read_only(fd: int) -> bool:
    """Tell whether the kernel has marked the device read-only: opening it for writing succeeds all the same."""
    return bool(struct.unpack("i", fcntl.ioctl(fd, BLKROGET, b"\0" * 4))[0])


class DirectDevice:
    """A `core.ports.BlockDevice` on a descriptor opened with O_DIRECT. Thread-safe: every call names its offset.

    It owns the descriptor. A call that hangs in a dying drive may outlive the wipe: the descriptor is then closed by
    that call when it comes back, never before, because its number would be given to another file meanwhile.
    """

    def __init__(self, fd: int) -> None:
        self.fd = fd
        self._size = size_of(fd)
        self._block = int(struct.unpack("i", fcntl.ioctl(fd, BLKSSZGET, b"\0" * 4))[0])
        self._lock = threading.Lock()
        self._busy = 0
        self._closed = False

    @property
    def size_bytes(self) -> int:
        """Return the size when it was opened."""
        return self._size

    @property
    def block_bytes(self) -> int:
        """Return the logical block: what offsets and lengths must be multiples of."""
        return self._block

    @property
    def closed(self) -> bool:
        """Tell whether the device was given back."""
        return self._closed

    def close(self) -> None:
        """Give the device back: every further call raises OSError (EBADF)."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            if self._busy == 0:
                os.close(self.fd)

    @contextlib.contextmanager
    def _open(self) -> Iterator[int]:
        with self._lock:
            if self._closed:
                raise OSError(errno.EBADF, "the device was given back")
            self._busy += 1
        try:
            yield self.fd
        finally:
            self._leave()

    def _leave(self) -> None:
        with self._lock:
            self._busy -= 1
            if self._closed and self._busy == 0:
                os.close(self.fd)

    def read_into(self, offset: int, buffer: memoryview) -> int:
        """Fill the buffer from the medium; fewer bytes only at the end of the disk."""
        done = 0
        while done < len(buffer):
            with self._open() as fd:
                got = os.preadv(fd, [buffer[done:]], offset + done)
            if got == 0:
                break
            done += got
        return done

    def write_from(self, offset: int, buffer: memoryview) -> int:
        """Write the whole buffer. Raises OSError (ENOSPC, EIO, ENODEV …)."""
        done = 0
        while done < len(buffer):
            with self._open() as fd:
                put = os.pwrite(fd, buffer[done:], offset + done)
            if put == 0:
                raise OSError(errno.EIO, "the device took nothing")
            done += put
        return done

    def flush(self) -> None:
        """fdatasync: the drive is told to empty its own cache too."""
        with self._open() as fd:
            os.fdatasync(fd)

    def drop_caches(self) -> None:
        """BLKFLSBUF: the kernel forgets its pages of this device. A refusal is let pass: O_DIRECT reads past them."""
        with self._open() as fd, contextlib.suppress(PermissionError):
            fcntl.ioctl(fd, BLKFLSBUF)

    def opal_status(self) -> OpalStatus:
        """IOC_OPAL_GET_STATUS. Raises OSError where the drive or the kernel does not know it."""
        with self._open() as fd:
            flags, _ = struct.unpack("II", fcntl.ioctl(fd, OPAL_GET_STATUS, bytes(8)))
        return OpalStatus(bool(flags & OPAL_SUPPORTED), bool(flags & OPAL_LOCKED))

    def opal_psid_revert(self, psid: bytes) -> None:
        """IOC_OPAL_PSID_REVERT_TPR: struct opal_key is range, length, six bytes of nothing, 256 of key.

        The kernel would do it on any descriptor; here only on the one that a warrant opened for writing.
        """
        with self._open() as fd:
            if fcntl.fcntl(fd, fcntl.F_GETFL) & os.O_ACCMODE != os.O_RDWR:
                raise OSError(errno.EACCES, os.strerror(errno.EACCES))
            fcntl.ioctl(fd, OPAL_PSID_REVERT, struct.pack("BB6x256s", 0, len(psid), psid))

    def forget_partitions(self) -> None:
        """BLKRRPART: the kernel reads the partition table again. A refusal changes nothing: it keeps the old one.

        Not asked while a call hangs in the drive: this one would hang too.
        """
        if self._busy:
            return
        with contextlib.suppress(OSError), self._open() as fd:
            fcntl.ioctl(fd, BLKRRPART)


def open_reader(path: str) -> DirectDevice:
    """Open for reading, past the page cache."""
    return DirectDevice(os.open(path, os.O_RDONLY | os.O_DIRECT | os.O_CLOEXEC))


def open_exclusive(path: str) -> int:
    """Open for reading and writing, past the page cache, refused with EBUSY while anything uses the device."""
    return os.open(path, os.O_RDWR | os.O_DIRECT | os.O_EXCL | os.O_CLOEXEC)
