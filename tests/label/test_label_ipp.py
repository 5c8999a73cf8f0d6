"""A network printer that speaks IPP, on loopback: what it says of itself and of the job decides, nothing else does."""

from __future__ import annotations

import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from recond.core.errors import UsageError
from recond.core.labeldata import LabelData
from recond.label import ippmessage as ipp
from recond.label.draw import render
from recond.label.ipp import parse_address
from recond.label.media import find_media
from recond.label.printers import Job, Printed, PrintOutcome, find_printer, print_labels
from recond.label.printers import ipp as module
from recond.label.pwg import write_pwg

LABEL = LabelData("PC-0042-0")


class Office:
    """An office printer: `reasons` and `states` are what it answers, question after question, the last one for ever."""

    def __init__(
        self, *, reasons: tuple[tuple[str, ...], ...] = (("none",),), states: tuple[int, ...] = (5, 9)
    ) -> None:
        self.reasons = list(reasons)
        self.states = list(states)
        self.formats = ["application/pdf"]
        self.resolutions: list[int] = []
        self.http_status = 200
        self.garbage = b""
        self.documents: list[bytes] = []
        self.sizes: list[tuple[int, ...]] = []
        self.canceled: list[int] = []

    def answer(self, body: bytes) -> bytes:
        operation = struct.unpack(">H", body[2:4])[0]
        status, group = 0, b""
        if operation == ipp.PRINTER_ATTRIBUTES:
            said = self.reasons.pop(0) if len(self.reasons) > 1 else self.reasons[0]
            stopped = any(one.endswith("-error") for one in said)
            group = bytes([ipp.PRINTER]) + ipp.attribute(ipp.ENUM, "printer-state", 5 if stopped else 3)
            group += ipp.attribute(ipp.KEYWORD, "printer-state-reasons", *said)
            group += ipp.attribute(ipp.MIME, "document-format-supported", *self.formats)
            if self.resolutions:
                told = [struct.pack(">iib", dpi, dpi, 3) for dpi in self.resolutions]
                group += ipp.attribute(0x32, module.RESOLUTIONS, *told)
        elif operation == ipp.PRINT_JOB:
            begins = b"RaS2" if b"image/pwg-raster" in body else b"%PDF"
            self.documents.append(body[body.index(begins) :])
            at = [body.index(name) + 11 for name in (b"x-dimension", b"y-dimension")]
            self.sizes.append(tuple(struct.unpack(">BHHi", body[one : one + 9])[3] for one in at))
            group = bytes([ipp.JOB]) + ipp.attribute(ipp.INTEGER, "job-id", 17)
        elif operation == ipp.JOB_ATTRIBUTES:
            state = self.states.pop(0) if len(self.states) > 1 else self.states[0]
            group = bytes([ipp.JOB]) + ipp.attribute(ipp.ENUM, "job-state", state)
        elif operation == ipp.CANCEL_JOB:
            self.canceled.append(17)
        head = bytes([2, 0]) + struct.pack(">Hi", status, 1) + bytes([ipp.OPERATION])
        return head + ipp.attribute(ipp.CHARSET, "attributes-charset", "utf-8") + group + bytes([ipp.END])


@contextmanager
def office(printer: Office) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            told = printer.garbage or printer.answer(body)
            self.send_response(printer.http_status)
            self.send_header("Content-Length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def printed(printer: Office, tmp_path: Path, media: str = "l7160") -> Printed:
    with office(printer) as where:
        return print_labels([LABEL], find_printer("ipp"), find_media(media), Job(tmp_path, target=where))


def test_printed_when_the_printer_says_the_job_is_completed(tmp_path: Path) -> None:
    printer = Office(states=(3, 5, 5, 9))
    done = printed(printer, tmp_path)
    assert done.outcome is PrintOutcome.PRINTED, done.text
    out = tmp_path / "sheet.pdf"
    print_labels([LABEL], find_printer("sheet"), find_media("l7160"), Job(tmp_path, out=out))
    assert printer.documents == [out.read_bytes()]
    assert printer.sizes == [(21000, 29700)], "hundredths of a millimetre"


def test_a_roll_is_a_page_of_the_labels_size(tmp_path: Path) -> None:
    printer = Office()
    assert printed(printer, tmp_path, "z57x32").outcome is PrintOutcome.PRINTED
    assert printer.sizes == [(5700, 3200)]


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("media-empty-error", "il n'y a plus de papier : remettez-en"),
        ("media-needed", "elle attend un autre papier : mettez celui des étiquettes"),
        ("cover-open-error", "un capot est ouvert : fermez-le"),
        ("media-jam-error", "du papier est coincé : ôtez-le"),
        ("toner-empty-error", "il n'y a plus de toner"),
        ("paused", "en pause"),
        ("something-new-error", "elle est arrêtée (something-new)"),
    ],
)
def test_a_printer_that_cannot_is_not_sent_anything(tmp_path: Path, reason: str, words: str) -> None:
    printer = Office(reasons=((reason,),))
    done = printed(printer, tmp_path)
    assert done.outcome is PrintOutcome.FAILED
    assert words in done.text and "Rien n'a été imprimé" in done.text and not printer.documents


@pytest.mark.parametrize("reason", ["toner-low-warning", "media-low-warning", "media-empty-report", "none"])
def test_a_warning_keeps_nobody_from_printing(tmp_path: Path, reason: str) -> None:
    assert printed(Office(reasons=((reason,),)), tmp_path).outcome is PrintOutcome.PRINTED


def test_paper_that_ends_in_the_middle_is_told_and_the_job_taken_back(tmp_path: Path) -> None:
    printer = Office(reasons=(("none",), ("none",), ("media-empty-error",)), states=(5,))
    done = printed(printer, tmp_path)
    assert done.outcome is PrintOutcome.FAILED
    assert "plus de papier" in done.text and "annulée" in done.text
    assert printer.canceled == [17], "else it would come out twice: from the printer and from the queue"


@pytest.mark.parametrize("state", [7, 8])
def test_a_job_that_was_given_up_is_a_failure(tmp_path: Path, state: int) -> None:
    done = printed(Office(states=(5, state)), tmp_path)
    assert done.outcome is PrintOutcome.FAILED and "abandonné" in done.text


def test_a_job_that_never_ends_was_only_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PRINT_S", 0.7)
    done = printed(Office(states=(3,)), tmp_path)
    assert done.outcome is PrintOutcome.SENT and "regardez" in done.text


def unpack(data: bytes) -> list[Image.Image]:
    """Read PWG raster as a printer does."""
    assert data[:4] == b"RaS2"
    at, pages = 4, []
    while at < len(data):
        header = data[at : at + 1796]
        at += 1796
        assert header[:10] == b"PwgRaster\x00"
        width, height = struct.unpack(">2I", header[372:380])
        bits, per_pixel, line_bytes, order, space = struct.unpack(">5I", header[384:404])
        assert (bits, per_pixel, line_bytes, order, space) == (8, 8, width, 0, 18)
        rows: list[bytes] = []
        while len(rows) < height:
            again, row = data[at] + 1, b""
            at += 1
            while len(row) < width:
                step = data[at]
                if step <= 127:
                    row, at = row + data[at + 1 : at + 2] * (step + 1), at + 2
                else:
                    row, at = row + data[at + 1 : at + 258 - step], at + 258 - step
            assert len(row) == width
            rows += [row] * again
        assert len(rows) == height
        pages.append(Image.frombytes("L", (width, height), b"".join(rows)))
    return pages


@pytest.mark.parametrize(("offered", "dpi"), [([], 300), ([600, 300], 300), ([600, 1200], 600), ([203], 203)])
def test_a_printer_without_pdf_gets_the_same_dots_as_raster(tmp_path: Path, offered: list[int], dpi: int) -> None:
    printer = Office()
    printer.formats, printer.resolutions = ["image/urf", "image/pwg-raster"], offered
    assert printed(printer, tmp_path).outcome is PrintOutcome.PRINTED
    (page,) = unpack(printer.documents[0])
    media = find_media("l7160")
    x, y = (round(mm * dpi / 25.4) for mm in media.corner_mm(0))
    label = render(LABEL, media, dpi)
    assert page.size == (round(210 * dpi / 25.4), round(297 * dpi / 25.4))
    assert page.crop((x, y, x + label.width, y + label.height)).tobytes() == label.convert("L").tobytes()
    page.paste(255, (x, y, x + label.width, y + label.height))
    assert page.getextrema() == (255, 255), "nothing else on the page"


@given(st.lists(st.lists(st.integers(0, 3), min_size=7, max_size=7), min_size=1, max_size=6), st.integers(1, 90))
def test_any_picture_comes_back_out_of_the_raster(rows: list[list[int]], times: int) -> None:
    image = Image.new("L", (7 * times, len(rows) * 47))
    for y in range(image.height):
        for x in range(7):
            image.paste(60 * rows[y // 47][x], (x * times, y, (x + 1) * times, y + 1))
    (back,) = unpack(write_pwg([image], 10, 10, 300))
    assert back.tobytes() == image.tobytes()


def test_a_printer_that_takes_neither_says_what_to_use(tmp_path: Path) -> None:
    printer = Office()
    printer.formats = ["image/urf"]
    done = printed(printer, tmp_path)
    assert done.outcome is PrintOutcome.FAILED and "cups@NOM" in done.text and not printer.documents


@pytest.mark.parametrize(
    ("status", "garbage", "words"),
    [
        (401, b"", "mot de passe"),
        (404, b"", "répond 404"),
        (200, b"<html>routeur</html>", "n'est pas de l'IPP"),
        (200, b"\x02\x00\x00\x00", "n'est pas de l'IPP"),
        (200, b"\x02\x00\x04\x06\x00\x00\x00\x01\x03", "refuse de répondre (IPP 0406)"),
    ],
)
def test_what_is_no_printer_is_named(tmp_path: Path, status: int, garbage: bytes, words: str) -> None:
    printer = Office()
    printer.http_status, printer.garbage = status, garbage
    done = printed(printer, tmp_path)
    assert done.outcome is PrintOutcome.FAILED and words in done.text


def test_every_beginning_of_an_answer_is_read_or_refused() -> None:
    whole = Office().answer(ipp.request(ipp.PRINTER_ATTRIBUTES, 1, "ipp://x/"))
    assert ipp.read_answer(whole).group(ipp.PRINTER)["printer-state"] == [3]
    for length in range(len(whole)):
        with pytest.raises(ValueError, match="answer"):
            ipp.read_answer(whole[:length])


def test_addresses() -> None:
    assert parse_address("192.168.1.40").uri == "ipp://192.168.1.40:631/ipp/print"
    assert parse_address("ipps://nom/ipp/print2").tls
    assert parse_address("ipp://[fd00::1]:8631/").uri == "ipp://[fd00::1]:8631/ipp/print"
    for wrong in ("http://x", "", None, "ipp://:99999999"):
        with pytest.raises(UsageError):
            parse_address(wrong)
