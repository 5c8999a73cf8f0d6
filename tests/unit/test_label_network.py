"""A Brother QL on the network: a sink on port 9100 that is silent, as the real ones are, and its status by SNMP."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from recond.core.labeldata import LabelData, LabelOutcome
from recond.label import snmp
from recond.label.brother_status import STATUS_OID, read_statuses
from recond.label.draw import render
from recond.label.media import find_media
from recond.label.printers import Job, Printed, PrintOutcome, brother_ql, find_printer, print_labels
from tests.unit.test_label_brother import decode, status

LABEL = LabelData("PC-0042-2", outcome=LabelOutcome.ERASED, model="Été à Noël")
TAPE = find_media("dk62")
READY = status(0)


def test_the_question_is_the_one_of_the_standard() -> None:
    """Written out by hand from RFC 1157: version 0, public, GET, request 1, no error, one object and nothing for it."""
    wanted = "302c 020100 0406 7075626c6963 a01f 020101 020100 020100 3014 3012 060e 2b060104019303030309010601 00 0500"
    assert snmp.request(1, STATUS_OID) == bytes.fromhex(wanted)


@contextmanager
def snmp_agent(answer: Callable[[int], bytes | None]) -> Iterator[int]:
    """An agent on loopback; `answer` gets how often it was asked before, and gives the value or nothing."""
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 0))
    stop = threading.Event()
    server.settimeout(0.1)

    def serve() -> None:
        asked = 0
        while not stop.is_set():
            try:
                packet, who = server.recvfrom(4096)
            except TimeoutError:
                continue
            value = answer(asked)
            asked += 1
            if value is not None:
                server.sendto(reply(packet, value), who)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield server.getsockname()[1]
    finally:
        stop.set()
        thread.join(5)
        server.close()


def reply(packet: bytes, value: bytes) -> bytes:
    """Turn a question into its answer: the kind of the packet, and the value in the place of nothing."""
    _, message, _ = snmp._read(packet)
    _, version, rest = snmp._read(message)
    _, community, rest = snmp._read(rest)
    _, body, _ = snmp._read(rest)
    _, number, _ = snmp._read(body)
    bind = snmp._block(snmp.OID, snmp._oid(STATUS_OID)) + snmp._block(snmp.OCTETS, value)
    told = snmp._block(snmp.INTEGER, number) + snmp._whole(0) + snmp._whole(0)
    told += snmp._block(snmp.SEQUENCE, snmp._block(snmp.SEQUENCE, bind))
    head = snmp._block(snmp.INTEGER, version) + snmp._block(snmp.OCTETS, community)
    return snmp._block(snmp.SEQUENCE, head + snmp._block(snmp.RESPONSE, told))


@contextmanager
def sink() -> Iterator[tuple[int, bytearray]]:
    """Port 9100 of a printer that takes everything and says nothing."""
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(5)
    got = bytearray()

    def serve() -> None:
        connection, _ = server.accept()
        with connection:
            while data := connection.recv(65536):
                got.extend(data)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield server.getsockname()[1], got
    finally:
        thread.join(6)
        server.close()


def printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: Callable[[int], bytes | None]
) -> tuple[Printed, bytes]:
    monkeypatch.setattr(brother_ql, "SNMP_TRY_S", 0.3)
    monkeypatch.setattr(brother_ql, "START_S", 0.6)
    with sink() as (port, got), snmp_agent(answer) as agent:
        monkeypatch.setattr(brother_ql, "SNMP_PORT", agent)
        job = Job(tmp_path, target=f"127.0.0.1:{port}")
        done = print_labels([LABEL], find_printer("brother-ql"), TAPE, job)
    return done, bytes(got)


def test_printed_when_it_was_seen_at_work_and_came_to_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = [READY, READY, status(6, phase=1), status(6, phase=1), READY]
    done, got = printed(tmp_path, monkeypatch, lambda asked: told[min(asked, 4)])
    assert done.outcome is PrintOutcome.PRINTED, done.text
    assert [page.tobytes() for page in decode(got)] == [render(LABEL, TAPE, 300).tobytes()]


def test_an_idle_printer_proves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done, got = printed(tmp_path, monkeypatch, lambda asked: READY)
    assert done.outcome is PrintOutcome.SENT and "regardez" in done.text
    assert len(decode(got)) == 1


def test_a_printer_without_snmp_got_it_and_no_more_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done, got = printed(tmp_path, monkeypatch, lambda asked: None)
    assert done.outcome is PrintOutcome.SENT
    assert len(decode(got)) == 1


@pytest.mark.parametrize(
    ("first", "words"),
    [(status(0, error2=0x10), "capot"), (status(0, error1=2), "ruban est fini"), (status(0, die=29), "62 x 29 mm")],
)
def test_a_printer_that_cannot_is_not_sent_anything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: bytes, words: str
) -> None:
    done, got = printed(tmp_path, monkeypatch, lambda asked: first)
    assert done.outcome is PrintOutcome.FAILED
    assert words in done.text and "Rien n'a été imprimé" in done.text and not got


def test_the_tape_that_ends_while_it_prints_is_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = [READY, status(6, phase=1), status(2, error1=2)]
    done, _ = printed(tmp_path, monkeypatch, lambda asked: told[min(asked, 2)])
    assert done.outcome is PrintOutcome.FAILED
    assert "le ruban est fini" in done.text


def test_an_answer_lost_once_is_asked_for_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done, got = printed(tmp_path, monkeypatch, lambda asked: None if asked == 0 else status(0, error2=0x10))
    assert done.outcome is PrintOutcome.FAILED and not got


def test_the_status_of_a_real_printer_is_read() -> None:
    """A QL-820NWB's own 32 bytes, idle with a roll of 62 x 29 mm labels, as its owner published them."""
    (found,) = read_statuses(
        bytes.fromhex("80204234413004000000 3e0b 00000300 001d 0000 00000000 0001 000000000000".replace(" ", ""))
    )
    assert (found.fault, found.tape_mm, found.die_mm, found.printing) == (None, 62, 29, False)


@pytest.mark.parametrize("cut", range(0, 60, 7))
def test_an_answer_cut_off_or_to_another_question_is_none(cut: int) -> None:
    packet = reply(snmp.request(7, STATUS_OID), READY)
    assert snmp.response(packet, 7) == READY
    assert snmp.response(packet, 8) is None
    assert snmp.response(packet[:cut], 7) is None
