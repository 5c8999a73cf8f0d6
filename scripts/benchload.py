"""A big server in minutes, for bench-server: machines, events, cards, lots, needs, all as the server itself would have them.

A few hundred machines go through the real functions (`cards.project`, `cards.columns`, …) with marks where a machine's own
numbers stand; every other machine is one of these with its own numbers put in. `check` then makes cards again from their
events by `cards.rebuild` and holds them against what was loaded: a loader that makes other cards than the server is found out.
"""

from __future__ import annotations

import hashlib
import json
import random
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from recond.core import canonical, event
from recond.core.identity import make_tag
from recond.core.machine import Machine, Network
from tests.server.story import HDD, NVME, Story, disk, machine

MODELS = (
    ("LENOVO", "20L5CTO1WW", "ThinkPad T480", 8), ("HP", "HP EliteBook 840 G3", "", 8), ("Dell Inc.", "OptiPlex 7040", "", 16),
    ("LENOVO", "10AXS0D800", "ThinkCentre M73", 4), ("ASUSTeK COMPUTER INC.", "X553MA", "1.0", 2), ("Acer", "Veriton M2611", "", 4),
)  # fmt: skip
ENDS = ("good",) * 14 + ("audited", "cut", "failed", "aside", "repair", "locked")
TESTS = ("screen", "keyboard", "touchpad", "sound", "camera")
MARKS = ("MARKSERIALA", "MARKSERIALB", "MARKSERIALC", "MARKSERIALD", "02:00:5e:aa:bb:c1")
TAG, UID, RUN = "MARK-TAG", "11111111-1111-7111-8111-111111111111", "22222222-2222-7222-8222-222222222222"
LOT = "MARK-LOT"
STATES = 240
START = datetime(2026, 1, 5, 8, tzinfo=UTC)


class Pattern:
    """One machine with marks: its events, and all that the server keeps of it."""

    def __init__(self, number: int, per_machine: int, rng: random.Random) -> None:
        from recond.core import projection
        from recond.server import cards, identity

        story = _story(number, rng)
        while len(story.events) < per_machine:
            story.add("label.printed", {"printer": "png", "outcome": "saved", "file": "again.png"})
        self.events = [dict(item, id=f"MARK-ID-{place:02d}", prev=None) for place, item in enumerate(story.events)]
        self.bodies = [canonical.encode(item).decode() for item in self.events]
        # As cards.project does it, from the same bodies.
        card = projection.project([json.loads(body) for body in self.bodies])
        self.columns = cards.columns(card)
        self.words = cards.searched_by(card)
        self.prints = sorted(identity.prints_of(card))
        self.card, self.tile = (json.dumps(one, ensure_ascii=False) for one in (card, self.columns["tile"]))


def _story(number: int, rng: random.Random) -> Story:
    maker, product, version, ram = rng.choice(MODELS)
    end = ENDS[number % len(ENDS)]
    one, two = replace(NVME, serial=MARKS[2], wwn=None), replace(HDD, serial=MARKS[3], wwn=None)
    made: Machine = machine(disk(one), disk(two), product=product, version=version)
    system = replace(made.system, manufacturer=maker, serial=MARKS[0], board_serial=MARKS[1], uuid=None)
    firmware = replace(made.firmware, admin_password=end == "locked") if made.firmware else None
    made = replace(
        made, system=system, firmware=firmware, memory=replace(made.memory, total_bytes=ram << 30), batteries=(),
        networks=(Network(name="enp0s31f6", kind="ethernet", mac=MARKS[4], permanent=True, bus="pci"),),
    )  # fmt: skip
    story = Story(number, lot=LOT, uid=UID)
    story.tag, story.run = TAG, RUN
    story.audit(made)
    sorting = {"repair": "repair", "aside": "parts"}.get(end, "recondition")
    story.add("grade.set", {"grade": "ABC"[number % 3], "reason": "usure", "raise": None, "sorting": sorting,
                            "repairs": ["clavier à changer"] if end == "repair" else []})  # fmt: skip
    for name in TESTS:
        story.add("test.result", {"name": name, "outcome": "pass", "reasons": [], "facts": {}})
    if end == "audited":
        return story.add("run.ended", {"result": "ok", "exit_code": 0})
    if end == "failed":
        return story.wipe(one, "FAILED").end("aside", 10)
    story.wipe(one).wipe(two, None if end == "cut" else "ERASED")
    if end != "cut":
        story.install(one).end("aside" if end == "aside" else "ready")
    return story


class Scale:
    """A number of machines with so many events each, and the workshop around them."""

    def __init__(self, machines: int, per_machine: int, seed: int = 20261123) -> None:
        self.machines, self.per_machine, self.rng = machines, per_machine, random.Random(seed)
        self.patterns = [Pattern(number, per_machine, self.rng) for number in range(STATES)]
        self.lots = [f"2026-{1 + n % 12:02d}-CD44-{n:04d}" for n in range(max(2, machines // 40))]
        self.sample: list[str] = []
        self.stick: int | None = None

    def lot_of(self, number: int) -> str:
        """Return a machine's lot: some forty each, and one of three hundred."""
        return self.lots[0] if number < min(300, self.machines // 3) else self.lots[1 + number % (len(self.lots) - 1)]

    def rows(self, numbers: Iterable[int]) -> Iterator[dict[str, list[tuple[Any, ...]]]]:
        """Return the rows of each machine, by table."""
        for number in numbers:
            yield self._machine(number)

    def _machine(self, number: int) -> dict[str, list[tuple[Any, ...]]]:
        pattern = self.patterns[number % len(self.patterns)]
        day = START + timedelta(minutes=number * 4)
        uid, run = (event.uuid7(day, secrets.token_bytes(10)) for _ in range(2))
        tag, lot = make_tag("MDL", number + 1), self.lot_of(number)
        own = [f"S{number:07d}{letter}{number * 7919 % 1000003:06X}" for letter in "ABCD"]
        own.append(f"02:00:5e:{number >> 16 & 255:02x}:{number >> 8 & 255:02x}:{number & 255:02x}")
        marks = [(UID, uid), (RUN, run), (TAG, tag), (LOT, lot), *zip(MARKS, own, strict=True)]
        if number % max(1, self.machines // 200) == 0:
            self.sample.append(uid)
        found = self._events(pattern, marks, day, (uid, run, tag))
        columns = {**pattern.columns, "tag": tag, "lot": lot, "tile": _put(pattern.tile, marks)}
        small = [(mark.lower(), value.lower()) for mark, value in marks]
        found["card"] = [(uid, columns, _put(pattern.card, marks), day)]
        found["words"] = [(uid, _put(pattern.words, small))]
        found["print"] = [(uid, kind, _put(value, small)) for kind, value in pattern.prints]
        return found

    def _events(
        self, pattern: Pattern, marks: list[tuple[str, str]], day: datetime, head: tuple[str, str, str]
    ) -> dict[str, list[tuple[Any, ...]]]:
        uid, run, tag = head
        rows, prev = [], None
        for place, text in enumerate(pattern.bodies):
            name = event.uuid7(day + timedelta(seconds=place), secrets.token_bytes(10))
            body = _put(text, marks).replace(f"MARK-ID-{place:02d}", name)
            if prev:
                body = body.replace('"prev":null', f'"prev":"{prev}"')
            prev = hashlib.sha256(body.encode()).hexdigest()
            rows.append((name, pattern.events[place]["type"], run, place + 1, uid, tag, prev, body, self.stick, day))
        return {"event": rows}


def _put(text: str, marks: list[tuple[str, str]]) -> str:
    for mark, value in marks:
        text = text.replace(mark, value)
    return text
