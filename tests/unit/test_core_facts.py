"""Canonical JSON, untrusted text, tags, identity and events: the pure parts everything else leans on."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recond.core import canonical
from recond.core.errors import ExitCode, worst
from recond.core.event import Actor, Moment, chain_fault, make, uuid7
from recond.core.identity import Known, Quality, check_digit, fingerprints, make_tag, parse_tag, quality_of, resolve
from recond.core.machine import Machine, Network, System
from recond.core.settings import read_lot, read_settings
from recond.core.text import clean, decimal_bytes

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda s: st.lists(s) | st.dictionaries(st.text(), s),
    max_leaves=8,
)


@given(st.dictionaries(st.text(), JSON))
def test_the_order_of_keys_does_not_change_the_hash(value: dict[str, Any]) -> None:
    assert canonical.digest(value) == canonical.digest(dict(reversed(value.items())))


def test_canonical_json_refuses_what_json_does_not_know() -> None:
    with pytest.raises(ValueError):
        canonical.encode({"x": float("nan")})
    with pytest.raises(TypeError):
        canonical.encode({"x": object()})


@given(st.text(max_size=400))
def test_cleaned_text_holds_no_control_character(value: str) -> None:
    result = clean(value)
    assert result is None or (result.isprintable() and "\x1b" not in result and len(result) <= 200)


def test_escape_sequences_and_bidi_overrides_are_removed() -> None:
    assert clean("\x1b[31mDell\u202e  Inc.\x00\n") == "[31mDell Inc."
    assert clean(b"\xff\xfeAcer") is not None
    assert clean(" \t ") is None


@pytest.mark.parametrize(
    ("size", "text"),
    [(256_060_514_304, "256 Go"), (1_000_204_886_016, "1 To"), (16_013_942_784, "16 Go"), (None, "inconnu")],
)
def test_disk_sizes_read_as_on_the_sticker(size: int | None, text: str) -> None:
    assert decimal_bytes(size) == text


@given(st.integers(0, 999_999))
def test_a_tag_reads_back(number: int) -> None:
    tag = make_tag("MDL", number)
    assert parse_tag(f" {tag.lower()} ") == tag


@given(st.integers(0, 999_999), st.integers(0, 5), st.integers(1, 9))
def test_one_wrong_digit_in_a_tag_is_found(number: int, place: int, shift: int) -> None:
    digits = f"{number:06d}"
    wrong = digits[:place] + str((int(digits[place]) + shift) % 10) + digits[place + 1 :]
    assert check_digit(wrong) != check_digit(digits)


# As boards write them where a serial number or a model should stand; "MS-XXXX" is one of them, nothing left open here.
@pytest.mark.parametrize(
    "junk",
    ["To Be Filled By O.E.M.", "System Product Name", "Default string", "INVALID", "None", ".", "00000000", "0123456789",
     "123456789", "x", "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF", "03000200-0400-0500-0006-000700080009", "Not Specified",
     "[Empty]", "<BAD INDEX>", "Type1 - TBD by OEM", "System SKUNumber", "Type2 - Board Version", "$(DEFAULT_STRING)",
     "MB-1234567890", "Chassis Serial Number", "System Serial Number", "A1_Manufacturer1", "Undefined", "Standard",
     "SKU0", "Fill By OEM", "NOTEBOOK", "789012345678", "Unset", "SKUNumber", "System_Product_Name", "OEM_Serial",
     "9876543210", "0x00000000", "MS-XXXX", "To Be Set By O.E.M.", "88888888-8888-8888-8888-878888888888",
     "4c4c4544-0000-2010-8020-80c04f202020", "00:11:22:33:44:55", "SN-Default", "PROJECT_SUB_TAG", "Tag 12345",
     "None Specified", "Prototype", "QWERTY", "Not Applicable", "xxxxxxx", "Base Board Serial Number"],
)  # fmt: skip
def test_placeholders_never_identify(junk: str) -> None:
    assert quality_of(junk) is not Quality.GOOD


@pytest.mark.parametrize(
    "name",
    [
        "OptiPlex 7010",
        "Latitude E6420",
        "M72",
        "20ARS0J80E",
        "HP EliteBook 840 G3",
        "HP Laptop 15-bs0xx",
        "Notebook 9 Pro",
        "VAIO",
        "Micro-Star International Co., Ltd.",
        "Aspire 5 A515-54",
        "Satellite Pro C50",
        "HP Pavilion Desktop PC 570-p0xx",
    ],
)
def test_real_names_are_kept(name: str) -> None:
    assert quality_of(name, is_name=True) is Quality.GOOD


def machine(**values: Any) -> Machine:
    return Machine(system=replace(System(manufacturer="Dell", product="Latitude"), **values))


def known(one: Machine, uid: str, tag: str | None = None) -> Known:
    good = frozenset((f.kind, f.value) for f in fingerprints(one) if f.quality is Quality.GOOD)
    return Known(uid, tag, one.system.model, good)


def test_the_tag_wins_over_every_fingerprint() -> None:
    one, other = machine(serial="ABC1234", uuid=str(uuid.uuid4())), machine(serial="XYZ9876")
    cards = [known(one, "u1", "MDL-0001-8"), known(other, "u2", "MDL-0002-6")]
    assert resolve(one, "MDL-0002-6", cards).uid == "u2"


def test_a_machine_met_again_without_its_disks_is_the_same() -> None:
    one = machine(serial="ABC1234", uuid="4c4c4544-0042-3510-8051-b4c04f4a3132")
    assert resolve(one, None, [known(one, "u1")]).uid == "u1"


def test_two_boards_with_the_same_junk_serial_are_two() -> None:
    one = machine(serial="To be filled by O.E.M.", board_serial="123456789")
    assert resolve(one, None, [known(one, "u1")]).uid is None


def test_a_tie_is_left_to_a_person() -> None:
    one = machine(serial="ABC1234", uuid="4c4c4544-0042-3510-8051-b4c04f4a3132")
    answer = resolve(one, None, [known(one, "u1"), known(one, "u2")])
    assert answer.uid is None and set(answer.possible) == {"u1", "u2"}


def test_one_shared_network_card_is_not_enough() -> None:
    nets = (Network("eth0", "ethernet", mac="52:54:00:aa:bb:cc", bus="pci", permanent=True),)
    one = replace(machine(), networks=nets)
    assert resolve(one, None, [known(one, "u1")]).uid is None


def test_uuid7_holds_its_time_and_version() -> None:
    when = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
    value = uuid.UUID(uuid7(when, bytes(range(10))))
    assert value.version == 7 and value.variant == uuid.RFC_4122
    assert value.int >> 80 == int(when.timestamp() * 1000)


def event(seq: int, prev: str | None) -> dict[str, Any]:
    moment = Moment(datetime(2009, 1, 1, tzinfo=UTC), "boot", 12.5)
    return make(
        event_id=str(seq), kind="note.added", run="r", seq=seq, prev=prev, uid="u", tag=None, moment=moment,
        actor=Actor("LM", "stk_1", "recond 0"), lot=None, payload={"text": "é"},
    )  # fmt: skip


def test_a_changed_event_breaks_the_chain() -> None:
    first = event(1, None)
    second = event(2, canonical.digest(first))
    assert chain_fault([first, second]) is None
    assert chain_fault([{**first, "lot": "other"}, second]) is not None
    assert chain_fault([second]) is not None


def test_the_most_severe_exit_code_wins() -> None:
    assert worst(ExitCode.PUSH_PENDING, ExitCode.WIPE_FAILED) is ExitCode.WIPE_FAILED
    assert worst(ExitCode.PUSH_PENDING, ExitCode.LABEL_PENDING) is ExitCode.SEVERAL_PENDING
    assert worst(ExitCode.OK, ExitCode.OK) is ExitCode.OK
    assert worst(ExitCode.PUSH_PENDING, ExitCode.OK) is ExitCode.PUSH_PENDING


def test_every_error_of_a_settings_file_is_listed_at_once() -> None:
    _, errors = read_settings("recond.toml", {"lang": "de", "tag_prefix": "x", "colour": "red", "station": 3})
    assert len(errors) == 4
    lot, errors = read_lot("lots/a.json", {"lot": "../x", "arm": "yes", "open": "no"})
    assert lot is None and len(errors) == 3


def test_the_help_table_is_read_or_every_error_is_listed() -> None:
    table = {
        "name": " Ordi Pour Tous ",
        "phone": "04 78 00 00 00",
        "web": "https://exemple.org",
        "address": "1 rue A\n 69000 Lyon",
    }
    settings, errors = read_settings("recond.toml", {"organisation": "OPT", "help": table})
    assert errors == () and settings.help is not None and settings.organisation == "OPT"
    assert settings.help.told() == {**table, "name": "Ordi Pour Tous", "address": "1 rue A\n69000 Lyon"}
    wrong = {
        "phone": "appelez",
        "email": "x@y",
        "web": "javascript:alert(1)",
        "nom": "A",
        "hours": 3,
        "text": "a\n" * 9,
    }
    _, errors = read_settings("recond.toml", {"help": {**wrong, "name": "a\x1b[31m", "address": "x" * 200}})
    assert len(errors) == 8 and all(error.startswith("recond.toml: help.") for error in errors)
    assert read_settings("recond.toml", {"help": {}})[0].help is None
    _, errors = read_settings("recond.toml", {"help": "moi", "help_contact": "moi"})
    assert len(errors) == 2 and all("[help]" in error for error in errors)
