"""Waiting for a reader no longer than its deadline: a file of the kernel that never answers may not hold up the audit."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

SECTION_DEADLINE_S = 20.0
"""What one part of the machine may take: a slow embedded controller needs some seconds for its batteries."""


def begin(work: Callable[[], T]) -> Callable[[float | None], T | None]:
    """Start `work` beside everything else. Return how to wait for it: at most so many seconds (None = until it ends); the
    answer is what `work` returned, None when it has not ended yet. Raises what `work` raised."""
    answers: list[T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            answers.append(work())
        except BaseException as error:
            errors.append(error)

    # A daemon: a read that hangs in the kernel cannot be stopped, and must not keep recond from ending.
    thread = threading.Thread(target=run, daemon=True, name="reader")
    thread.start()

    def wait(seconds: float | None) -> T | None:
        thread.join(seconds)
        if errors:
            raise errors[0]
        return answers[0] if answers else None

    return wait


def within(seconds: float, work: Callable[[], T]) -> T | None:
    """Return what `work` returns, None when it has not ended in time; it is then left behind. Raises what `work` raises."""
    return begin(work)(seconds)
