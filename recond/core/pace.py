"""How far a work of several steps is as a whole, and how long it still takes. Pure: it is told the time."""

from __future__ import annotations

from collections.abc import Mapping

EARLY_S, EARLY = 5.0, 0.05
"""Before so many seconds, or so small a part, nobody can say how long the rest takes."""


class Whole:
    """The parts of a whole, by their usual durations; what comes in another order never makes it go back."""

    def __init__(self, weights: Mapping[str, float]) -> None:
        self._weights = dict(weights)
        self._total = sum(weights.values()) or 1.0
        self._before: dict[str, float] = {}
        before = 0.0
        for title, weight in weights.items():
            self._before[title] = before
            before += weight
        self._reached = 0.0

    def share(self, title: str, share: float | None) -> float:
        """Return how much of the whole is done, 0 to 1, when this step is that far (None = it just begins)."""
        if title in self._before:
            done = self._before[title] + self._weights[title] * min(1.0, max(0.0, share or 0.0))
            self._reached = max(self._reached, done / self._total)
        return self._reached


def left_s(elapsed_s: float, share: float) -> float | None:
    """Return the seconds left if the rest goes as fast as what is done; None when that cannot be said yet."""
    if elapsed_s < EARLY_S or not EARLY <= share <= 1:
        return None
    return elapsed_s * (1 - share) / share
