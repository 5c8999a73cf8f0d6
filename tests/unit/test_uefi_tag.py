"""The tag in the UEFI: what is read, what is refused, and that one variable is all that changes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from recond.core import efitag
from recond.core.errors import EnvironmentFault
from recond.core.identity import make_tag
from recond.core.machine import Firmware, System
from recond.core.settings import read_settings
from recond.host import efivars

TAG = make_tag("MDL", 42)
DELL = System(manufacturer="Dell Inc.", product="OptiPlex 7010")
UEFI = Firmware(vendor="Dell Inc.", date="2018-06-28", uefi=True, uefi_bits=64)
ROOM = 64 << 10


def test_a_tag_comes_back_as_written() -> None:
    assert efitag.read(efitag.encode(TAG)) == TAG
    assert efitag.encode(TAG)[:4] == b"\x07\0\0\0"
    for data in (None, b"", b"\x07\0\0\0", b"\x07\0\0\0MDL-0042-9", b"\x07\0\0\0\xff\xfe", b"\x07\0\0\0" + b"A" * 200):
        assert efitag.read(data) is None
    with pytest.raises(ValueError):
        efitag.encode("MDL-0042-9")


def test_an_ordinary_pc_may() -> None:
    assert efitag.why_not(DELL, UEFI, ROOM) is None


@pytest.mark.parametrize(
    ("system", "firmware", "free"),
    [
        (DELL, None, ROOM),
        (DELL, replace(UEFI, uefi=False), ROOM),
        (DELL, replace(UEFI, uefi=None), ROOM),
        (DELL, replace(UEFI, uefi_bits=32), ROOM),
        (DELL, replace(UEFI, uefi_bits=None), ROOM),
        (replace(DELL, manufacturer="SAMSUNG ELECTRONICS CO., LTD."), UEFI, ROOM),
        (replace(DELL, manufacturer="Apple Inc."), UEFI, ROOM),
        (replace(DELL, manufacturer="Micro-Star International Co., Ltd."), UEFI, ROOM),
        (replace(DELL, manufacturer=None), UEFI, ROOM),
        (DELL, replace(UEFI, date="2012-03-01"), ROOM),
        (DELL, replace(UEFI, date=None), ROOM),
        (DELL, UEFI, None),
        (DELL, UEFI, 5 << 10),
    ],
)
def test_every_doubt_is_a_reason_not_to_write(system: System, firmware: Firmware | None, free: int | None) -> None:
    assert efitag.why_not(system, firmware, free)


def test_one_variable_is_written_read_back_and_removed(tmp_path: Path) -> None:
    other = tmp_path / "Boot0001-8be4df61-93ca-11d2-aa0d-00e098032b8c"
    other.write_bytes(b"\x07\0\0\0boot")
    assert efivars.read_tag(tmp_path) is None and efivars.remove_tag(tmp_path) is False
    assert efivars.write_tag(TAG, tmp_path) is True and efivars.write_tag(TAG, tmp_path) is False
    assert efivars.read_tag(tmp_path) == TAG
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([other.name, efitag.NAME])
    assert efivars.remove_tag(tmp_path) is True and efivars.read_tag(tmp_path) is None
    assert other.read_bytes() == b"\x07\0\0\0boot"


def test_a_store_that_does_not_keep_it_is_told(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault, match="n'a pas gardé"):
        efivars.write_tag(TAG, tmp_path / "not-there")
    assert efivars.free_bytes(tmp_path / "not-there") is None


def test_the_workshop_must_say_so() -> None:
    assert read_settings("x", {})[0].uefi_tag is False
    assert read_settings("x", {"uefi_tag": True})[0].uefi_tag is True
    settings, errors = read_settings("x", {"uefi_tag": "true"})
    assert settings.uefi_tag is False and "uefi_tag" in errors[0]
