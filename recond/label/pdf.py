"""A minimal PDF writer: pages of 1-bit pictures, each at its exact place in millimetres.

Written here because a page-sized picture would round A4 to whole dots; each label keeps its own 300 dpi and its own
origin, so that a sheet's last row is as exact as its first. Source: ISO 32000-1 (7.5 file structure, 8.9 images).
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

POINTS_PER_MM = 72 / 25.4


@dataclass(frozen=True, slots=True)
class Picture:
    """A 1-bit image (1 = white), the upper left corner of its place on the page, and its size. Millimetres."""

    image: Image
    x_mm: float
    y_mm: float
    width_mm: float
    height_mm: float


def write_pdf(pages: Sequence[Sequence[Picture]], width_mm: float, height_mm: float, title: str) -> bytes:
    """Return a PDF of these pages. It asks the viewer to print at its real size, which label sheets need."""
    file = _File()
    catalog, tree, info = file.reserve(), file.reserve(), file.reserve()
    kids = [_page(file, tree, page, width_mm, height_mm) for page in pages]
    file.put(catalog, f"<< /Type /Catalog /Pages {tree} 0 R /ViewerPreferences << /PrintScaling /None >> >>".encode())
    names = " ".join(f"{kid} 0 R" for kid in kids)
    file.put(tree, f"<< /Type /Pages /Kids [{names}] /Count {len(kids)} >>".encode())
    file.put(info, f"<< /Title {_text(title)} /Producer (recond) >>".encode())
    return file.finish(catalog, info)


def _page(file: _File, tree: int, pictures: Sequence[Picture], width_mm: float, height_mm: float) -> int:
    names, content = [], []
    for number, picture in enumerate(pictures):
        names.append(f"/L{number} {file.add(_image(picture.image))} 0 R")
        left, low = picture.x_mm, height_mm - picture.y_mm - picture.height_mm
        matrix = f"{_points(picture.width_mm)} 0 0 {_points(picture.height_mm)} {_points(left)} {_points(low)} cm"
        content.append(f"q {matrix} /L{number} Do Q")
    stream = file.add(_stream("<<", "\n".join(content).encode()))
    return file.add(
        f"<< /Type /Page /Parent {tree} 0 R /MediaBox [0 0 {_points(width_mm)} {_points(height_mm)}] "
        f"/Resources << /XObject << {' '.join(names)} >> >> /Contents {stream} 0 R >>".encode()
    )


def _image(image: Image) -> bytes:
    head = (
        f"<< /Type /XObject /Subtype /Image /Width {image.width} /Height {image.height} "
        "/ColorSpace /DeviceGray /BitsPerComponent 1"
    )
    return _stream(head, image.tobytes())


def _stream(head: str, data: bytes) -> bytes:
    packed = zlib.compress(data, 9)
    return f"{head} /Filter /FlateDecode /Length {len(packed)} >>\nstream\n".encode() + packed + b"\nendstream"


def _points(length_mm: float) -> str:
    return f"{length_mm * POINTS_PER_MM:.4f}"


def _text(text: str) -> str:
    return f"<feff{text.encode('utf-16-be').hex()}>"


class _File:
    """Objects numbered from 1, and the table of where each begins."""

    def __init__(self) -> None:
        self._objects: list[bytes] = []

    def reserve(self) -> int:
        self._objects.append(b"null")
        return len(self._objects)

    def put(self, number: int, body: bytes) -> None:
        self._objects[number - 1] = body

    def add(self, body: bytes) -> int:
        number = self.reserve()
        self.put(number, body)
        return number

    def finish(self, catalog: int, info: int) -> bytes:
        data = bytearray(b"%PDF-1.6\n%\xe2\xe3\xcf\xd3\n")
        table = [b"0000000000 65535 f \n"]
        for number, body in enumerate(self._objects, start=1):
            table.append(f"{len(data):010d} 00000 n \n".encode())
            data += b"%d 0 obj\n%b\nendobj\n" % (number, body)
        start = len(data)
        data += b"xref\n0 %d\n%b" % (len(table), b"".join(table))
        trailer = f"trailer\n<< /Size {len(table)} /Root {catalog} 0 R /Info {info} 0 R >>\nstartxref\n{start}\n%%EOF\n"
        return bytes(data) + trailer.encode()
