"""pyudev finds its libraries without asking a program; where their names are others, it asks as before."""

from __future__ import annotations

import ctypes.util

import pytest

from recond.host import udevlib


def test_no_program_is_started_to_find_libraries() -> None:
    udevlib.context()  # a unit test may not start a process: conftest.py


def test_a_library_of_another_name_is_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(udevlib.SONAMES, "c", "libc-of-nobody.so.99")
    monkeypatch.setattr(ctypes.util, "find_library", {"c": "libc-of-others.so.7"}.get)
    assert udevlib.soname("c") == "libc-of-others.so.7"
    assert udevlib.soname("udev") == "libudev.so.1"
    assert udevlib.soname("no-such-library") is None
