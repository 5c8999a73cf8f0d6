"""How far the work on one disk is: what a screen shows. Pure; the flow makes it, the screens draw it."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from enum import StrEnum

from recond.core.words import _


class Phase(StrEnum):
    """What is being done to the disk now. `shown` is for people."""

    PREPARE = "prepare"
    WRITE = "write"
    ERASE = "erase"
    VERIFY = "verify"
    DONE = "done"

    @property
    def shown(self) -> str:
        """Return the phase in French."""
        return {
            "prepare": _("préparation"),
            "write": _("écriture"),
            "erase": _("effacement par le disque"),
            "verify": _("relecture"),
            "done": _("terminé"),
        }[self.value]


@dataclass(frozen=True, slots=True)
class Progress:
    """One look at one disk. `disk` is its kernel name. `total_bytes` None = nobody knows how long (firmware erase).

    `elapsed_s` counts from the start of the phase. `stalled_s` > 0 = nothing has moved for that long: say it.
    `temperature_c`: as the kernel's sensor gives it, None = this disk has none.
    """

    disk: str
    phase: Phase
    done_bytes: int = 0
    total_bytes: int | None = None
    bytes_per_s: float | None = None
    elapsed_s: float = 0.0
    stalled_s: float = 0.0
    temperature_c: int | None = None

    @property
    def fraction(self) -> float | None:
        """Return how much of the phase is done, 0 to 1; None when that cannot be known."""
        return min(1.0, self.done_bytes / self.total_bytes) if self.total_bytes else None

    @property
    def left_s(self) -> float | None:
        """Return the seconds left in this phase at the present speed; None when that cannot be known."""
        if self.total_bytes is None or not self.bytes_per_s:
            return None
        return max(0, self.total_bytes - self.done_bytes) / self.bytes_per_s


class Meter:
    """Measures the speed over the last seconds. Told the time, so that it needs no clock."""

    WINDOW_S = 8.0

    def __init__(self) -> None:
        self._points: deque[tuple[float, int]] = deque()

    def reset(self) -> None:
        """Start anew, at the start of a phase."""
        self._points.clear()

    def add(self, now_s: float, done_bytes: int) -> float | None:
        """Note a point and return bytes per second, None until there are two points a moment apart."""
        self._points.append((now_s, done_bytes))
        while len(self._points) > 2 and now_s - self._points[1][0] >= self.WINDOW_S:
            self._points.popleft()
        first_s, first_bytes = self._points[0]
        return (done_bytes - first_bytes) / (now_s - first_s) if now_s - first_s >= 0.2 else None
