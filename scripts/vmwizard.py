"""The first start of a desktop in the virtual PC, driven by its keyboard alone: for tests/vm, after an installation.

The graphical questions are answered blind, as a person who knows them would; the account on the disk tells whether they
arrived. Only keys at the same place on French and American keyboards are used.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from scripts.vmlab import VirtualPC

HEAD = (0x0F, 0x5C, 0x63)
"""Colour of the window's head at its left edge (style.css): on the screen as soon as the questions are."""


@dataclass
class Owner:
    """Who answers. Letters only, none of A Q Z W M."""

    name: str = "bob"
    password: str = "bonbonrouge"
    autologin: bool = True


def press(pc: VirtualPC, *keys: str, pause_s: float = 0.4) -> None:
    """Press keys one after another; a plus joins keys that are held together: "alt+o"."""
    for key in keys:
        pc.qmp("send-key", keys=[{"type": "qcode", "data": part} for part in key.split("+")])
        time.sleep(pause_s)


def pixel(picture: Path, x: int, y: int) -> tuple[int, int, int]:
    """Return one pixel of a PPM picture (P6, 8 bits), black outside of it."""
    data = picture.read_bytes()
    fields = data.split(maxsplit=4)
    width, height = int(fields[1]), int(fields[2])
    if fields[0] != b"P6" or x >= width or y >= height:
        return (0, 0, 0)
    start = len(data) - width * height * 3 + (y * width + x) * 3
    return data[start], data[start + 1], data[start + 2]


def wait_for_questions(pc: VirtualPC, deadline_s: float = 600) -> float:
    """Wait until the graphical questions are on the screen; return the seconds it took. Raises SystemExit."""
    start = time.monotonic()
    while time.monotonic() - start < deadline_s:
        picture = pc.screenshot("waiting.ppm")
        if picture.exists() and all(abs(a - b) < 12 for a, b in zip(pixel(picture, 4, 20), HEAD, strict=True)):
            return time.monotonic() - start
        time.sleep(2)
    raise SystemExit(f"the first questions did not come in {deadline_s:.0f} s; see waiting.ppm\n{pc.tail()}")


def answer(pc: VirtualPC, owner: Owner, seen: Callable[[str], None] = lambda page: None, slow: float = 1.0) -> None:
    """Answer every page with the keyboard. `seen(page)` is called before a page is left; `slow` stretches the waits."""

    def leave(page: str, *keys: str, wait_s: float = 4) -> None:
        seen(page)
        press(pc, *keys)
        time.sleep(wait_s * slow)

    time.sleep(4 * slow)
    leave("language", "ret")
    leave("keyboard", "ret")
    leave("wifi", "ret")
    leave("timezone", "ret")
    press(pc, *owner.name, "tab", "tab", *owner.password, "tab", *owner.password)
    time.sleep(2 * slow)
    leave("account", *(["alt+o"] if owner.autologin else []), "alt+c")
    leave("check", "ret", wait_s=20)
    leave("ready", "ret")
