"""Brother QL label printers: the bitmap as raster lines, over USB with the status read back, or port 9100 without.

Source: Brother, "Raster command reference" of the QL-800 series and of the QL-700. The head has 720 dots at 300 dpi;
a 62 mm tape reaches 696 of them, with 12 left free on each side.
"""

from __future__ import annotations

import struct
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from recond.core.errors import EnvironmentFault
from recond.core.labeldata import LabelData
from recond.label.draw import inverted, render
from recond.label.media import Media
from recond.label.printers import Job, Printed, PrintOutcome, failed, saved
from recond.label.transport import Line, Target, parse_target

if TYPE_CHECKING:
    from PIL.Image import Image

DPI = 300
HEAD_DOTS = 720
LINE_BYTES = HEAD_DOTS // 8
RIGHT_MARGIN_DOTS = {62: 12}
"""Dots of the head left free on the right of a tape, by its width in millimetres (raster reference, 2.3.2)."""
FEED_DOTS = 35
CONTINUOUS = 0x0A
STATUS_BYTES = 32
ANSWER_S = 3.0
PRINT_S = 20.0

RESET = b"\x00" * 400 + b"\x1b@"
RASTER_MODE = b"\x1bia\x01"
ASK_STATUS = b"\x1biS"
CUT_EACH = b"\x1biM\x40\x1biA\x01\x1biK\x08"
NEXT_PAGE, LAST_PAGE = b"\x0c", b"\x1a"

ERRORS = (
    (8, 0, "il n'y a pas de ruban"),
    (8, 1, "le ruban est fini"),
    (8, 2, "le massicot est bloqué"),
    (8, 4, "elle est occupée"),
    (9, 0, "ce n'est pas le bon ruban"),
    (9, 2, "la transmission a échoué"),
    (9, 4, "le capot est ouvert"),
    (9, 6, "le ruban n'avance pas"),
)
"""Byte and bit of the status, and what it means (raster reference, "Status")."""


def encode(images: Sequence[Image], tape_mm: int) -> bytes:
    """Return the raster job of these labels, cut after each."""
    parts = [RESET]
    for number, image in enumerate(images):
        # Flags: kind, width and quality are valid, and the printer may recover from an error.
        info = struct.pack("<BBBBIBB", 0xC6, CONTINUOUS, tape_mm, 0, image.height, 0 if number == 0 else 1, 0)
        parts += [RASTER_MODE, b"\x1biz", info, CUT_EACH, b"\x1bid", struct.pack("<H", FEED_DOTS), b"M\x00"]
        parts += [b"g\x00" + bytes([LINE_BYTES]) + row for row in _rows(image, tape_mm)]
        parts.append(LAST_PAGE if number == len(images) - 1 else NEXT_PAGE)
    return b"".join(parts)


def _rows(image: Image, tape_mm: int) -> list[bytes]:
    """Return the lines of the head, 1 = black. The head counts its dots from the right of what leaves the printer."""
    from PIL import Image as images
    from PIL import ImageOps

    head = images.new("1", (HEAD_DOTS, image.height), 0)
    head.paste(ImageOps.mirror(inverted(image)), (RIGHT_MARGIN_DOTS[tape_mm], 0))
    data = head.tobytes()
    return [data[start : start + LINE_BYTES] for start in range(0, len(data), LINE_BYTES)]


@dataclass(frozen=True, slots=True)
class Status:
    """One status of 32 bytes: why it cannot print, the tape it holds, and whether it says that it has printed."""

    fault: str | None
    tape_mm: int
    printed: bool


def read_statuses(answer: bytes) -> list[Status]:
    """Read every whole status in an answer; bytes that are none are passed over."""
    found = []
    while (start := answer.find(b"\x80\x20")) >= 0 and len(answer) >= start + STATUS_BYTES:
        one = answer[start : start + STATUS_BYTES]
        fault = next((text for byte, bit, text in ERRORS if one[byte] >> bit & 1), None)
        if fault is None and (one[18] == 2 or one[8] or one[9]):
            fault = f"elle signale une erreur ({one[8]:02X} {one[9]:02X})"
        found.append(Status(fault, one[10], one[18] == 1))
        answer = answer[start + STATUS_BYTES :]
    return found


class BrotherQl:
    """A QL with a continuous tape."""

    key = "brother-ql"
    about = "Brother QL, ruban continu : brother-ql@/dev/usb/lp0 (sinon lp0) ou brother-ql@ADRESSE"
    default_media = "dk62"

    def refuses(self, media: Media) -> str | None:
        """Only the tapes whose place under the head is known."""
        return None if media.tape_mm in RIGHT_MARGIN_DOTS else "seul le ruban continu de 62 mm est connu"

    def print(self, labels: Sequence[LabelData], media: Media, job: Job) -> Printed:
        """Send the labels; over USB ask before and wait for the end. Raises UsageError for a wrong address only."""
        tape_mm = media.tape_mm or 0
        data = encode([render(label, media, DPI) for label in labels], tape_mm)
        if job.out is not None and job.target is None:
            return saved(job.out, data)
        target = parse_target(job.target, "/dev/usb/lp0")
        try:
            with Line(target) as line:
                wrong = _look(line, target, tape_mm)
                if wrong is not None:
                    return Printed(PrintOutcome.FAILED, f"{target} : {wrong}. Rien n'a été imprimé.")
                line.send(data)
                return _end(line, target, len(labels))
        except EnvironmentFault as fault:
            return failed(fault)


def _look(line: Line, target: Target, tape_mm: int) -> str | None:
    """Return why it cannot print this tape now. Over the network a QL does not answer: nothing is known."""
    if target.path is None:
        return None
    line.send(RESET + ASK_STATUS)
    statuses = read_statuses(line.receive(lambda data: bool(read_statuses(data)), ANSWER_S))
    if not statuses:
        return None
    if statuses[-1].fault is None and statuses[-1].tape_mm != tape_mm:
        return f"elle contient un ruban de {statuses[-1].tape_mm} mm au lieu de {tape_mm} mm"
    return statuses[-1].fault


def _end(line: Line, target: Target, wanted: int) -> Printed:
    """Count the labels that the printer says it has printed."""
    seen: list[Status] = []
    deadline = time.monotonic() + PRINT_S

    def enough(data: bytes) -> bool:
        seen[:] = read_statuses(data)
        return any(one.fault for one in seen) or sum(one.printed for one in seen) >= wanted

    if target.path is not None:
        line.receive(enough, deadline - time.monotonic())
    fault = next((one.fault for one in seen if one.fault), None)
    printed = sum(one.printed for one in seen)
    if fault is not None:
        return Printed(PrintOutcome.FAILED, f"{target} : {fault} ({printed} étiquette(s) imprimée(s) sur {wanted})")
    if printed >= wanted:
        return Printed(PrintOutcome.PRINTED, f"imprimée par {target}")
    return Printed(PrintOutcome.SENT, f"envoyée à {target}, qui ne dit pas si elle a imprimé : regardez l'étiquette")


PRINTER = BrotherQl()
