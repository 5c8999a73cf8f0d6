"""The one question by multicast DNS: bytes as RFC 6762 and 1035 say, and nothing odd is ever taken for an answer."""

from __future__ import annotations

import random
import struct

from recond.core import mdns

PIN = "AB" * 32
NAME = mdns.name_of(PIN)


def test_the_name_is_the_pins() -> None:
    assert NAME == "recond-abababababababab.local" and mdns.name_of("cd" * 32) != NAME


def test_question_and_answer() -> None:
    asked = mdns.question(NAME, 77)
    assert asked[12:] == b"\x17recond-abababababababab\x05local\0\0\x01\x80\x01"
    assert mdns.asked_for(asked, NAME) == 77 and mdns.asked_for(asked, mdns.name_of("cd" * 32)) is None
    said = mdns.answer(NAME, 77, "192.168.1.9")
    assert mdns.address_in(said, NAME, 77) == "192.168.1.9"
    assert mdns.address_in(said, NAME, 78) is None, "an answer to another question"
    assert mdns.address_in(said, mdns.name_of("cd" * 32), 77) is None, "another server"
    assert mdns.asked_for(said, NAME) is None and mdns.address_in(asked, NAME, 77) is None


def test_an_address_of_the_internet_is_not_followed() -> None:
    assert mdns.address_in(mdns.answer(NAME, 1, "8.8.8.8"), NAME, 1) is None


def test_names_may_point_back_and_never_run_in_circles() -> None:
    said = mdns.answer(NAME, 5, "10.0.0.7")
    asked_end = 12 + len(NAME) + 2 + 4
    short = said[:asked_end] + b"\xc0\x0c" + said[asked_end + len(NAME) + 2 :]
    assert mdns.address_in(short, NAME, 5) == "10.0.0.7"
    circle = struct.pack("!6H", 5, 0x8400, 0, 1, 0, 0) + b"\xc0\x0c" + bytes(14)
    assert mdns.address_in(circle, NAME, 5) is None


def test_rubbish_raises_nothing_and_what_is_cut_off_is_nothing() -> None:
    whole = mdns.answer(NAME, 5, "10.0.0.7")
    for length in range(len(whole)):
        assert mdns.address_in(whole[:length], NAME, 5) is None
    draw = random.Random(6762)
    for _ in range(3000):
        said = bytearray(whole)
        for _ in range(draw.randint(1, 5)):
            said[draw.randrange(len(said))] = draw.randrange(256)
        if mdns.address_in(bytes(said), NAME, 5) is not None:
            assert NAME.encode()[:23] in bytes(said).lower(), "only an answer that still names it counts"
        mdns.asked_for(bytes(said), NAME)
