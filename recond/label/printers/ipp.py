"""Any office printer of the workshop by IPP: the sheet of labels as a PDF at its real size, and what became of the job."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from recond.core.errors import EnvironmentFault
from recond.core.labeldata import LabelData
from recond.label.draw import render
from recond.label.ipp import Address, Ipp, parse_address
from recond.label.ippmessage import Group
from recond.label.ippstate import fault_of
from recond.label.media import Media
from recond.label.pdf import Picture, write_pdf
from recond.label.printers import Job, Printed, PrintOutcome, failed, saved
from recond.label.printers.sheet import encode as encode_sheet

DPI = 300
PRINT_S = 30.0
POLL_S = 0.2
CANCELED, ABORTED, COMPLETED = 7, 8, 9
PDF = "application/pdf"


def document(labels: Sequence[LabelData], media: Media, start: int) -> tuple[bytes, float, float]:
    """Return the PDF and its page's width and height in millimetres: a sheet, or a page a label on a roll."""
    if media.page is not None:
        return encode_sheet(labels, media, start), media.page.width_mm, media.page.height_mm
    width, height = media.width_mm, media.height_mm
    pages = [[Picture(render(label, media, DPI), 0, 0, width, height)] for label in labels]
    return write_pdf(pages, width, height, f"Étiquettes recond, {media.about}"), width, height


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
        data, width, height = document(labels, media, job.start)
        if job.out is not None and job.target is None:
            return saved(job.out, data)
        return print_document(self._where(job.target), labels[0].tag or "recond", data, width, height)


def print_document(where: Address, name: str, data: bytes, width_mm: float, height_mm: float) -> Printed:
    """Print a PDF, here or wherever IPP leads; never raises for what the printer does."""
    try:
        printer = Ipp(where)
        state = printer.printer()
        wrong = fault_of(state)
        if wrong is None and PDF not in state.get("document-format-supported", [PDF]):
            wrong = "elle ne prend pas les PDF : passez par CUPS (cups@NOM), ou --printer sheet et une autre imprimante"
        if wrong is not None:
            return Printed(PrintOutcome.FAILED, f"{where} : {wrong}. Rien n'a été imprimé.")
        number = printer.print_pdf(name, data, width_mm, height_mm)
    except EnvironmentFault as fault:
        return failed(fault)
    try:
        return _end(printer, number, is_cups="cups-version" in state)
    except EnvironmentFault:
        return _sent(where, "elle ne répond plus")


def _end(printer: Ipp, number: int, *, is_cups: bool) -> Printed:
    """Follow the job. What stands still because of a fault is taken back: it waits with recond, in one place only."""
    deadline = time.monotonic() + PRINT_S
    while time.monotonic() < deadline:
        state = _job_state(printer.job(number))
        if state == COMPLETED and not is_cups:
            return Printed(PrintOutcome.PRINTED, f"imprimée par {printer.address}")
        if state == COMPLETED:
            return _sent(printer.address, "CUPS l'a remise à l'imprimante")
        if state in (CANCELED, ABORTED):
            return Printed(PrintOutcome.FAILED, f"{printer.address} : elle a abandonné l'impression. Recommencez.")
        wrong = fault_of(printer.printer())
        if wrong is not None:
            if printer.cancel(number):
                return Printed(PrintOutcome.FAILED, f"{printer.address} : {wrong}. L'impression est annulée.")
            return _sent(printer.address, f"{wrong} ; le document attend dans l'imprimante")
        time.sleep(POLL_S)
    return _sent(printer.address, "le document attend encore dans sa file")


def _job_state(job: Group) -> int:
    found = job.get("job-state", [0])[0]
    return found if isinstance(found, int) else 0


def _sent(where: Address, why: str) -> Printed:
    return Printed(PrintOutcome.SENT, f"envoyée à {where} ({why}) : regardez si elle est sortie")


PRINTER = IppPrinter(
    "ipp",
    "imprimante de bureau du réseau, en A4 : ipp@ADRESSE ou ipp@ipp://NOM/ipp/print",
    parse_address,
)
