"""Zebra: the graphic field decoded back dot for dot, and a printer on loopback that answers, lies idle or hangs up."""

from __future__ import annotations

import errno
import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image

from recond.core.errors import UsageError
from recond.core.labeldata import LabelData, LabelOutcome
from recond.label.draw import render
from recond.label.media import all_media, find_media
from recond.label.printers import Job, PrintOutcome, find_printer, print_labels, zpl
from recond.label.transport import parse_target, reason

LABELS = [LabelData("PC-0001-8"), LabelData("PC-0002-6", outcome=LabelOutcome.ERASED, model="Été à Noël")]
ROLL = find_media("z57x32")
FIELD = re.compile(rb"\^XA\^PW(\d+)\^LL(\d+)[^G]*\^GFA,(\d+),(\d+),(\d+),([0-9A-F]+)\^FS\^PQ1\^XZ")
READY = b"\x02030,0,0,0255,000,0,0,0,000,0,0,0\x03\r\n\x02000,0,0,0,0,2,6,0,00000000,1,000\x03\r\n\x021234,0\x03\r\n"


def decode(data: bytes) -> list[Image.Image]:
    """Read the labels of a job as the printer does."""
    pages = []
    for width, height, size, total, row, digits in FIELD.findall(data):
        dots = bytes.fromhex(digits.decode())
        assert int(size) == int(total) == len(dots) == int(row) * int(height)
        pages.append(Image.frombytes("1", (int(width), int(height)), bytes(byte ^ 0xFF for byte in dots)))
    return pages


@pytest.mark.parametrize(
    "media", [one for one in all_media() if not one.page and not one.tape_mm], ids=lambda media: media.key
)
def test_the_graphic_field_is_the_bitmap(media: object) -> None:
    chosen = next(known for known in all_media() if known == media)
    for label in LABELS:
        image = render(label, chosen, 203)
        (page,) = decode(zpl.encode(image))
        assert page.size == image.size
        # The dots that pad a row to whole bytes are nobody's.
        assert page.convert("L").tobytes() == image.convert("L").tobytes()


@contextmanager
def printer(answer: Callable[[bytes, int], bytes | None]) -> Iterator[tuple[str, bytearray]]:
    """A printer on loopback. `answer` gets what came and how often it was asked; None = hang up."""
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(10)
    got = bytearray()

    def serve() -> None:
        connection, _ = server.accept()
        asked = 0
        with connection:
            while data := connection.recv(65536):
                got.extend(data)
                while b"~HS" in got:
                    got[:] = got.replace(b"~HS", b"", 1)
                    asked += 1
                    reply = answer(bytes(got), asked)
                    if reply is None:
                        return
                    connection.sendall(reply)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{server.getsockname()[1]}", got
    finally:
        thread.join(10)
        server.close()


def test_printed_when_nothing_is_left_to_come_out(tmp_path: Path) -> None:
    busy = READY.replace(b"00000000", b"00000002")
    with printer(lambda got, asked: busy if asked == 2 else READY) as (target, got):
        done = print_labels(LABELS, find_printer("zpl"), ROLL, Job(tmp_path, target=target))
    assert done.outcome is PrintOutcome.PRINTED, done.text
    assert [page.convert("L").tobytes() for page in decode(bytes(got))] == [
        render(label, ROLL, 203).convert("L").tobytes() for label in LABELS
    ]


def test_a_silent_printer_got_it_and_no_more_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zpl, "ANSWER_S", 0.2)
    with printer(lambda got, asked: b"") as (target, got):
        done = print_labels(LABELS, find_printer("zpl"), ROLL, Job(tmp_path, target=target))
    assert done.outcome is PrintOutcome.SENT
    assert len(decode(bytes(got))) == 2


def test_no_paper_is_said_before_anything_is_sent(tmp_path: Path) -> None:
    with printer(lambda got, asked: READY.replace(b"\x02030,0", b"\x02030,1")) as (target, got):
        done = print_labels(LABELS, find_printer("zpl"), ROLL, Job(tmp_path, target=target))
    assert done.outcome is PrintOutcome.FAILED
    assert "plus d'étiquettes" in done.text
    assert not got


def test_a_head_opened_while_printing_is_a_failure(tmp_path: Path) -> None:
    opened = READY.replace(b"\x02000,0,0,", b"\x02000,0,1,")
    with printer(lambda got, asked: READY if asked == 1 else opened) as (target, _):
        done = print_labels(LABELS, find_printer("zpl"), ROLL, Job(tmp_path, target=target))
    assert done.outcome is PrintOutcome.FAILED
    assert "tête" in done.text


def test_a_printer_that_hangs_up_has_not_printed(tmp_path: Path) -> None:
    with printer(lambda got, asked: None) as (target, _):
        done = print_labels(LABELS * 20, find_printer("zpl"), ROLL, Job(tmp_path, target=target))
    assert done.outcome in (PrintOutcome.FAILED, PrintOutcome.SENT)


def test_nobody_there_is_a_pending_label(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    done = print_labels(LABELS, find_printer("zpl"), ROLL, Job(tmp_path, target=f"127.0.0.1:{port}"))
    assert done.outcome is PrintOutcome.FAILED
    assert "ne répond pas" in done.text and "allumée" in done.text


@pytest.mark.parametrize("text", ["http://x", "lp0:x", "a:99999", None])
def test_an_address_that_is_none_is_refused(text: str | None) -> None:
    with pytest.raises(UsageError):
        parse_target(text)


def test_addresses() -> None:
    assert str(parse_target("192.168.1.50")) == "192.168.1.50:9100"
    assert str(parse_target("tcp://zebra:6101")) == "zebra:6101"
    assert str(parse_target(None, "/dev/usb/lp0")) == "/dev/usb/lp0"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ((b"\x02000,0,0,", b"\x02000,0,1,"), "la tête est ouverte : fermez-la"),
        ((b"\x02000,0,0,0", b"\x02000,0,0,1"), "ruban encreur : changez-le"),
        ((b"\x02030,0,0", b"\x02030,0,1"), "elle est en pause : appuyez sur PAUSE"),
        ((b"0255,000,0", b"0255,000,1"), "sa mémoire est pleine"),
        ((b"000,0,0,0\x03", b"000,0,1,0\x03"), "trop froide"),
        ((b"000,0,0,0\x03", b"000,0,0,1\x03"), "trop chaude"),
    ],
)
def test_every_fault_says_what_to_do(tmp_path: Path, change: tuple[bytes, bytes], words: str) -> None:
    told = READY.replace(*change)
    assert told != READY
    with printer(lambda got, asked: told) as (target, got):
        done = print_labels(LABELS, find_printer("zpl"), ROLL, Job(tmp_path, target=target))
    assert done.outcome is PrintOutcome.FAILED
    assert words in done.text and "Rien n'a été imprimé" in done.text and not got


def test_a_finer_head_gets_more_dots() -> None:
    made, fine = render(LABELS[0], ROLL, 203), render(LABELS[0], ROLL, 300)
    assert find_printer("zpl300").refuses(ROLL) is None
    assert fine.width / made.width == pytest.approx(300 / 203, abs=0.01)


def test_a_label_printer_takes_no_a4(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="rouleau Brother"):
        print_labels(LABELS, find_printer("zpl"), find_media("dk62"), Job(tmp_path, target="127.0.0.1"))
    with pytest.raises(UsageError, match="planche A4"):
        print_labels(LABELS, find_printer("zpl"), find_media("l7160"), Job(tmp_path, target="127.0.0.1"))


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.EBUSY, "x"), "un autre programme s'en sert"),
        (OSError(errno.ENOENT, "x"), "pas branchée"),
        (OSError(errno.ENODEV, "x"), "débranchée"),
        (OSError(errno.ECONNREFUSED, "x"), "refuse la connexion"),
        (TimeoutError(), "personne à cette adresse"),
        (socket.gaierror(-2, "x"), "pas connu du réseau"),
        (OSError(errno.EXDEV, "rare"), "rare"),
    ],
)
def test_why_a_printer_is_not_reached_is_said_in_french(error: OSError, words: str) -> None:
    assert words in reason(error)
