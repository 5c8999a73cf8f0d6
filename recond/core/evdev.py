"""Input devices as the Linux kernel tells of them: what each one has (/proc/bus/input/devices) and its stream of events."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from recond.core.text import clean

EVENT = struct.Struct("llHHi")
"""struct input_event of a 64-bit kernel (linux/input.h): seconds, microseconds, type, code, value."""

EV_KEY, EV_REL, EV_ABS, EV_SW = 1, 2, 3, 5
REL_X, REL_Y, ABS_X, ABS_Y, SW_LID = 0, 1, 0, 1, 0
BTN_LEFT, BTN_RIGHT, BTN_TOOL_FINGER = 0x110, 0x111, 0x145
KEY_ESC, KEY_ENTER, KEY_A, KEY_SPACE = 1, 28, 30, 57
PROP_BUTTONPAD = 2
"""Numbers of linux/input-event-codes.h."""

BUS_USB, BUS_BLUETOOTH = 3, 5


@dataclass(frozen=True, slots=True)
class InputDevice:
    """One device: its node, its bus, and what it can say."""

    name: str
    path: str
    bus: int
    keys: frozenset[int] = frozenset()
    rel: frozenset[int] = frozenset()
    abs: frozenset[int] = frozenset()
    switches: frozenset[int] = frozenset()
    props: frozenset[int] = frozenset()

    @property
    def is_keyboard(self) -> bool:
        """Tell whether it has the keys of a keyboard (a power button or a bar-code remote has not)."""
        return {KEY_A, KEY_ENTER, KEY_SPACE} <= self.keys

    @property
    def is_pointer(self) -> bool:
        """Tell whether it moves a pointer: a mouse, a touchpad, a pointing stick."""
        return BTN_LEFT in self.keys and ({REL_X, REL_Y} <= self.rel or {ABS_X, ABS_Y} <= self.abs)

    @property
    def is_built_in(self) -> bool:
        """Tell whether it is wired to the board rather than plugged in or by radio."""
        return self.bus not in (BUS_USB, BUS_BLUETOOTH)


@dataclass(frozen=True, slots=True)
class InputEvent:
    """One event of one device."""

    kind: int
    code: int
    value: int


def parse_devices(text: str) -> tuple[InputDevice, ...]:
    """Return the devices of /proc/bus/input/devices that have an event node; what cannot be read is left out."""
    found = []
    for block in re.split(r"\n\s*\n", text):
        bus = re.search(r"^I: Bus=([0-9a-fA-F]{4})", block, re.M)
        node = re.search(r"^H: Handlers=.*?\b(event\d+)\b", block, re.M)
        if bus is None or node is None:
            continue
        name = re.search(r'^N: Name="(.*)"', block, re.M)
        found.append(
            InputDevice(
                clean(name[1]) or "?" if name else "?",
                f"/dev/input/{node[1]}",
                int(bus[1], 16),
                _bits(block, "KEY"),
                _bits(block, "REL"),
                _bits(block, "ABS"),
                _bits(block, "SW"),
                _bits(block, "PROP"),
            )
        )
    return tuple(found)


def _bits(block: str, name: str) -> frozenset[int]:
    # Words of 64 bits in hexadecimal, the highest first.
    line = re.search(rf"^B: {name}=([0-9a-fA-F ]+)$", block, re.M)
    words = reversed(line[1].split()[:32]) if line else ()
    return frozenset(
        64 * place + bit
        for place, word in enumerate(words)
        for bit in range(64)
        if len(word) <= 16 and int(word, 16) >> bit & 1
    )


class Decoder:
    """Turns the bytes read from one device into events; a piece that was cut waits for its rest."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> Iterator[InputEvent]:
        """Yield the whole events in what was read so far."""
        data = self._rest + data
        whole = len(data) - len(data) % EVENT.size
        self._rest = data[whole:]
        for place in range(0, whole, EVENT.size):
            _, _, kind, code, value = EVENT.unpack_from(data, place)
            yield InputEvent(kind, code, value)
