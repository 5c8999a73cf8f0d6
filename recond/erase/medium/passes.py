"""One pass over a disk: writing a pattern, or reading it back. Bad places are retried small, noted, never looped on."""

from __future__ import annotations

import errno
from collections.abc import Callable
from dataclasses import dataclass, field

from recond.core.ports import BlockDevice
from recond.core.verdict import ByteRange
from recond.erase.medium.buffers import CHUNK, PageBuffer
from recond.erase.medium.faults import is_bad_place
from recond.erase.medium.pattern import Pattern
from recond.erase.medium.ranges import RangeLog
from recond.erase.medium.sweep import Stopped, Work
from recond.erase.method import Stop

SMALL = 4096
"""Bytes of a retry: a physical sector of today's drives."""

BAD_LIMIT = 4096
BAD_BYTES = 64 << 20
"""A disk with more bad places, or more bad bytes, than that is a wreck: the wipe ends instead of taking days."""

DIFFERENT_BYTES = 16 << 20
"""Read-back that differs is a failure from the first byte on; this much is noted to show where."""


@dataclass(slots=True)
class Ground:
    """The disk under a pass and what was noted on it. `beat` is told that something moved, also within a chunk."""

    device: BlockDevice
    pattern: Pattern
    stop: Stop
    beat: Callable[[], None]
    bad: RangeLog = field(default_factory=lambda: RangeLog(BAD_LIMIT, BAD_BYTES))
    different: RangeLog = field(default_factory=lambda: RangeLog(BAD_LIMIT, DIFFERENT_BYTES))

    @property
    def small(self) -> int:
        """Return the length of one retry."""
        return max(SMALL, self.device.block_bytes)

    def pieces(self, part: ByteRange) -> list[ByteRange]:
        """Return the part cut for a retry. Each is tried once."""
        step, end = self.small, part.offset + part.length
        return [ByteRange(at, min(step, end - at)) for at in range(part.offset, end, step)]

    def check_stop(self) -> None:
        """Raise Stopped when asked to stop: a retry on a dying drive takes half a minute a piece."""
        self.beat()
        if self.stop.is_set():
            raise Stopped


def write_pass(ground: Ground) -> Work:
    """Return what one thread does with each chunk: put the pattern there."""
    buffer = PageBuffer(CHUNK)
    pattern = ground.pattern
    if pattern.constant:
        pattern.fill(0, buffer.view)

    def work(part: ByteRange) -> None:
        view = buffer.view[: part.length]
        if not pattern.constant:
            pattern.fill(part.offset, view)
        try:
            _write(ground, part, view)
        except OSError as error:
            if not is_bad_place(error):
                raise
            for piece in ground.pieces(part):
                ground.check_stop()
                start = piece.offset - part.offset
                _write_piece(ground, piece, view[start : start + piece.length])

    return work


def _write(ground: Ground, part: ByteRange, view: memoryview) -> None:
    if ground.device.write_from(part.offset, view) != part.length:
        raise OSError(errno.EIO, "written in part only")


def _write_piece(ground: Ground, piece: ByteRange, view: memoryview) -> None:
    try:
        _write(ground, piece, view)
    except OSError as error:
        if not is_bad_place(error):
            raise
        ground.bad.add(piece.offset, piece.length)


def verify_pass(ground: Ground, good: Callable[[int], None]) -> Work:
    """Return what one thread does with each chunk: read it and compare. `good` is told the bytes found as written."""
    seen, wanted = PageBuffer(CHUNK), PageBuffer(CHUNK)
    pattern = ground.pattern
    if pattern.constant:
        pattern.fill(0, wanted.view)

    def work(part: ByteRange) -> None:
        if not pattern.constant:
            pattern.fill(part.offset, wanted.view[: part.length])
        # Where writing failed, reading a whole chunk would fail too and the drive take its time: small steps at once.
        if not ground.bad.touches(part.offset, part.length):
            try:
                _read(ground, part, seen.view[: part.length])
            except OSError as error:
                if not is_bad_place(error):
                    raise
            else:
                good(_compare(ground, part, seen, wanted))
                return
        good(_read_small(ground, part, seen, wanted))

    return work


def _read(ground: Ground, part: ByteRange, view: memoryview) -> None:
    if ground.device.read_into(part.offset, view) != part.length:
        raise OSError(errno.EIO, "read in part only")


def _compare(ground: Ground, part: ByteRange, seen: PageBuffer, wanted: PageBuffer) -> int:
    if seen.same(wanted, 0, part.length):
        return part.length
    block = ground.device.block_bytes
    same = 0
    for start in range(0, part.length, block):
        length = min(block, part.length - start)
        if seen.same(wanted, start, length):
            same += length
        else:
            ground.different.add(part.offset + start, length)
    return same


def _read_small(ground: Ground, part: ByteRange, seen: PageBuffer, wanted: PageBuffer) -> int:
    same = 0
    for piece in ground.pieces(part):
        ground.check_stop()
        if ground.bad.touches(piece.offset, piece.length):
            continue
        start = piece.offset - part.offset
        try:
            _read(ground, piece, seen.view[start : start + piece.length])
        except OSError as error:
            if not is_bad_place(error):
                raise
            ground.bad.add(piece.offset, piece.length)
            continue
        if seen.same(wanted, start, piece.length):
            same += piece.length
        else:
            ground.different.add(piece.offset, piece.length)
    return same
