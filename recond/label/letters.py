"""The bundled letters, measured and fitted. DejaVu Sans Condensed: free, every French accent, narrow, open shapes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from io import BytesIO
from typing import TYPE_CHECKING

from recond.label.media import MM_PER_INCH

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

FILES = {False: "DejaVuSansCondensed.ttf", True: "DejaVuSansCondensed-Bold.ttf"}
CAP_EM = 0.73
"""Height of a capital letter in this face, in em."""
ACCENT_EM = 0.93
"""From the base line to the top of É, in em."""
DESCENT_EM = 0.24
"""Below the base line, in em."""
ELLIPSIS = "…"
PROBE_PX = 200
"""Size at which the shape of a character is looked at."""
MISSING = "\uffff"
"""Drawn as the box that stands for a character which the face has not."""


@cache
def _data(bold: bool) -> bytes:
    return resources.files("recond.label").joinpath("fonts", FILES[bold]).read_bytes()


@cache
def font(em_px: int, bold: bool) -> FreeTypeFont:
    """Return the face at a size in dots. The basic layout engine is asked for: the same dots on every machine."""
    from PIL import ImageFont

    return ImageFont.truetype(BytesIO(_data(bold)), em_px, layout_engine=ImageFont.Layout.BASIC)


def to_px(length_mm: float, dpi: int) -> int:
    """Return a length in dots, at least 1."""
    return max(1, round(length_mm * dpi / MM_PER_INCH))


def width_mm(text: str, em_mm: float, bold: bool, dpi: int) -> float:
    """Return how wide the drawn text is: the farther of its ink and its advance."""
    face = font(to_px(em_mm, dpi), bold)
    left, _, right, _ = face.getbbox(text, mode="1")
    return max(right, right - left, face.getlength(text, mode="1")) * MM_PER_INCH / dpi


@cache
def is_drawable(char: str) -> bool:
    """Tell whether both faces have this character and draw it between the top of É and the tail of g."""
    for bold in FILES:
        face = font(PROBE_PX, bold)
        left, top, _, bottom = face.getbbox(char, mode="1", anchor="ls")
        if top < -ACCENT_EM * PROBE_PX - 1 or bottom > DESCENT_EM * PROBE_PX + 1 or left < -PROBE_PX / 10:
            return False
        if bytes(face.getmask(char, mode="1")) == bytes(face.getmask(MISSING, mode="1")):
            return False
    return True


def is_low(text: str, height_mm: float, em_mm: float, bold: bool, dpi: int) -> bool:
    """Tell whether all that is drawn of the text, accents and tails, is at most so high."""
    _, top, _, bottom = font(to_px(em_mm, dpi), bold).getbbox(text, mode="1")
    return bottom - top <= int(height_mm * dpi / MM_PER_INCH)


@dataclass(frozen=True, slots=True)
class Space:
    """Room for one line of text (millimetres), and the sizes of letters between which it may be set there."""

    width_mm: float
    height_mm: float
    biggest_mm: float
    smallest_mm: float


def fit(text: str, space: Space, bold: bool, dpi: int) -> tuple[str, float]:
    """Return the text and the size at which it fits: shrunk first, then cut with an ellipsis at the smallest size."""
    em = space.biggest_mm
    # One jump near the answer, then dot by dot: hinted letters do not shrink evenly.
    width = width_mm(text, em, bold, dpi)
    if width > space.width_mm:
        em = max(space.smallest_mm, 1.05 * em * space.width_mm / width)
    while em > space.smallest_mm:
        if width_mm(text, em, bold, dpi) <= space.width_mm and is_low(text, space.height_mm, em, bold, dpi):
            return text, em
        em -= 0.02
    return cut(text, space.width_mm, space.smallest_mm, bold, dpi), space.smallest_mm


def cut(text: str, room_mm: float, em_mm: float, bold: bool, dpi: int) -> str:
    """Return the longest beginning of the text that fits with an ellipsis behind it (the text itself if it fits)."""
    if width_mm(text, em_mm, bold, dpi) <= room_mm:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if width_mm(text[:middle].rstrip() + ELLIPSIS, em_mm, bold, dpi) <= room_mm:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip() + ELLIPSIS
