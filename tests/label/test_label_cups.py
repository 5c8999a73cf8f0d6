"""Printing through a real cupsd on loopback, with the Zebra driver and to a plain port 9100, and an IPP printer's own word."""

from __future__ import annotations

import re
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from recond.core.labeldata import LabelData, LabelOutcome, qr_text
from recond.label.ipp import Ipp, cups_address
from recond.label.media import find_media
from recond.label.printers import Job, Printed, PrintOutcome, find_printer, print_labels
from recond.label.printers.ipp import PWG, document, print_document
from tests.label.private_cups import Cups, private_cups

TAG = "PC-0042-0"
LABEL = LabelData(TAG, LabelOutcome.ERASED, model="Été à Noël", url=qr_text(TAG, "http://192.168.1.20:8017"))


class Sink(threading.Thread):
    """Port 9100 of a printer: takes each job whole, then hangs up as a printer does."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = int(self.server.getsockname()[1])
        self.jobs: list[bytes] = []

    def run(self) -> None:
        while True:
            try:
                connection, _ = self.server.accept()
            except OSError:
                return
            got = bytearray()
            with connection:
                while data := connection.recv(65536):
                    got.extend(data)
            if got:
                self.jobs.append(bytes(got))


@contextmanager
def sink() -> Iterator[Sink]:
    made = Sink()
    made.start()
    try:
        yield made
    finally:
        made.server.close()


@pytest.fixture(scope="module")
def cups() -> Iterator[Cups]:
    with private_cups() as made:
        yield made


def zebra_picture(job: bytes) -> Image.Image:
    """Draw what a Zebra draws of a job of CUPS's driver: ~DG with the compression of the ZPL guide."""
    found = re.search(rb"~DGR:CUPS\.GRF,(\d+),(\d+),\s*([^~^]+)", job)
    assert found, job[:80]
    total, row_bytes = int(found[1]), int(found[2])
    rows, row, count = bytearray(), "", 0
    for char in found[3].decode().replace("\n", "").replace("\r", ""):
        digits = 2 * row_bytes
        if char == ":":
            rows += rows[-row_bytes:] if rows else bytes(row_bytes)
        elif char in ",!":
            row = row.ljust(digits, "0" if char == "," else "F")
        elif "G" <= char <= "Y":
            count += ord(char) - ord("F")
        elif "g" <= char <= "z":
            count += 20 * (ord(char) - ord("f"))
        else:
            row, count = row + char * (count or 1), 0
        if len(row) >= digits:
            rows, row = rows + bytes.fromhex(row[:digits]), ""
    assert len(rows) == total
    return Image.frombytes("1", (8 * row_bytes, total // row_bytes), bytes(byte ^ 0xFF for byte in rows))


def codes(path: Path) -> list[str]:
    argv = ["zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", str(path)]
    return subprocess.run(argv, capture_output=True, text=True, timeout=30).stdout.split()


def through(
    cups: Cups, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, queue: str, media: str, count: int = 1
) -> Printed:
    monkeypatch.setenv("CUPS_SERVER", cups.server)
    return print_labels([LABEL] * count, find_printer("cups"), find_media(media), Job(tmp_path, target=queue))


def test_the_zebra_driver_of_cups_gets_a_label_whose_code_reads(
    cups: Cups, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with sink() as printer:
        cups.queue("zebra", f"socket://127.0.0.1:{printer.port}", "drv:///sample.drv/zebra.ppd")
        done = through(cups, monkeypatch, tmp_path, "zebra", "z57x32")
        assert done.outcome is PrintOutcome.SENT, (done.text, cups.log())
        assert "CUPS l'a remise" in done.text, "CUPS hands over and knows no more"
        (job,) = printer.jobs
    picture = zebra_picture(job)
    # The page that CUPS makes of 57 x 32 mm is whole points long: two dots less at 203 dpi.
    assert abs(picture.width - 456) <= 8 and abs(picture.height - 256) <= 2
    whole = Image.new("L", (3 * picture.width + 60, 3 * picture.height + 60), 255)
    whole.paste(picture.convert("L").resize((3 * picture.width, 3 * picture.height)), (30, 30))
    whole.save(tmp_path / "zebra.png")
    assert codes(tmp_path / "zebra.png") == [LABEL.url]


def test_the_filters_of_cups_read_our_raster(cups: Cups, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What printers without PDF get, read by somebody else's program."""
    monkeypatch.setenv("CUPS_SERVER", cups.server)
    pages = replace(document([LABEL], find_media("z57x32"), 1), kinds=(PWG,))
    with sink() as printer:
        cups.queue("raster", f"socket://127.0.0.1:{printer.port}", "drv:///sample.drv/zebra.ppd")
        done = print_document(cups_address("raster"), "label", pages)
        assert done.outcome is PrintOutcome.SENT, (done.text, cups.log())
        (job,) = printer.jobs
    picture = zebra_picture(job)
    whole = Image.new("L", (3 * picture.width + 60, 3 * picture.height + 60), 255)
    whole.paste(picture.convert("L").resize((3 * picture.width, 3 * picture.height)), (30, 30))
    whole.save(tmp_path / "raster.png")
    assert codes(tmp_path / "raster.png") == [LABEL.url]


def test_a_sheet_comes_out_of_a_plain_port_as_it_was_made(
    cups: Cups, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with sink() as printer:
        cups.queue("bureau", f"socket://127.0.0.1:{printer.port}", "raw")
        done = through(cups, monkeypatch, tmp_path, "bureau", "l7160", 3)
        assert done.outcome is PrintOutcome.SENT, (done.text, cups.log())
        (job,) = printer.jobs
    made = tmp_path / "sheet.pdf"
    print_labels([LABEL] * 3, find_printer("sheet"), find_media("l7160"), Job(tmp_path, out=made))
    assert job == made.read_bytes(), "byte for byte the sheet that recond label --printer sheet writes"


def test_the_queues_are_found_by_their_names(cups: Cups, monkeypatch: pytest.MonkeyPatch) -> None:
    cups.queue("trouvable", "file:///dev/null", "raw")
    monkeypatch.setenv("CUPS_SERVER", cups.server)
    assert "trouvable" in Ipp(cups_address("")).queues()


def test_a_stopped_queue_is_told_before_anything_is_sent(
    cups: Cups, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with sink() as printer:
        cups.queue("arret", f"socket://127.0.0.1:{printer.port}", "raw")
        subprocess.run(["cupsdisable", "-h", cups.server, "arret"], check=True, timeout=20)
        done = through(cups, monkeypatch, tmp_path, "arret", "l7160")
        assert not printer.jobs
    assert done.outcome is PrintOutcome.FAILED
    assert "en pause : remettez-la en marche" in done.text and "Rien n'a été imprimé" in done.text


def test_a_queue_that_refuses_and_one_that_is_not_there(
    cups: Cups, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    cups.queue("refus", "file:///dev/null", "raw")
    subprocess.run(["cupsreject", "-h", cups.server, "refus"], check=True, timeout=20)
    done = through(cups, monkeypatch, tmp_path, "refus", "l7160")
    assert done.outcome is PrintOutcome.FAILED and "refuse les travaux" in done.text
    done = through(cups, monkeypatch, tmp_path, "personne", "l7160")
    assert done.outcome is PrintOutcome.FAILED and "son nom est-il le bon" in done.text


def test_a_printer_behind_cups_that_is_off_gets_the_label_back(
    cups: Cups, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    from recond.label.printers import ipp as module

    monkeypatch.setattr(module, "PRINT_S", 4.0)
    cups.queue("eteinte", f"socket://127.0.0.1:{port}", "raw")
    done = through(cups, monkeypatch, tmp_path, "eteinte", "l7160")
    assert done.outcome is not PrintOutcome.PRINTED
    assert "regardez" in done.text or "annulée" in done.text


def test_no_cups_at_all_is_a_pending_label(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setenv("CUPS_SERVER", f"127.0.0.1:{taken.getsockname()[1]}")
    done = print_labels([LABEL], find_printer("cups"), find_media("l7160"), Job(tmp_path, target="bureau"))
    assert done.outcome is PrintOutcome.FAILED and "recond label reprint" in done.text
