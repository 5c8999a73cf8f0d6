"""Page-aligned buffers, as direct input/output needs them, compared without copying and without the interpreter's lock."""

from __future__ import annotations

import ctypes
import mmap
from functools import cache

CHUNK = 4 << 20
"""Bytes moved at once: measured against fio, larger gains nothing and smaller loses (domain notes on erasing)."""

_memcmp = ctypes.CDLL(None).memcmp
_memcmp.argtypes = (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t)
_memcmp.restype = ctypes.c_int


class PageBuffer:
    """`length` bytes of anonymous memory starting on a page."""

    def __init__(self, length: int = CHUNK) -> None:
        self._map = mmap.mmap(-1, length)
        self.view = memoryview(self._map)
        self._address = ctypes.addressof(ctypes.c_char.from_buffer(self._map))

    def same(self, other: PageBuffer, offset: int, length: int) -> bool:
        """Tell whether `length` bytes from `offset` are equal in both. Raises ValueError outside the buffers."""
        if offset < 0 or length < 0 or offset + length > min(len(self.view), len(other.view)):
            raise ValueError("outside the buffer")
        return bool(_memcmp(self._address + offset, other._address + offset, length) == 0)


@cache
def zeros() -> bytes:
    """Return one chunk of zeros, shared by all: what a keystream is laid over."""
    return bytes(CHUNK)
