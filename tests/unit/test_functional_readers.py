"""The readers of the functional tests on what no device should say: nothing raises, nothing is made up."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from recond.core.evdev import EVENT, Decoder, parse_devices
from recond.core.functional import TITLES, Outcome, expected, results_of_json, tally
from recond.core.keyboard import LAYOUTS, Keys, picture
from recond.core.machine import Chassis
from recond.flow.functional import all_tests
from recond.probe.camera_frame import HEIGHT, WIDTH, parse
from recond.probe.sound import RATE, TONE_HZ, tone, tone_level
from recond.probe.wifi_scan import parse as parse_scan

LINES = st.lists(
    st.sampled_from(["I: Bus=0011 Vendor=1", "",
                     'N: Name="\x1b[31m x"', "H: Handlers=kbd event3", "B: KEY=3 ffffffffffffffff", "B: SW=1"])
    | st.text(max_size=40),
    max_size=30,
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(LINES)
def test_devices(lines: list[str]) -> None:
    for device in parse_devices("\n".join(lines)):
        assert re.fullmatch(r"/dev/input/event\d+", device.path)
        assert "\x1b" not in device.name and all(0 <= key < 64 * 32 for key in device.keys)


@given(st.lists(st.binary(max_size=60), max_size=8))
def test_a_stream_cut_anywhere_is_the_same_stream(pieces: list[bytes]) -> None:
    decoder, whole = Decoder(), Decoder()
    data = b"".join(pieces)
    cut = [event for piece in pieces for event in decoder.feed(piece)]
    assert cut == list(whole.feed(data))
    assert len(cut) == len(data) // EVENT.size


@given(st.text(max_size=300))
def test_a_scan(text: str) -> None:
    found = parse_scan(text)
    assert found.networks >= 0 and found.why_not is None


@given(st.binary(max_size=3000))
def test_sound_and_pictures(raw: bytes) -> None:
    assert 0 <= tone_level(raw) <= 65536
    assert parse(raw) is None


def test_the_tone_is_the_one_that_is_listened_for() -> None:
    made = tone(0.5)[44:]
    left = b"".join(made[place : place + 2] for place in range(0, len(made), 4))
    assert tone_level(left) > 12_000
    other = b"".join(
        int(16_000 * math.sin(2 * math.pi * (TONE_HZ + 200) * n / RATE)).to_bytes(2, "little", signed=True)
        for n in range(RATE // 2)
    )
    assert tone_level(other) < 200


def test_a_plain_picture_has_no_spread_and_no_number_divides_by_zero() -> None:
    frame = parse(bytes(WIDTH * HEIGHT * 2))
    assert frame is not None and (frame.brightness, frame.spread) == (0, 0) and len(frame.lines) == 16


def test_every_test_has_its_title_and_no_question_takes_the_letter_that_skips() -> None:
    assert [test.name for test in all_tests()] == list(TITLES)
    folder = Path(__file__).parents[2] / "recond/flow/functional"
    letters = [
        hit for path in folder.glob("*.py") for hit in re.findall(r'[{,]\s*"([A-Z])": (?:N?_\()?"', path.read_text())
    ]
    assert len(letters) > 10
    # P passes a test over; A, Q, Z, W, M are not on the same keys everywhere.
    assert not set(letters) & set("PAQZWM")


def test_the_kind_of_machine_decides() -> None:
    asked = {kind: {name for name in TITLES if expected(name, kind) is None} for kind in Chassis}
    assert asked[Chassis.LAPTOP] == asked[Chassis.UNKNOWN] == set(TITLES)
    assert asked[Chassis.TABLET] == set(TITLES) - {"keyboard"}
    assert asked[Chassis.DESKTOP] == {"sound", "camera", "wifi", "usb", "condition"}
    assert asked[Chassis.AIO] == asked[Chassis.DESKTOP] | {"screen"}


def test_pictures_of_keyboards_fit_the_console() -> None:
    for layout in LAYOUTS:
        everything = frozenset(code for row in LAYOUTS[layout] for _, code in row)
        for keys in (Keys(layout), Keys(layout, everything)):
            assert all(len(line) <= 79 for line in picture(keys))
            assert all(line == line.encode("iso8859-15").decode("iso8859-15") for line in picture(keys))
        assert Keys(layout, everything).missing() == () and Keys(layout, everything).missing(optional=True) == ()
        widths = {tuple(map(len, picture(keys))) for keys in (Keys(layout), Keys(layout, everything))}
        assert len(widths) == 1, "nothing moves while keys are pressed"


def test_results_kept_by_another_version_are_left_out() -> None:
    kept: dict[str, dict[str, Any]] = {
        "screen": {"outcome": "pass", "reasons": ["x"]},
        "smell": {"outcome": "pass"},
        "lid": {"outcome": "maybe"},
    }
    found = results_of_json(kept)
    assert [one.name for one in found] == ["screen"]
    assert tally(found)[Outcome.PASS] == ["screen"] and "lid" in tally(found)[Outcome.NOT_DONE]
