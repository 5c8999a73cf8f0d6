"""What can be put on a label: boxes, words and the code, all in millimetres from the upper left corner."""

from __future__ import annotations

from dataclasses import dataclass

from recond.label.qr import Code


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Return the right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Return the lower edge."""
        return self.y + self.height

    def overlaps(self, other: Box, tolerance: float = 0.01) -> bool:
        """Tell whether two boxes share more than an edge."""
        return (
            self.x < other.right - tolerance
            and other.x < self.right - tolerance
            and self.y < other.bottom - tolerance
            and other.y < self.bottom - tolerance
        )

    def holds(self, other: Box, tolerance: float = 0.01) -> bool:
        """Tell whether another box lies inside this one."""
        return (
            self.x <= other.x + tolerance
            and self.y <= other.y + tolerance
            and other.right <= self.right + tolerance
            and other.bottom <= self.bottom + tolerance
        )


@dataclass(frozen=True, slots=True)
class Words:
    """One line of text in its box. `reverse`: white on a black box.

    It starts `indent_mm` from the left, or is `centred`. Its capitals stand in the middle of the height, or with
    `by_ink` all that is drawn of it, accents and tails included.
    """

    box: Box
    text: str
    em_mm: float
    bold: bool = False
    reverse: bool = False
    centred: bool = False
    by_ink: bool = False
    indent_mm: float = 0.0


@dataclass(frozen=True, slots=True)
class Frame:
    """The outline of a box, drawn inwards."""

    box: Box
    line_mm: float
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Square:
    """A QR code. `box` includes its quiet zone."""

    box: Box
    code: Code


Mark = Words | Frame | Square


@dataclass(frozen=True, slots=True)
class Layout:
    """Everything on one label, its size, and the texts that had no place (the drop order of the domain notes)."""

    width_mm: float
    height_mm: float
    dpi: int
    marks: tuple[Mark, ...]
    dropped: tuple[str, ...] = ()
