"""Overwriting a whole disk with a pattern and reading it back: what the overwrite methods have in common."""

from __future__ import annotations

import errno
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

from recond.core.progress import Phase
from recond.core.verdict import ByteRange, Observed, VerifyMode
from recond.core.words import N_
from recond.erase.medium import faults, hidden, resume
from recond.erase.medium.passes import Ground, verify_pass, write_pass
from recond.erase.medium.pattern import Pattern
from recond.erase.medium.ranges import TooMany
from recond.erase.medium.sample import stratified
from recond.erase.medium.sweep import Stopped, Sweep, chunks
from recond.erase.method import Job

SAVE_S = 2.0
FLUSH_S = 30.0
"""How often the drive is asked to empty its cache while writing: what a power cut costs at most."""


@dataclass(slots=True)
class Pass:
    """What both passes share. `seen` is filled in as things are observed."""

    job: Job
    ground: Ground
    state: resume.Progressed
    seen: Observed
    resumed: bool

    @property
    def usable(self) -> int:
        """Return the bytes that direct input/output reaches: whole logical blocks."""
        return self.seen.size_bytes - self.seen.size_bytes % self.ground.device.block_bytes


def overwrite(job: Job, seed_bytes: int, make_pattern: Callable[[bytes], Pattern]) -> Observed:
    """Write the pattern over the whole disk, flush, read back as the plan says; return what was observed."""
    areas = hidden.reveal(job)
    one = _prepare(job, seed_bytes, make_pattern)
    one.seen = replace(
        one.seen,
        hidden=areas.hidden,
        native_bytes=areas.native_bytes,
        dco_bytes=areas.dco_bytes,
        restart=areas.restored,
    )
    if areas.restored:
        resume.forget(job)
        return replace(one.seen, error=hidden.RESTART)
    try:
        _write(one)
        _verify(one)
    except Stopped:
        one.seen = replace(one.seen, interrupted=True)
    except TooMany:
        _note_too_many(one)
    except OSError as error:
        # EBADF: the flow took the disk back from a wipe that it gave up.
        given_back = error.errno == errno.EBADF
        text = None if given_back else faults.explain(error)
        one.seen = replace(one.seen, interrupted=given_back, vanished=faults.is_gone(error), error=text)
    seen = replace(one.seen, bad_ranges=one.ground.bad.ranges(), mismatches=one.ground.different.ranges())
    one.state.bad = seen.bad_ranges
    if seen.interrupted or seen.vanished:
        one.state.save(job, power_lost=seen.vanished)
    else:
        resume.forget(job)
    return seen


def _prepare(job: Job, seed_bytes: int, make_pattern: Callable[[bytes], Pattern]) -> Pass:
    found = resume.load(job)
    resumed = found is not None and len(found.seed) == seed_bytes
    state = found if found is not None and resumed else resume.Progressed(job.host.random(seed_bytes))
    device = job.device()
    pattern = make_pattern(state.seed)
    # Nothing but the read-back of everything proves what a wipe that was cut off left behind.
    verify = VerifyMode.FULL if resumed else job.item.verify
    seen = Observed(device.size_bytes, accepted=False, verify=verify, pattern=pattern.name)
    one = Pass(job, Ground(device, pattern, job.stop, beat=lambda: None), state, seen, resumed)
    for bad in state.bad:
        one.ground.bad.add(bad.offset, bad.length)
    tail = seen.size_bytes - one.usable
    if tail:
        one.ground.bad.add(one.usable, tail)
    # The seed must outlive a crash before the first byte is written with it.
    state.save(job)
    return one


def _write(one: Pass) -> None:
    job, ground, state = one.job, one.ground, one.state
    start = state.written
    moved = 0

    def tell() -> None:
        # A retry inside a chunk moves nothing forward, and yet it is no stall: it is told with the same figure.
        job.tell(Phase.WRITE, start + moved, one.usable)

    ground.beat = tell
    times = {"save": time.monotonic(), "flush": time.monotonic()}

    def watch(sweep: Sweep) -> None:
        nonlocal moved
        if sweep.done_bytes != moved:
            moved = sweep.done_bytes
            tell()
        now = time.monotonic()
        state.written = sweep.low_mark()
        if now - times["flush"] >= FLUSH_S:
            times["flush"] = now
            mark = state.written
            ground.device.flush()
            state.safe = mark
        if now - times["save"] >= SAVE_S:
            times["save"] = now
            state.bad = ground.bad.ranges()
            state.save(job)

    parts = chunks([ByteRange(start, one.usable - start)])
    sweep = Sweep(parts, lambda: write_pass(ground), job.stop, start=start)
    tell()
    try:
        sweep.run(watch)
    finally:
        state.written = sweep.low_mark()
        one.seen = replace(one.seen, bytes_written=max(0, state.written - _within(one, state.written)))
    ground.device.flush()
    state.safe = state.written
    state.bad = ground.bad.ranges()
    state.save(job)
    one.seen = replace(one.seen, accepted=True)


def _within(one: Pass, end: int) -> int:
    return sum(min(bad.length, max(0, end - bad.offset)) for bad in one.ground.bad.ranges())


def _verify(one: Pass) -> None:
    job, ground = one.job, one.ground
    ranges = _to_read(one)
    if not ranges:
        return
    ground.device.drop_caches()
    total = sum(part.length for part in ranges)
    good = _Count()
    moved = 0

    def tell() -> None:
        job.tell(Phase.VERIFY, moved, total)

    ground.beat = tell

    def watch(sweep: Sweep) -> None:
        nonlocal moved
        if sweep.done_bytes != moved:
            moved = sweep.done_bytes
            tell()

    tell()
    try:
        Sweep(chunks(ranges), lambda: verify_pass(ground, good.add), job.stop).run(watch)
    finally:
        one.seen = replace(one.seen, bytes_verified=good.value)


def _to_read(one: Pass) -> list[ByteRange]:
    if one.seen.verify is VerifyMode.NONE:
        return []
    if one.seen.verify is VerifyMode.FULL:
        return [ByteRange(0, one.usable)]
    return stratified(one.usable, one.ground.device.block_bytes, Random(one.job.host.random(16)))


def _note_too_many(one: Pass) -> None:
    # Read-back that differs is recorded as such and needs no other words; a wreck does.
    if not one.ground.different.total_bytes:
        megabytes = one.ground.bad.total_bytes / 1e6
        error = N_("trop de secteurs illisibles ou non inscriptibles ({megabytes:.1f} Mo) : arrêt").format(
            megabytes=megabytes
        )
        one.seen = replace(one.seen, error=error)


class _Count:
    """A sum that several threads add to."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.value = 0

    def add(self, amount: int) -> None:
        """Add."""
        with self._lock:
            self.value += amount
