"""Any office printer of the workshop by IPP: the sheet of labels as PDF or raster at its real size, and what became of the job."""

from __future__ import annotations

import struct
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from recond.core.errors import EnvironmentFault
from recond.core.labeldata import LabelData
from recond.core.words import N_, _
from recond.label.draw import render
from recond.label.ipp import Address, Ipp, parse_address
from recond.label.ippmessage import Group
from recond.label.ippstate import fault_of
from recond.label.media import Media
from recond.label.pdf import Picture, write_pdf
from recond.label.printers import Job, Printed, PrintOutcome, failed, saved
from recond.label.printers.sheet import lay
from recond.label.pwg import compose, write_pwg

DPI = 300
PRINT_S = 30.0
POLL_S = 0.2
CANCELED, ABORTED, COMPLETED = 7, 8, 9
PDF, PWG = "application/pdf", "image/pwg-raster"
RESOLUTIONS = "pwg-raster-document-resolution-supported"


@dataclass(frozen=True, slots=True)
class Document:
    """Pages to print: their size, and how they are written for a printer that takes `kind` at `dpi`."""

    width_mm: float
    height_mm: float
    write: Callable[[str, int], bytes]
    kinds: tuple[str, ...] = (PDF, PWG)


def document(labels: Sequence[LabelData], media: Media, start: int) -> Document:
    """Return the pages of these labels: sheets, or a page a label on a roll. Raises UsageError for a wrong `start`."""
    width, height = (media.page.width_mm, media.page.height_mm) if media.page else (media.width_mm, media.height_mm)

    def pages(dpi: int) -> list[list[Picture]]:
        if media.page is not None:
            return lay(labels, media, start, dpi)
        return [[Picture(render(label, media, dpi), 0, 0, width, height)] for label in labels]

    def write(kind: str, dpi: int) -> bytes:
        if kind == PWG:
            return write_pwg([compose(page, width, height, dpi) for page in pages(dpi)], width, height, dpi)
        return write_pdf(pages(DPI), width, height, _("Étiquettes recond, {about}").format(about=media.about))

    if media.page is not None:
        lay((), media, start, DPI)  # a place that the sheet has not is told before anybody is asked
    return Document(width, height, write)


class IppPrinter:
    """A printer by its address, or a queue of CUPS."""

    default_media = "l7160"

    def __init__(self, key: str, about: str, where: Callable[[str | None], Address]) -> None:
        self.key = key
        self.about = about
        self._where = where

    def refuses(self, media: Media) -> str | None:
        """It prints a page of any size; whether that paper lies in it, only the person knows."""
        return None

    def print(self, labels: Sequence[LabelData], media: Media, job: Job) -> Printed:
        """Hand the pages over and wait for the end. Raises UsageError for a wrong address or place on the sheet."""
        pages = document(labels, media, job.start)
        if job.out is not None and job.target is None:
            return saved(job.out, pages.write(PDF, DPI))
        return print_document(self._where(job.target), labels[0].tag or "recond", pages)


def print_document(where: Address, name: str, pages: Document) -> Printed:
    """Print pages wherever IPP leads; never raises for what the printer does."""
    try:
        printer = Ipp(where)
        state = printer.printer()
        wrong = fault_of(state)
        kind = next((one for one in pages.kinds if one in state.get("document-format-supported", [PDF])), None)
        if wrong is None and kind is None:
            wrong = N_("elle ne prend pas ce format ({kinds}) : passez par CUPS (cups@NOM)").format(
                kinds=", ".join(pages.kinds)
            )
        if wrong is not None or kind is None:
            return Printed(
                PrintOutcome.FAILED, N_("{where} : {wrong}. Rien n'a été imprimé.").format(where=where, wrong=wrong)
            )
        data = pages.write(kind, _dpi(state))
        number = printer.print_document(name, kind, data, pages.width_mm, pages.height_mm)
    except EnvironmentFault as fault:
        return failed(fault)
    try:
        return _end(printer, number, is_cups="cups-version" in state)
    except EnvironmentFault:
        return _sent(where, N_("elle ne répond plus"))


def _dpi(state: Group) -> int:
    """Return the resolution to draw at: 300 where the printer takes it, else its nearest (RFC 8011: x, y, 3 = per inch)."""
    told = [
        struct.unpack(">iib", one) for one in state.get(RESOLUTIONS, []) if isinstance(one, bytes) and len(one) == 9
    ]
    found = [x for x, y, unit in told if x == y and unit == 3 and 150 <= x <= 1200]
    return min(found, key=lambda one: abs(one - DPI), default=DPI)


def _end(printer: Ipp, number: int, *, is_cups: bool) -> Printed:
    """Follow the job. What stands still because of a fault is taken back: it waits with recond, in one place only."""
    deadline = time.monotonic() + PRINT_S
    while time.monotonic() < deadline:
        state = _job_state(printer.job(number))
        if state == COMPLETED and not is_cups:
            return Printed(PrintOutcome.PRINTED, N_("imprimée par {address}").format(address=printer.address))
        if state == COMPLETED:
            return _sent(printer.address, N_("CUPS l'a remise à l'imprimante"))
        if state in (CANCELED, ABORTED):
            return Printed(
                PrintOutcome.FAILED,
                N_("{address} : elle a abandonné l'impression. Recommencez.").format(address=printer.address),
            )
        wrong = fault_of(printer.printer())
        if wrong is not None:
            if printer.cancel(number):
                return Printed(
                    PrintOutcome.FAILED,
                    N_("{address} : {wrong}. L'impression est annulée.").format(address=printer.address, wrong=wrong),
                )
            return _sent(printer.address, N_("{wrong} ; le document attend dans l'imprimante").format(wrong=wrong))
        time.sleep(POLL_S)
    return _sent(printer.address, N_("le document attend encore dans sa file"))


def _job_state(job: Group) -> int:
    found = job.get("job-state", [0])[0]
    return found if isinstance(found, int) else 0


def _sent(where: Address, why: str) -> Printed:
    return Printed(
        PrintOutcome.SENT, N_("envoyée à {where} ({why}) : regardez si elle est sortie").format(where=where, why=why)
    )


PRINTER = IppPrinter(
    "ipp",
    _("imprimante de bureau du réseau, en A4 : ipp@ADRESSE ou ipp@ipp://NOM/ipp/print"),
    parse_address,
)
