"""The label's QR code: how big its modules may be drawn, in whole dots so that no printer blurs an edge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from recond.core.labeldata import ALPHANUMERIC, qr_text

QUIET = 4
"""White modules around the code (ISO/IEC 18004, 9.1)."""
SMALLEST_MM = 0.33
"""Side of one module below which a phone has to be held too near."""


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code: `rows` of modules (True = black) and the side of a module in millimetres (a whole number of dots)."""

    text: str
    rows: tuple[tuple[bool, ...], ...]
    module_mm: float

    @property
    def ink_mm(self) -> float:
        """Return the side of the code without its quiet zone."""
        return len(self.rows) * self.module_mm

    @property
    def quiet_mm(self) -> float:
        """Return the width of the quiet zone on each side."""
        return QUIET * self.module_mm


def make_code(text: str | None, tag: str | None, room_mm: float, dpi: int) -> Code | None:
    """Return the code of `text` not wider than `room_mm`, else the one of the tag alone; None when there is no tag.

    Only characters of the alphanumeric mode are taken: a URL that needs more is not printed.
    """
    for candidate in (text, qr_text(tag)):
        if candidate is None or not ALPHANUMERIC.match(candidate):
            continue
        rows = _modules(candidate)
        dots = int(room_mm / 25.4 * dpi / len(rows))
        module_mm = dots * 25.4 / dpi
        if module_mm >= SMALLEST_MM:
            return Code(candidate, rows, module_mm)
    return None


def _modules(text: str) -> tuple[tuple[bool, ...], ...]:
    import segno

    # Level L is raised by segno as far as the same number of modules allows.
    made = segno.make(text, error="L", mode="alphanumeric", micro=False, boost_error=True)
    return tuple(tuple(bool(cell) for cell in row) for row in cast("tuple[bytes, ...]", made.matrix))
