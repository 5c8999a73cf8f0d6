"""Waiting for a reader no longer than its deadline: a file of the kernel that never answers may not hold up the audit."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

SECTION_DEADLINE_S = 20.0
"""What one part of the machine may take: a slow embedded controller needs some seconds for its batteries."""


def within(seconds: float, work: Callable[[], T]) -> T | None:
    """Return what `work` returns, None when it has not ended in time; it is then left behind (nothing can stop a read
    that hangs in the kernel). Raises what `work` raises."""
    answers: list[T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            answers.append(work())
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=run, daemon=True, name="reader")
    thread.start()
    thread.join(seconds)
    if errors:
        raise errors[0]
    return answers[0] if answers else None
