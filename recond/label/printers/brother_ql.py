"""Brother QL label printers: the bitmap as raster lines, over USB or port 9100, and their status read back.

Source: Brother, "Raster command reference" of the QL-800 series and of the QL-700. The head has 720 dots at 300 dpi.
Over USB the printer answers on the same cable; over the network it is asked by SNMP (see `brother_status`).
"""

from __future__ import annotations

import struct
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from recond.core.errors import EnvironmentFault
from recond.core.labeldata import LabelData
from recond.core.words import N_, _
from recond.label import snmp
from recond.label.brother_status import CONTINUOUS, DIE_CUT, STATUS_OID, Status, read_statuses, wrong_roll
from recond.label.draw import inverted, render
from recond.label.media import Media
from recond.label.printers import Job, Printed, PrintOutcome, failed, saved
from recond.label.transport import Line, Target, parse_target

if TYPE_CHECKING:
    from PIL.Image import Image

DPI = 300
HEAD_DOTS = 720
LINE_BYTES = HEAD_DOTS // 8
FEED_DOTS = 35
ANSWER_S = 3.0
PRINT_S = 20.0
SNMP_PORT = 161
SNMP_TRY_S = 0.6
START_S = 4.0
"""How long a network printer is given to show that it prints; an idle printer proves nothing."""
POLL_S = 0.05

RESET = b"\x00" * 400 + b"\x1b@"
RASTER_MODE = b"\x1bia\x01"
ASK_STATUS = b"\x1biS"
CUT_EACH = b"\x1biM\x40\x1biA\x01\x1biK\x08"
NEXT_PAGE, LAST_PAGE = b"\x0c", b"\x1a"


def encode(images: Sequence[Image], media: Media) -> bytes:
    """Return the raster job of these labels, cut after each."""
    tape_mm, die_mm = media.tape_mm or 0, media.die_mm
    kind, feed = (DIE_CUT, 0) if die_mm else (CONTINUOUS, FEED_DOTS)
    # Flags: kind, width, length (of die-cut labels) and quality are valid, and the printer may recover from an error.
    flags = 0xCE if die_mm else 0xC6
    parts = [RESET]
    for number, image in enumerate(images):
        rows = _rows(image, media)
        info = struct.pack("<BBBBIBB", flags, kind, tape_mm, die_mm, len(rows), 0 if number == 0 else 1, 0)
        parts += [RASTER_MODE, b"\x1biz", info, CUT_EACH, b"\x1bid", struct.pack("<H", feed), b"M\x00"]
        parts += [b"g\x00" + bytes([LINE_BYTES]) + row for row in rows]
        parts.append(LAST_PAGE if number == len(images) - 1 else NEXT_PAGE)
    return b"".join(parts)


def _rows(image: Image, media: Media) -> list[bytes]:
    """Return the lines of the head, 1 = black. The head counts its dots from the right of what leaves the printer."""
    from PIL import Image as images
    from PIL import ImageOps

    lying = image.transpose(images.Transpose.ROTATE_90) if media.turned else image
    head = images.new("1", (HEAD_DOTS, lying.height), 0)
    head.paste(ImageOps.mirror(inverted(lying)), (media.right_dots, 0))
    data = head.tobytes()
    return [data[start : start + LINE_BYTES] for start in range(0, len(data), LINE_BYTES)]


class BrotherQl:
    """A QL with one of the rolls of media.toml."""

    key = "brother-ql"
    about = _("Brother QL : brother-ql (en USB), brother-ql@/dev/usb/lp1, ou brother-ql@ADRESSE (réseau)")
    default_media = "dk62"

    def refuses(self, media: Media) -> str | None:
        """Only rolls whose width the printer knows: sheets and other makers' rolls have none."""
        if media.tape_mm is None:
            return N_("ce n'est pas un rouleau Brother DK")
        across = media.height_mm if media.turned else media.width_mm
        fits = round(across * DPI / 25.4) + media.right_dots <= HEAD_DOTS
        return None if fits else N_("ce rouleau est plus large que la tête de l'imprimante")

    def print(self, labels: Sequence[LabelData], media: Media, job: Job) -> Printed:
        """Send the labels, ask before and wait for the end. Raises UsageError for a wrong address only."""
        data = encode([render(label, media, DPI) for label in labels], media)
        if job.out is not None and job.target is None:
            return saved(job.out, data)
        target = parse_target(job.target, "/dev/usb/lp0")
        try:
            with Line(target) as line:
                before = _look(line, target)
                wrong = (before.fault or wrong_roll(before, media)) if before else None
                if wrong is not None:
                    return Printed(
                        PrintOutcome.FAILED,
                        N_("{target} : {wrong}. Rien n'a été imprimé.").format(target=target, wrong=wrong),
                    )
                line.send(data)
                if target.path is not None:
                    return _end_usb(line, target, len(labels))
                return _end_network(target, asked=before is not None)
        except EnvironmentFault as fault:
            return failed(fault)


def _look(line: Line, target: Target) -> Status | None:
    """Return what the printer says of itself now, None when it does not answer."""
    if target.path is None:
        return _ask(target)
    line.send(RESET + ASK_STATUS)
    statuses = read_statuses(line.receive(lambda data: bool(read_statuses(data)), ANSWER_S))
    return statuses[-1] if statuses else None


def _ask(target: Target) -> Status | None:
    answer = snmp.ask(target.host or "", STATUS_OID, SNMP_TRY_S, SNMP_PORT)
    statuses = read_statuses(answer or b"")
    return statuses[-1] if statuses else None


def _end_usb(line: Line, target: Target, wanted: int) -> Printed:
    """Count the labels that the printer says it has printed."""
    seen: list[Status] = []

    def enough(data: bytes) -> bool:
        seen[:] = read_statuses(data)
        return any(one.fault for one in seen) or sum(one.printed for one in seen) >= wanted

    line.receive(enough, PRINT_S)
    fault = next((one.fault for one in seen if one.fault), None)
    printed = sum(one.printed for one in seen)
    if fault is None and printed < wanted and line.gone:
        fault = N_("elle a été débranchée ou éteinte pendant l'impression : rebranchez-la")
    if fault is not None:
        return Printed(
            PrintOutcome.FAILED,
            N_("{target} : {fault} ({printed} étiquette(s) imprimée(s) sur {wanted})").format(
                target=target, fault=fault, printed=printed, wanted=wanted
            ),
        )
    return _printed(target) if printed >= wanted else _sent(target)


def _end_network(target: Target, *, asked: bool) -> Printed:
    """Watch the printer print: it is believed when it was seen at work and came to rest without a fault."""
    began, at_work = time.monotonic(), False
    while asked and time.monotonic() - began < (PRINT_S if at_work else START_S):
        status = _ask(target)
        if status is None:
            break
        if status.fault:
            return Printed(
                PrintOutcome.FAILED,
                N_("{target} : {fault}. L'étiquette n'est pas sortie en entier.").format(
                    target=target, fault=status.fault
                ),
            )
        if status.printed or (at_work and not status.printing):
            return _printed(target)
        at_work = at_work or status.printing
        time.sleep(POLL_S)
    return _sent(target)


def _printed(target: Target) -> Printed:
    return Printed(PrintOutcome.PRINTED, N_("imprimée par {target}").format(target=target))


def _sent(target: Target) -> Printed:
    return Printed(
        PrintOutcome.SENT,
        N_("envoyée à {target}, qui ne dit pas si elle a imprimé : regardez si l'étiquette est sortie").format(
            target=target
        ),
    )


PRINTER = BrotherQl()
