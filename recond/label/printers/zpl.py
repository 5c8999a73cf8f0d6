"""Zebra and compatible printers: the bitmap as a ZPL graphic field, over port 9100 or USB, and their status read back.

Source: Zebra, ZPL II programming guide: ^GFA (graphic field, ASCII), ~HS (host status return).
"""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from recond.core.errors import EnvironmentFault
from recond.core.labeldata import LabelData
from recond.core.words import N_, _
from recond.label.draw import inverted, render
from recond.label.media import Media
from recond.label.printers import Job, Printed, PrintOutcome, failed, saved
from recond.label.transport import Line, parse_target

if TYPE_CHECKING:
    from PIL.Image import Image

ANSWER_S = 2.0
PRINT_S = 15.0
POLL_S = 0.1
STATUS = re.compile(rb"\x02([^\x03]*)\x03")


def encode(image: Image) -> bytes:
    """Return the ZPL of one label: 1 bit a dot, 1 = black, rows padded to whole bytes."""
    data = inverted(image).tobytes()
    row_bytes = (image.width + 7) // 8
    head = f"^XA^PW{image.width}^LL{image.height}^LH0,0^LS0^FO0,0^GFA,{len(data)},{len(data)},{row_bytes},"
    return f"{head}{data.hex().upper()}^FS^PQ1^XZ\n".encode()


@dataclass(frozen=True, slots=True)
class HostStatus:
    """What ~HS says: why it cannot print (None = nothing), and whether something is still to come out."""

    fault: str | None
    busy: bool


def read_status(answer: bytes) -> HostStatus | None:
    """Read the three strings of ~HS; None when they did not come."""
    lines = [found.decode("ascii", "replace").split(",") for found in STATUS.findall(answer)]
    if len(lines) < 2 or len(lines[0]) < 12 or len(lines[1]) < 9:
        return None
    first, second = lines[0], lines[1]
    checks = (
        (second[2], N_("la tête est ouverte : fermez-la")),
        (first[1], N_("il n'y a plus d'étiquettes : mettez un rouleau et appuyez sur PAUSE")),
        (second[3], N_("il n'y a plus de ruban encreur : changez-le")),
        (first[10], N_("la tête est trop froide : attendez")),
        (first[11], N_("la tête est trop chaude : attendez")),
        (first[5], N_("sa mémoire est pleine : éteignez-la et rallumez-la")),
        (first[2], N_("elle est en pause : appuyez sur PAUSE")),
    )
    fault = next((text for flag, text in checks if flag.strip() == "1"), None)
    waiting = [number for number in (first[4], second[8]) if number.strip().strip("0")]
    return HostStatus(fault, bool(waiting))


class Zpl:
    """A Zebra at one resolution."""

    default_media = "z57x32"

    def __init__(self, key: str, dpi: int) -> None:
        self.key = key
        self.dpi = dpi
        self.about = _("imprimante Zebra (ZPL, {dpi} points par pouce), {key}@ADRESSE ou {key}@/dev/usb/lp0").format(
            dpi=dpi, key=key
        )

    def refuses(self, media: Media) -> str | None:
        """A label printer takes no A4 page, and a Brother roll does not fit in it."""
        if media.page:
            return N_("c'est une planche A4, pas un rouleau")
        return N_("c'est un rouleau Brother") if media.tape_mm else None

    def print(self, labels: Sequence[LabelData], media: Media, job: Job) -> Printed:
        """Send the labels and ask what became of them. Raises UsageError for a wrong address only."""
        data = b"".join(encode(render(label, media, self.dpi)) for label in labels)
        if job.out is not None and job.target is None:
            return saved(job.out, data)
        target = parse_target(job.target)
        try:
            with Line(target) as line:
                before = _ask(line)
                if before is not None and before.fault:
                    return Printed(
                        PrintOutcome.FAILED,
                        N_("{target} : {fault}. Rien n'a été imprimé.").format(target=target, fault=before.fault),
                    )
                line.send(data)
                return _end(line, before is not None, str(target))
        except EnvironmentFault as fault:
            return failed(fault)


def _ask(line: Line) -> HostStatus | None:
    line.send(b"~HS")
    return read_status(line.receive(lambda data: len(STATUS.findall(data)) >= 3, ANSWER_S))


def _end(line: Line, answers: bool, name: str) -> Printed:
    """Ask until nothing is left to print. A printer that never answered is believed to have got it, no more."""
    deadline = time.monotonic() + PRINT_S
    while answers and time.monotonic() < deadline:
        status = _ask(line)
        if status is not None and status.fault:
            return Printed(
                PrintOutcome.FAILED,
                N_("{name} : {fault}. L'étiquette n'est pas sortie en entier.").format(name=name, fault=status.fault),
            )
        if status is not None and not status.busy:
            return Printed(PrintOutcome.PRINTED, N_("imprimée par {name}").format(name=name))
        if line.gone:
            return Printed(
                PrintOutcome.FAILED,
                N_("{name} : elle a raccroché pendant l'impression : rallumez-la").format(name=name),
            )
        time.sleep(POLL_S)
    return Printed(
        PrintOutcome.SENT,
        N_("envoyée à {name}, qui ne dit pas si elle a imprimé : regardez si l'étiquette est sortie").format(name=name),
    )


PRINTER = Zpl("zpl", 203)
