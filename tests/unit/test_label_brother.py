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
from recond.label.media import Media, all_media, find_media
from recond.label.printers import Job, PrintOutcome, brother_ql, find_printer, print_labels

LABELS = [LabelData("PC-0001-8"), LabelData("PC-0002-6", outcome=LabelOutcome.ERASED, model="Été")]
TAPE = find_media("dk62")


def decode(data: bytes, media: Media = TAPE) -> list[Image.Image]:
    """Read a job as the printer does, command by command; return what comes out of it, seen from the front."""
    assert data.startswith(bytes(400) + b"\x1b@")
    at, pages, rows, height = 402, [], [], -1
    kind, needed = (0x0B, 0x0E) if media.die_mm else (0x0A, 0x06)
    across = round((media.height_mm if media.turned else media.width_mm) * 300 / 25.4)
    free = media.right_dots
    while at < len(data):
        if data[at : at + 3] == b"\x1biz":
            flags, *roll, height, _page, _ = struct.unpack("<BBBBIBB", data[at + 3 : at + 13])
            assert (flags & 0x0E, roll) == (needed, [kind, media.tape_mm, media.die_mm])
            at += 13
        elif data[at : at + 3] == b"\x1bid":
            assert struct.unpack("<H", data[at + 3 : at + 5]) == ((0,) if media.die_mm else (35,))
            at += 5
        elif data[at : at + 2] == b"\x1bi":
            at += {"a": 4, "M": 4, "A": 4, "K": 4}[chr(data[at + 2])]
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
            page = ImageOps.mirror(head.crop((free, 0, free + across, height)))
            pages.append(page.transpose(Image.Transpose.ROTATE_270) if media.turned else page)
            margins = [head.crop((0, 0, free, height)), head.crop((free + across, 0, 720, height))]
            assert all(one.convert("L").getextrema() == (255, 255) for one in margins if one.width)
            assert (data[at : at + 1] == b"\x1a") is (at == len(data) - 1)
            rows, at = [], at + 1
    return pages


@pytest.mark.parametrize("media", [one for one in all_media() if one.tape_mm], ids=lambda media: media.key)
def test_the_raster_is_the_bitmap(media: Media) -> None:
    images = [render(label, media, 300) for label in LABELS]
    pages = decode(brother_ql.encode(images, media), media)
    assert [page.size for page in pages] == [image.size for image in images]
    assert [page.tobytes() for page in pages] == [image.tobytes() for image in images]


@pytest.mark.parametrize(
    ("key", "dots"),
    [("dk62", (696, 472)), ("dk62x29", (696, 271)), ("dk62x100", (1109, 696)), ("dk29x90", (991, 306)),
     ("dk38x90", (991, 413)), ("dk29", (945, 306))],
)  # fmt: skip
def test_the_rolls_are_as_wide_and_as_long_as_the_printer_counts_them(key: str, dots: tuple[int, int]) -> None:
    """Brother, raster reference, "Print area": dots across the head and along the roll; `turned` labels lie on their side."""
    assert find_media(key).pixels(300) == dots


def status(
    kind: int, *, tape: int = 62, error1: int = 0, error2: int = 0, die: int = 0, phase: int = 0, roll: int = 0x0A
) -> bytes:
    made = bytearray(32)
    made[0:4] = b"\x80\x20\x42\x34"
    made[8], made[9], made[10], made[11], made[17] = error1, error2, tape, 0x0B if die else roll, die
    made[18], made[19] = kind, phase
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
                got.clear()  # before the answer: what comes after it is the job
                os.write(master, first)
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
    [
        (status(0, error1=1), "pas de ruban : mettez un rouleau"),
        (status(0, error1=2), "le ruban est fini : mettez un rouleau"),
        (status(0, error1=0x10), "elle est occupée : attendez"),
        (status(0, error2=0x10), "le capot est ouvert : fermez-le"),
        (status(0, error2=0x10, error1=1), "le capot est ouvert : fermez-le"),
        (status(0, error2=1), "ce n'est pas le bon ruban : changez le rouleau"),
        (status(0, error1=0x40), "elle signale une erreur (40 00)"),
        (status(0, tape=29), "elle contient un ruban continu de 29 mm au lieu d'un ruban continu de 62 mm"),
        (status(0, die=29), "elle contient des étiquettes de 62 x 29 mm au lieu"),
        (status(4), "elle a été éteinte"),
    ],
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


def test_newer_printers_name_the_same_tape_by_another_number(tmp_path: Path) -> None:
    with printer_on_usb(status(0, roll=0x4A), status(1, roll=0x4A)) as (path, _):
        done = print_labels(LABELS[:1], find_printer("brother-ql"), TAPE, Job(tmp_path, target=path))
    assert done.outcome is PrintOutcome.PRINTED, done.text


def test_a_printer_unplugged_in_the_middle_has_not_printed(tmp_path: Path) -> None:
    master, slave = os.openpty()
    tty.setraw(master)
    tty.setraw(slave)

    def serve() -> None:
        got = b""
        while not got.endswith(b"\x1a"):
            got += os.read(master, 65536)
            if got.endswith(b"\x1biS"):
                os.write(master, status(0))
        os.close(master)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    done = print_labels(LABELS, find_printer("brother-ql"), TAPE, Job(tmp_path, target=os.ttyname(slave)))
    thread.join(5)
    os.close(slave)
    assert done.outcome is PrintOutcome.FAILED
    assert "débranchée ou éteinte pendant l'impression" in done.text and "0 étiquette(s)" in done.text


@pytest.mark.parametrize(("media", "why"), [("z57x32", "rouleau Brother"), ("l7160", "rouleau Brother")])
def test_what_is_no_brother_roll_is_refused(media: str, why: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=why):
        print_labels(LABELS, find_printer("brother-ql"), find_media(media), Job(tmp_path))
