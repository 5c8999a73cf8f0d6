"""Ranges of bytes noted while a disk is swept: unwritable, unreadable, different. Merged, bounded, thread-safe."""

from __future__ import annotations

import bisect
import threading

from recond.core.verdict import ByteRange


class TooMany(Exception):
    """More was noted than is worth going on for."""


class RangeLog:
    """A growing set of byte ranges. `limit` is the number of separate ranges, `limit_bytes` the bytes, beyond which
    `add` keeps the range and raises TooMany."""

    def __init__(self, limit: int, limit_bytes: int) -> None:
        self._limit = limit
        self._limit_bytes = limit_bytes
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._total = 0
        self._lock = threading.Lock()

    @property
    def total_bytes(self) -> int:
        """Return the bytes in all ranges."""
        return self._total

    def add(self, offset: int, length: int) -> None:
        """Note a range; one that touches or overlaps others is merged with them. Raises TooMany."""
        with self._lock:
            start, end = offset, offset + length
            first = bisect.bisect_left(self._ends, start)
            last = bisect.bisect_right(self._starts, end)
            if first < last:
                start = min(start, self._starts[first])
                end = max(end, self._ends[last - 1])
            removed = sum(e - s for s, e in zip(self._starts[first:last], self._ends[first:last], strict=True))
            self._starts[first:last] = [start]
            self._ends[first:last] = [end]
            self._total += (end - start) - removed
            if len(self._starts) > self._limit or self._total > self._limit_bytes:
                raise TooMany

    def touches(self, offset: int, length: int) -> bool:
        """Tell whether any noted byte lies in the range."""
        with self._lock:
            place = bisect.bisect_right(self._ends, offset)
            return place < len(self._starts) and self._starts[place] < offset + length

    def ranges(self) -> tuple[ByteRange, ...]:
        """Return all ranges, sorted, none touching another."""
        with self._lock:
            return tuple(ByteRange(s, e - s) for s, e in zip(self._starts, self._ends, strict=True))
