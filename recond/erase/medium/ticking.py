"""Saying that something is still going on while a firmware works and nothing can be counted."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from recond.core.progress import Phase
from recond.erase.method import Job

EVERY_S = 1.0


@contextmanager
def ticking(job: Job, phase: Phase) -> Iterator[None]:
    """Tell the phase once a second until the block ends. What it wraps has its own deadline."""
    over = threading.Event()

    def tick() -> None:
        while not over.wait(EVERY_S):
            job.tell(phase, 0, None)

    job.tell(phase, 0, None)
    thread = threading.Thread(target=tick, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
