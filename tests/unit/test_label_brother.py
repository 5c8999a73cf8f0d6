"""Brother QL: the raster decoded back dot for dot, and what the printer says believed only when it says it."""

from __future__ import annotations

import os
import struct
import threading
import tty
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image, ImageOps

from recond.core.errors import UsageError
from recond.core.labeldata import LabelData, LabelOutcome
from recond.label.draw import render
from recond.label.media import find_media
from recond.label.printers import Job, PrintOutcome, brother_ql, find_printer, print_labels

LABELS = [LabelData("PC-0001-8"), LabelData("PC-0002-6", outcome=LabelOutcome.ERASED, model="Été")]
TAPE = find_media("dk62")


def decode(data: bytes) -> list[Image.Image]:
    """Read a job as the printer does, command by command; return what comes out of it, seen from the front."""
    assert data.startswith(bytes(400) + b"\x1b@")
    at, pages, rows, height = 402, [], [], -1
    while at < len(data):
        if data[at : at + 3] == b"\x1biz":
            flags, kind, width, length, height, _page, _ = struct.unpack("<BBBBIBB", data[at + 3 : at + 13])
            assert (flags & 0x06, kind, width, length) == (0x06, 0x0A, 62, 0)
            at += 13
        elif data[at : at + 2] == b"\x1bi":
            at += {"a": 4, "M": 4, "A": 4, "K": 4, "d": 5}[chr(data[at + 2])]
        elif data[at : at + 1] == b"M":
            assert data[at + 1] == 0, "not compressed"
            at += 2
        elif data[at : at + 3] == b"g\x00\x5a":
            rows.append(data[at + 3 : at + 93])
            at += 93
        else:
            assert data[at : at + 1] in (b"\x0c", b"\x1a"), hex(at)
            assert len(rows) == height
            head = Image.frombytes("1", (720, height), bytes(byte ^ 0xFF for row in rows for byte in row))
            pages.append(ImageOps.mirror(head).crop((12, 0, 708, height)))
            margins = [head.crop((0, 0, 12, height)), head.crop((708, 0, 720, height))]
            assert all(margin.convert("L").getextrema() == (255, 255) for margin in margins)
            assert (data[at : at + 1] == b"\x1a") is (at == len(data) - 1)
            rows, at = [], at + 1
    return pages


def test_the_raster_is_the_bitmap() -> None:
    images = [render(label, TAPE, 300) for label in LABELS]
    assert [page.tobytes() for page in decode(brother_ql.encode(images, 62))] == [image.tobytes() for image in images]


def status(kind: int, *, tape: int = 62, error1: int = 0, error2: int = 0) -> bytes:
    made = bytearray(32)
    made[0:4] = b"\x80\x20\x42\x34"
    made[8], made[9], made[10], made[11], made[18] = error1, error2, tape, 0x0A, kind
    return bytes(made)


@contextmanager
def printer_on_usb(first: bytes, last: bytes) -> Iterator[tuple[str, bytearray]]:
    """A character device that answers as a QL does: `first` when asked, `last` after a job's end."""
    master, slave = os.openpty()
    tty.setraw(master)
    tty.setraw(slave)
    got = bytearray()

    def serve() -> None:
        asked = False
        while True:
            try:
                got.extend(os.read(master, 65536))
            except OSError:
                return
            if not asked and got.endswith(b"\x1biS"):
                asked = True
                os.write(master, first)
                got.clear()
            elif got.endswith(b"\x1a") and last:
                os.write(master, last)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield os.ttyname(slave), got
    finally:
        os.close(slave)
        thread.join(5)
        os.close(master)


def test_printed_only_when_the_printer_said_so(tmp_path: Path) -> None:
    with printer_on_usb(status(0), status(6) + status(1) + status(6) + status(1)) as (path, got):
        done = print_labels(LABELS, find_printer("brother-ql"), TAPE, Job(tmp_path, target=path))
        assert done.outcome is PrintOutcome.PRINTED, done.text
        assert len(decode(bytes(got))) == 2


def test_one_label_of_two_is_not_a_success(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(brother_ql, "PRINT_S", 0.5)
    with printer_on_usb(status(0), status(1)) as (path, _):
        done = print_labels(LABELS, find_printer("brother-ql"), TAPE, Job(tmp_path, target=path))
    assert done.outcome is PrintOutcome.SENT


@pytest.mark.parametrize(
    ("first", "words"),
    [(status(0, error1=1), "pas de ruban"), (status(0, error2=0x10), "capot"), (status(0, tape=29), "29 mm")],
)
def test_a_printer_that_cannot_is_not_sent_anything(tmp_path: Path, first: bytes, words: str) -> None:
    with printer_on_usb(first, b"") as (path, got):
        done = print_labels(LABELS, find_printer("brother-ql"), TAPE, Job(tmp_path, target=path))
        assert not got
    assert done.outcome is PrintOutcome.FAILED
    assert words in done.text and "Rien n'a été imprimé" in done.text


def test_a_fault_in_the_middle_is_a_failure(tmp_path: Path) -> None:
    with printer_on_usb(status(0), status(1) + status(2, error1=2)) as (path, _):
        done = print_labels(LABELS, find_printer("brother-ql"), TAPE, Job(tmp_path, target=path))
    assert done.outcome is PrintOutcome.FAILED
    assert "1 étiquette(s) imprimée(s) sur 2" in done.text


def test_a_file_is_not_a_printer(tmp_path: Path) -> None:
    victim = tmp_path / "disk.img"
    victim.write_bytes(b"donor" * 100)
    with pytest.raises(UsageError, match="n'est pas une imprimante"):
        print_labels(LABELS, find_printer("brother-ql"), TAPE, Job(tmp_path, target=str(victim)))
    assert victim.read_bytes() == b"donor" * 100


def test_no_printer_is_a_pending_label_and_no_crash(tmp_path: Path) -> None:
    done = print_labels(LABELS, find_printer("brother-ql"), TAPE, Job(tmp_path, target=str(tmp_path / "lp0")))
    assert done.outcome is PrintOutcome.FAILED
    assert "vérifiez" in done.text


def test_the_job_can_be_kept_in_a_file(tmp_path: Path) -> None:
    done = print_labels(LABELS[:1], find_printer("brother-ql"), TAPE, Job(tmp_path, out=tmp_path / "x.bin"))
    assert done.outcome is PrintOutcome.SAVED
    assert len(decode((tmp_path / "x.bin").read_bytes())) == 1
