"""A laptop made of files for the functional tests: pressed keys are real event records in a pipe, the screen is emulated."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from recond.core import canonical
from recond.core.evdev import EVENT
from recond.core.keyboard import LAYOUTS, OPTIONAL
from tests.screens.conftest import Terminal

Start = Callable[..., Terminal]
PROGRAM = str(Path(__file__).with_name("try_tests.py"))
DEVICES = """I: Bus=0011 Vendor=0001 Product=0001 Version=ab41
N: Name="AT Translated Set 2 keyboard"
H: Handlers=sysrq kbd event3 leds
B: EV=120013
B: KEY=402000000 3803078f800d001 feffffdfffefffff fffffffffffffffe

I: Bus=0003 Vendor=0c2e Product=0200 Version=0110
N: Name="Honeywell Scanner"
H: Handlers=sysrq kbd event9
B: EV=120013
B: KEY=1000000000007 ff9f207ac14057ff febeffdfffefffff fffffffffffffffe

I: Bus=0018 Vendor=06cb Product=cd8b Version=0100
N: Name="SYNA Touchpad"
H: Handlers=mouse0 event5
B: PROP=PROPS
B: EV=b
B: KEY=e520 KEYS 0 0 0 0
B: ABS=2e0800000000003

I: Bus=0019 Vendor=0000 Product=0005 Version=0000
N: Name="Lid Switch"
H: Handlers=event0
B: EV=21
B: SW=1

I: Bus=0019 Vendor=0000 Product=0001 Version=0000
N: Name="Power Button"
H: Handlers=kbd event1
B: EV=3
B: KEY=10000000000000 0
"""


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """Return the root of a laptop made of files: keyboard, bar-code scanner, touchpad with two buttons, lid."""
    root = tmp_path / "m"
    (root / "proc/bus/input").mkdir(parents=True)
    (root / "dev/input").mkdir(parents=True)
    text = DEVICES.replace("PROPS", "0").replace("KEYS", "30000")
    (root / "proc/bus/input/devices").write_text(text)
    for number in (0, 3, 5, 9):
        os.mkfifo(root / f"dev/input/event{number}")
    return root


@pytest.fixture
def pipes() -> Iterator[Callable[[Path], Callable[..., None]]]:
    """Return a maker of "send these events": a pipe stays open as a device does."""
    opened = []

    def make(path: Path) -> Callable[..., None]:
        fd = os.open(path, os.O_RDWR)
        opened.append(fd)

        def send(*events: tuple[int, int, int]) -> None:
            for event in events:
                os.write(fd, EVENT.pack(1, 2, *event))

        return send

    yield make
    for fd in opened:
        os.close(fd)


def wait_for_count(shown: Terminal, what: bytes, count: int) -> None:
    """Wait until this was written so many times."""
    shown.read(lambda: shown.raw.count(what) >= count)


def answer(shown: Terminal, question: str, typed: str) -> None:
    """Type once the question was asked: what is typed before is thrown away."""
    shown.wait_for(question)
    shown.read(lambda: shown.raw.endswith(b" > "))
    shown.type(typed)


def keys(*codes: int) -> list[tuple[int, int, int]]:
    return [(1, code, value) for code in codes for value in (1, 0)]


def results(root: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = canonical.loads((root / "results.json").read_text())
    return found


def codes(layout: str) -> list[int]:
    return [code for row in LAYOUTS[layout] for _, code in row if code not in OPTIONAL]
