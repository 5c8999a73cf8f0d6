"""Having a drive test itself: started, asked now and then how far it is, stopped at its deadline; never waited for longer."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event

from recond.core.disk import Bus, Disk
from recond.core.machine import Smart
from recond.core.ports import Host
from recond.core.words import N_
from recond.probe import selftest, smart
from recond.probe.selftest import Length
from recond.probe.smart_json import Json

POLL_S = 15.0
MOST_MUTE = 4
"""Answers in a row that do not tell whether a test runs, before it is given up."""

BUSES = (Bus.SATA, Bus.NVME, Bus.SCSI)
"""Never over USB: bridges lose the test, or the drive."""

Tell = Callable[[Disk, int | None, int], None]


def never(disk: Disk, done_pct: int | None, left_s: int) -> None:
    """Tell nobody."""


@dataclass
class SelfTests:
    """How the drives of one audit are to test themselves. `pause` waits so many seconds and returns True when a stop was
    asked for; `tell` is told the disk, its per cent done (None = unknown) and the seconds left by its own word."""

    length: Length = Length.SHORT
    stop: Event = field(default_factory=Event)
    tell: Tell = never
    pause: Callable[[float], bool] | None = None

    def wait(self, seconds: float) -> bool:
        """Wait; return True when a stop was asked for."""
        return (self.pause or self.stop.wait)(seconds)


def applies(disk: Disk, found: Smart, said: Json) -> bool:
    """Tell whether this disk is to be tested: an internal one that answers, that has the test."""
    internal = disk.bus in BUSES and not disk.removable
    return internal and found.available and selftest.why_no_test(said) is None


def run(host: Host, disk: Disk, before: Json, tests: SelfTests) -> tuple[Json | str, str | None]:
    """Run one disk's test to its end or its deadline (twice its own minutes and one more), then read its SMART again.

    Returns that second reading, and why the test did not end (None = it ended, and the reading holds its result).
    """
    started = host.run(selftest.start(disk.path, tests.length))
    answer = selftest.load(started)
    if answer is not None and selftest.why_no_test(answer) is not None:
        # It has none and says so only now, some with a good exit status: nothing was tested, nothing failed.
        return before, None
    note = selftest.why_not_started(started)
    if note is None:
        note = _follow(host, disk, tests, selftest.minutes(before, tests.length) * 60)
    done = host.run(smart.command(disk.path, smart.deadline_s(disk)))
    said = smart.load(done)
    if note is None and not isinstance(said, str) and selftest.log_of(said) == selftest.log_of(before):
        note = N_("aucun résultat dans le journal du disque")
    return said, note


def _follow(host: Host, disk: Disk, tests: SelfTests, own_s: int) -> str | None:
    limit, spent, mute = 2 * own_s + 60, 0.0, 0
    tests.tell(disk, 0, own_s)
    while spent < limit:
        began = time.monotonic()
        stopped = tests.wait(POLL_S)
        if stopped:
            host.run(selftest.abort(disk.path))
            return N_("arrêté avant la fin")
        done = host.run(selftest.poll(disk.path))
        spent += max(POLL_S, time.monotonic() - began)
        said = selftest.load(done)
        found = selftest.progress(said) if said is not None else None
        if found is not None and not found.running:
            return None
        mute = 0 if found is not None else mute + 1
        if mute == MOST_MUTE:
            host.run(selftest.abort(disk.path))
            return N_("le disque ne dit pas où il en est, arrêté")
        tests.tell(disk, *_how_far(found, own_s, spent))
    host.run(selftest.abort(disk.path))
    return N_("pas fini en {limit} minutes, arrêté").format(limit=limit // 60)


def _how_far(found: selftest.Polled | None, own_s: int, spent_s: float) -> tuple[int | None, int]:
    """Return the per cent done and the seconds left, by the drive's word where it gives one."""
    if found is None or found.done_pct is None:
        return None, max(0, round(own_s - spent_s))
    return found.done_pct, own_s * (100 - found.done_pct) // 100
