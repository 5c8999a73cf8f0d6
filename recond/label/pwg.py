"""Pages as PWG raster: what every driverless network printer takes, those that take no PDF too.

Source: PWG 5102.4 (PWG Raster Format): the sync word, then for each page a header of 1796 bytes and its compressed lines.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Sequence
from typing import TYPE_CHECKING

from recond.label.media import MM_PER_INCH
from recond.label.pdf import Picture

if TYPE_CHECKING:
    from PIL.Image import Image

SYNC = b"RaS2"
HEADER_BYTES = 1796
SGRAY = 18
"""Colour space: grey, 0 = black. At eight bits every printer of this kind has to know it."""
MOST_SAME, MOST_OTHER = 128, 128
SAME = re.compile(rb"(.)\1*", re.DOTALL)
WHITE = 255


def compose(pictures: Sequence[Picture], width_mm: float, height_mm: float, dpi: int) -> Image:
    """Return the page as one grey image, each label dot for dot at its place."""
    from PIL import Image as images

    page = images.new("L", (_dots(width_mm, dpi), _dots(height_mm, dpi)), WHITE)
    for one in pictures:
        page.paste(one.image.convert("L"), (_dots(one.x_mm, dpi), _dots(one.y_mm, dpi)))
    return page


def write_pwg(pages: Sequence[Image], width_mm: float, height_mm: float, dpi: int) -> bytes:
    """Return these grey pages as one document."""
    parts = [SYNC]
    for page in pages:
        parts += [_header(page, width_mm, height_mm, dpi, len(pages)), _lines(page)]
    return b"".join(parts)


def _header(page: Image, width_mm: float, height_mm: float, dpi: int, count: int) -> bytes:
    header = bytearray(HEADER_BYTES)

    def put(at: int, *values: int) -> None:
        struct.pack_into(f">{len(values)}I", header, at, *values)

    header[0:10] = b"PwgRaster\x00"
    put(276, dpi, dpi)
    put(340, 1)
    put(352, round(width_mm * 72 / MM_PER_INCH), round(height_mm * 72 / MM_PER_INCH))
    put(372, page.width, page.height)
    put(384, 8, 8, page.width, 0, SGRAY)
    put(420, 1)
    put(452, count, 1, 1)
    put(472, page.width, page.height)
    return bytes(header)


def _lines(page: Image) -> bytes:
    """Compress the lines: alike lines once, alike dots once. Bytes: lines less one, then runs."""
    data, width = page.tobytes(), page.width
    rows = [data[start : start + width] for start in range(0, len(data), width)]
    parts, at = [], 0
    packed: dict[bytes, bytes] = {}
    while at < len(rows):
        last = at
        while last + 1 < len(rows) and rows[last + 1] == rows[at] and last - at < 255:
            last += 1
        row = rows[at]
        if row not in packed:
            packed[row] = _row(row)
        parts += [bytes([last - at]), packed[row]]
        at = last + 1
    return b"".join(parts)


def _row(row: bytes) -> bytes:
    parts: list[bytes] = []
    single = b""
    for found in SAME.finditer(row):
        length, value = len(found[0]), found[1]
        if length == 1:
            single += value
            continue
        parts += _others(single)
        single = b""
        while length:
            step = min(length, MOST_SAME)
            parts.append(bytes([step - 1]) + value)
            length -= step
    return b"".join((*parts, *_others(single)))


def _others(values: bytes) -> list[bytes]:
    """Return values that differ from their neighbours: one alone is a run of one."""
    found = []
    for start in range(0, len(values), MOST_OTHER):
        some = values[start : start + MOST_OTHER]
        found.append(bytes([257 - len(some)]) + some if len(some) > 1 else b"\x00" + some)
    return found


def _dots(length_mm: float, dpi: int) -> int:
    return round(length_mm * dpi / MM_PER_INCH)
