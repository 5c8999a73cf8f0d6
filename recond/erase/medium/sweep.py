"""Going over a disk in chunks on a few threads, in order, with one place that watches and tells.

Three threads keep the drive's queue full while one of them computes a keystream; the sweep's caller only watches, so
a call that hangs in the drive never hides that nothing moves.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator

from recond.core.verdict import ByteRange
from recond.erase.medium.buffers import CHUNK
from recond.erase.method import Stop

THREADS = 3
TICK_S = 0.25

Work = Callable[[ByteRange], None]
"""Does one chunk. Raises OSError or TooMany to end the whole sweep, Stopped when asked to stop."""


class Stopped(Exception):
    """The person, or the flow, asked to stop."""


def chunks(ranges: Iterable[ByteRange], size: int = CHUNK) -> Iterator[ByteRange]:
    """Cut ranges into pieces of at most `size` bytes."""
    for one in ranges:
        offset, end = one.offset, one.offset + one.length
        while offset < end:
            length = min(size, end - offset)
            yield ByteRange(offset, length)
            offset += length


class Sweep:
    """One pass over `parts`, whose first begins at `start`. `make_work` is called once in each thread, to make its own
    buffers."""

    def __init__(
        self, parts: Iterator[ByteRange], make_work: Callable[[], Work], stop: Stop, *, start: int = 0
    ) -> None:
        self._parts = parts
        self._make_work = make_work
        self._stop = stop
        self._lock = threading.Lock()
        self._in_flight: set[int] = set()
        self._reached = start
        self._done = 0
        self._failure: Exception | None = None

    @property
    def done_bytes(self) -> int:
        """Return the bytes of all finished chunks."""
        return self._done

    def low_mark(self) -> int:
        """Return the offset below which every chunk handed out so far is finished."""
        with self._lock:
            return min(self._in_flight, default=self._reached)

    def run(self, watch: Callable[[Sweep], None]) -> None:
        """Go over everything; `watch` is called a few times a second from the caller's thread.

        Raises what the first failing thread raised, Stopped when asked to stop before the end.
        """
        # Daemons: a thread that hangs in a dying drive cannot be killed and must not keep the program alive.
        threads = [threading.Thread(target=self._thread, daemon=True) for _ in range(THREADS)]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            for thread in threads:
                thread.join(TICK_S / THREADS)
            try:
                watch(self)
            except Exception as error:
                # The threads must have ended before anybody hears of it: no write may come after the verdict.
                self._fail(error)
        if self._failure is not None:
            raise self._failure

    def _fail(self, error: Exception) -> None:
        with self._lock:
            if self._failure is None or isinstance(self._failure, Stopped):
                self._failure = error

    def _thread(self) -> None:
        try:
            work = self._make_work()
            while (part := self._take()) is not None:
                work(part)
                with self._lock:
                    self._in_flight.discard(part.offset)
                    self._done += part.length
        # Whatever it is, it must reach the caller: a thread that died silently would leave a hole in the disk's wipe.
        except BaseException as error:
            self._fail(error if isinstance(error, Exception) else RuntimeError(repr(error)))

    def _take(self) -> ByteRange | None:
        with self._lock:
            if self._failure is not None:
                return None
            part = next(self._parts, None)
            if part is None:
                return None
            if self._stop.is_set():
                raise Stopped
            self._in_flight.add(part.offset)
            self._reached = part.offset + part.length
            return part
