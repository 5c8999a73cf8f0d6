"""Each guard has a disk that must be refused; take the guard away and that disk is no longer refused.

So no case is covered by luck through another guard, and a guard that is removed or broken turns its test red.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from recond.core import guard
from recond.core.disk import BootMedium, Bus, Disk, DiskIdentity, Medium, Partition, Use
from recond.core.guard import GUARDS, Guard, Surroundings, refusals

GOOD = Disk(
    name="sda",
    path="/dev/sda",
    sys_path="/sys/devices/pci0000:00/ata1/block/sda",
    identity=DiskIdentity("WDC WD5000", "WD-1", "0x50014ee2", 500_107_862_016),
    bus=Bus.SATA,
    medium=Medium.HDD,
    partition_table_id="aaaa-bbbb",
    partitions=(Partition("sda1", 1 << 30, "ntfs", "Windows"),),
)
STICK = BootMedium("sdb", "AA11", None, "cccc-dddd", 31_000_000_000)
AROUND = Surroundings(all_disks=(GOOD,), boot_medium=STICK, live_system=True)
LOOP = replace(GOOD, name="loop0", path="/dev/loop0", bus=Bus.LOOP, by_loop_file="/data/disque-entrainement.img")
NO_NAME = DiskIdentity("DOCK", "000000000000", None, 1000)

Case = tuple[str, Guard, Disk, Surroundings, str]

CASES: list[Case] = [
    ("a loop device outside practice", guard.practice_only, LOOP, AROUND, "loop"),
    ("a real disk in practice", guard.practice_only, GOOD, replace(AROUND, practice_file="/x.img"), "practice"),
    ("another loop file in practice", guard.practice_only, LOOP, replace(AROUND, practice_file="/x.img"), "practice"),
    (
        "the stick by its table",
        guard.boot_medium,
        replace(GOOD, partition_table_id="cccc-dddd"),
        AROUND,
        "boot-medium",
    ),
    (
        "the stick by its serial",
        guard.boot_medium,
        replace(GOOD, identity=DiskIdentity("USB", "AA11", None, 31_000_000_000)),
        AROUND,
        "boot-medium",
    ),
    (
        "the stick by its serial, whatever size the dock says",
        guard.boot_medium,
        replace(GOOD, identity=DiskIdentity("USB", "AA11", None, 30_999_999_488)),
        AROUND,
        "boot-medium",
    ),
    (
        "the stick by its WWN",
        guard.boot_medium,
        GOOD,
        replace(AROUND, boot_medium=BootMedium("x", None, "0x50014ee2", None, None)),
        "boot-medium",
    ),
    (
        "the stick when the system runs from memory and nothing of it is mounted",
        guard.boot_medium,
        replace(GOOD, partition_table_id="cccc-dddd", uses=()),
        replace(AROUND, boot_medium=replace(STICK, toram=True)),
        "boot-medium",
    ),
    (
        "a stick that says nothing of itself, by its place",
        guard.boot_medium,
        GOOD,
        replace(AROUND, boot_medium=BootMedium("sda", None, None, None, None)),
        "boot-medium",
    ),
    (
        "the stick in its place, of its size, though its marks are spelled otherwise now",
        guard.boot_medium,
        replace(GOOD, name="sdb", identity=DiskIdentity("USB", "aa-11 ", None, 31_000_000_000)),
        AROUND,
        "boot-medium",
    ),
    (
        "the stick by its table written in capitals",
        guard.boot_medium,
        replace(GOOD, partition_table_id="CCCC-DDDD"),
        AROUND,
        "boot-medium",
    ),
    (
        "any disk while the stick is not known",
        guard.boot_medium,
        GOOD,
        replace(AROUND, boot_medium=None),
        "boot-medium-unknown",
    ),
    (
        "another recond stick by its label",
        guard.stick_marker,
        replace(GOOD, partitions=(Partition("sda1", 1, "vfat", "RECOND"),)),
        AROUND,
        "stick",
    ),
    (
        "another recond stick by its partition's name",
        guard.stick_marker,
        replace(GOOD, partitions=(Partition("sda2", 1, None, None, "RECOND-DATA"),)),
        AROUND,
        "stick",
    ),
    *(
        (f"a disk in use: {kind}", guard.in_use, replace(GOOD, uses=(Use(kind, by),)), AROUND, f"in-use-{kind}")
        for kind, by in [
            ("mount", "/home"),
            ("swap", "/dev/sda2"),
            ("lvm", "vg-data"),
            ("md", "md127"),
            ("luks", "cr_home"),
            ("bcache", "bcache0"),
            ("multipath", "mpatha"),
            ("zfs", "ZFS"),
            ("holder", "dm-3"),
            ("root", "/"),
        ]
    ),
    (
        "a disk that was there when the station began",
        guard.was_there,
        GOOD,
        replace(AROUND, before=(GOOD,)),
        "was-there",
    ),
    (
        "a disk that was still waking up when the station began",
        guard.was_there,
        GOOD,
        replace(AROUND, before=(replace(GOOD, identity=replace(GOOD.identity, size_bytes=0)),)),
        "was-there",
    ),
    ("a read-only disk", guard.read_only, replace(GOOD, read_only=True), AROUND, "read-only"),
    ("a disk of which something is not known", guard.unreadable, replace(GOOD, unknown=("x",)), AROUND, "unknown"),
    (
        "a reader without a card",
        guard.unreadable,
        replace(GOOD, identity=replace(GOOD.identity, size_bytes=0)),
        AROUND,
        "no-medium",
    ),
    (
        "two disks behind docks that repeat their serial",
        guard.same_identity,
        replace(GOOD, identity=NO_NAME),
        replace(AROUND, all_disks=(replace(GOOD, identity=NO_NAME), replace(GOOD, path="/dev/sdc", identity=NO_NAME))),
        "twin",
    ),
    (
        "two disks without any serial",
        guard.same_identity,
        replace(GOOD, identity=replace(NO_NAME, serial=None)),
        replace(
            AROUND,
            all_disks=tuple(
                replace(GOOD, path=path, identity=replace(NO_NAME, serial=None)) for path in ("/dev/sda", "/dev/sdc")
            ),
        ),
        "twin",
    ),
    ("a USB disk that was not named", guard.external, replace(GOOD, bus=Bus.USB), AROUND, "external"),
    ("a removable disk that was not named", guard.external, replace(GOOD, removable=True), AROUND, "external"),
]


def test_an_ordinary_disk_is_not_refused() -> None:
    assert refusals(GOOD, AROUND) == ()


@pytest.mark.parametrize(("guarded", "disk", "around", "rule"), [case[1:] for case in CASES], ids=[c[0] for c in CASES])
def test_it_is_refused(guarded: Guard, disk: Disk, around: Surroundings, rule: str) -> None:
    spoken = refusals(disk, around)
    assert rule in [one.rule for one in spoken]
    assert all(one.reason and one.hint for one in spoken)


@pytest.mark.parametrize(("guarded", "disk", "around", "rule"), [case[1:] for case in CASES], ids=[c[0] for c in CASES])
def test_without_its_guard_it_is_not(guarded: Guard, disk: Disk, around: Surroundings, rule: str) -> None:
    left = [one for one in GUARDS if one is not guarded]
    assert len(left) == len(GUARDS) - 1, "the guard is in force"
    assert refusals(disk, around, left) == ()


def test_every_guard_has_a_case() -> None:
    assert {case[1] for case in CASES} == set(GUARDS)


def test_in_practice_the_practice_disk_alone_is_let_through() -> None:
    around = replace(AROUND, practice_file=LOOP.by_loop_file)
    assert refusals(LOOP, around) == ()


def test_a_usb_disk_is_let_through_when_named() -> None:
    usb = replace(GOOD, bus=Bus.USB)
    for name in ("sda", "/dev/sda"):
        assert refusals(usb, replace(AROUND, named=frozenset({name}))) == ()


def test_naming_a_disk_lifts_no_other_guard() -> None:
    named = frozenset({"sda", "/dev/sda"})
    for text, guarded, disk, around, rule in CASES:
        if guarded is not guard.external:
            spoken = refusals(disk, replace(around, named=named))
            assert rule in [one.rule for one in spoken], text


def test_disks_that_differ_in_one_thing_are_no_twins() -> None:
    other = replace(GOOD, path="/dev/sdc", identity=replace(NO_NAME, size_bytes=2000))
    one = replace(GOOD, identity=NO_NAME)
    assert refusals(one, replace(AROUND, all_disks=(one, other))) == ()


def test_a_repeated_serial_does_not_make_every_dock_the_stick() -> None:
    around = replace(AROUND, boot_medium=BootMedium("sdb", "000000000000", None, "cccc-dddd", 31_000_000_000))
    assert refusals(replace(GOOD, identity=NO_NAME), around) == ()
    same_size = replace(GOOD, identity=replace(NO_NAME, size_bytes=31_000_000_000))
    assert [one.rule for one in refusals(same_size, around)] == ["boot-medium"]


def test_another_disk_that_took_the_sticks_name_is_not_the_stick() -> None:
    other = replace(GOOD, name="sdb", path="/dev/sdb")
    assert refusals(other, replace(AROUND, all_disks=(other,))) == ()
