"""Which disks may become a stick: USB and removable, named, unused, large enough; every other one is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recond.core.disk import BootMedium, Bus, Disk, DiskIdentity, Medium, Partition, Use
from recond.core.gpt import SECTOR, TABLE_SECTORS, Gpt, Part, read_gpt, write_gpt
from recond.core.guard import Surroundings, refusals
from recond.core.stick import MIB, find_place, stick_refusals

NEED = 300_000_000
STICK = Disk(
    "sdb", "/dev/sdb", "/sys/devices/usb1/sdb", DiskIdentity("SanDisk Ultra", "4C530001", None, 15_000_000_000),
    bus=Bus.USB, medium=Medium.FLASH, removable=True,
)  # fmt: skip
NAMED = frozenset({STICK.path})
AROUND = Surroundings((STICK,), None, named=NAMED, rewritten=NAMED)
OLD = replace(STICK, partitions=(Partition("sdb3", 1 << 30, "ext4", "RECOND-DATA", "RECOND-DATA"),))


def rules(disk: Disk, around: Surroundings = AROUND) -> list[str]:
    return [one.rule for one in stick_refusals(disk, replace(around, all_disks=(disk,)), NEED)]


def test_a_usb_stick_that_was_named_may_be_written() -> None:
    assert rules(STICK) == []


def test_a_recond_stick_may_be_made_anew_only_as_the_one_that_was_named_for_it() -> None:
    assert rules(OLD) == []
    assert rules(OLD, replace(AROUND, rewritten=frozenset())) == ["stick"]
    assert rules(OLD, replace(AROUND, rewritten=frozenset({"/dev/sdc"}))) == ["stick"]
    assert "stick" in [one.rule for one in refusals(OLD, Surroundings((OLD,), None, named=NAMED))]


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"bus": Bus.SATA, "removable": False}, "not-a-stick"),
        ({"bus": Bus.SATA}, "not-a-stick"),
        ({"bus": Bus.MMC}, "not-a-stick"),
        ({"removable": False}, "not-a-stick"),
        ({"bus": Bus.UNKNOWN}, "not-a-stick"),
        ({"identity": DiskIdentity("SanDisk", "1", None, NEED - 1)}, "too-small"),
        ({"uses": (Use("mount", "/media/cle"),)}, "in-use-mount"),
        ({"uses": (Use("root", "/"),)}, "in-use-root"),
        ({"read_only": True}, "read-only"),
        ({"unknown": ("sa taille ne se lit pas",)}, "unknown"),
    ],
)
def test_every_other_disk_is_refused(change: dict[str, object], rule: str) -> None:
    assert rule in rules(replace(STICK, **change))  # type: ignore[arg-type]


def test_the_stick_that_was_booted_is_refused_also_when_named() -> None:
    medium = BootMedium("sdb", "4C530001", None, None, 15_000_000_000)
    assert "boot-medium" in rules(OLD, replace(AROUND, boot_medium=medium))


def test_a_stick_that_was_not_named_is_refused() -> None:
    assert "external" in rules(STICK, replace(AROUND, named=frozenset()))


def test_a_file_counts_as_a_stick_only_in_practice_and_only_that_file() -> None:
    loop = replace(STICK, bus=Bus.LOOP, removable=False, by_loop_file="/tmp/x.img")
    assert rules(loop, replace(AROUND, practice_file="/tmp/x.img")) == []
    assert rules(loop, replace(AROUND, practice_file="/tmp/y.img")) == ["practice"]
    assert rules(loop) == ["not-a-stick", "loop"]
    assert "practice" in rules(STICK, replace(AROUND, practice_file="/tmp/x.img"))


PLACES = st.lists(st.tuples(st.integers(1, 40), st.integers(1, 40)), max_size=6)


def make(places: list[tuple[int, int]]) -> tuple[Gpt, int]:
    """A table of partitions in whole MiB, each after a gap; and where the last one ends."""
    parts, at = [], MIB
    for number, (gap, size) in enumerate(places, start=1):
        start = at + gap * MIB
        raw = bytes([number]) * 16 + bytes(112)
        parts.append(Part(number, start, size * MIB, f"00000000-0000-4000-8000-{number:012d}", "", raw))
        at = start + size * MIB
    return Gpt("6ea5a3a0-6d4b-4a0e-9b6e-7265636f6e64", tuple(parts)), at


@given(PLACES, st.integers(1, 60), st.integers(1, 60))
def test_a_place_never_lies_on_a_partition_or_a_table(places: list[tuple[int, int]], more: int, need: int) -> None:
    table, end = make(places)
    disk = end + more * MIB
    place = find_place(table, disk, need * MIB)
    if place is None:
        return
    assert place >= MIB and place + need * MIB <= disk - TABLE_SECTORS * SECTOR
    assert all(place + need * MIB <= part.start or place >= part.end for part in table.parts)


@given(PLACES, st.integers(1, 60), st.booleans())
def test_a_table_is_read_back_as_written_from_either_copy(places: list[tuple[int, int]], more: int, torn: bool) -> None:
    table, end = make(places)
    first, second = write_gpt(table, end + more * MIB)
    head = bytes(SECTOR) + first
    if torn:
        head = head[:SECTOR] + b"\xff" * 700 + head[SECTOR + 700 :]
    found = read_gpt(head, second)
    assert found is not None
    assert [(part.start, part.size, part.guid) for part in found.parts] == [
        (part.start, part.size, part.guid) for part in table.parts
    ]
    assert found.guid == table.guid
    assert read_gpt(bytes(len(head)), b"\xff" * len(second)) is None
