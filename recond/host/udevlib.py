"""pyudev, loaded without the two programs that it starts to find its libraries."""

from __future__ import annotations

import contextlib
import ctypes
import ctypes.util
from typing import Final

import pyudev

SONAMES: Final = {"udev": "libudev.so.1", "c": "libc.so.6"}
"""As Debian has named them since 2012 and 1997. ctypes asks `ldconfig -p` for each: a twentieth of an audit's CPU time."""


def soname(name: str) -> str | None:
    """Return the file name of a library, by its known name if that can be loaded, else as ctypes finds it."""
    if name in SONAMES:
        with contextlib.suppress(OSError):
            ctypes.CDLL(SONAMES[name])
            return SONAMES[name]
    return ctypes.util.find_library(name)


with contextlib.suppress(ImportError):  # a later pyudev may have moved it: then it looks for them its own way
    from pyudev._ctypeslib import utils

    utils.find_library = soname


def context() -> pyudev.Context:
    """Return a new connection to udev. Raises ImportError where there is no libudev."""
    return pyudev.Context()
