"""The bundled letters, measured and fitted. DejaVu Sans Condensed: free, every French accent, narrow, open shapes."""

from __future__ import annotations

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


def fit(text: str, room_mm: float, biggest_mm: float, smallest_mm: float, bold: bool, dpi: int) -> tuple[str, float]:
    """Return the text and the size at which it fits `room_mm`: shrunk first, then cut with an ellipsis at the smallest."""
    width = width_mm(text, biggest_mm, bold, dpi)
    if width <= room_mm:
        return text, biggest_mm
    em = biggest_mm * room_mm / width
    while em >= smallest_mm:
        if width_mm(text, em, bold, dpi) <= room_mm:
            return text, em
        em -= 0.02
    return cut(text, room_mm, smallest_mm, bold, dpi), smallest_mm


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
