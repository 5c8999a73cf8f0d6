"""Ctrl-C as a request to stop. A module of its own: whoever only reads must not load the whole chain for it."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def stopped_by_signals(cancel: threading.Event) -> Iterator[None]:
    """Turn Ctrl-C and termination into a request to stop: what is under way ends as INTERRUPTED and is recorded."""

    def ask(number: int, frame: object) -> None:
        if cancel.is_set():
            raise KeyboardInterrupt
        cancel.set()

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)
