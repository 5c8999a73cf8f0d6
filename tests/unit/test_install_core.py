"""The pure parts of an installation: where the partitions go, which disk, how big, under which name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recond.core.disk import Bus, Disk, DiskIdentity, Medium
from recond.core.installing import (
    EXT4_SHARE,
    HOSTNAME,
    MIB,
    SPARE,
    choose_disk,
    hostname_for,
    layout,
    needed_bytes,
    partition_path,
    swap_bytes,
)
from recond.core.profile import ProfileImage


@given(st.integers(300 * MIB, 20 * 10**12))
def test_partitions_lie_in_order_on_whole_mebibytes_inside_the_disk(size: int) -> None:
    plan = layout(size)
    end = MIB
    for number, part in enumerate(plan.parts, start=1):
        assert (part.number, part.start_bytes, part.start_bytes % MIB, part.size_bytes % MIB) == (number, end, 0, 0)
        end += part.size_bytes
    # 33 sectors for the second GPT, of up to 4096 bytes.
    assert end <= size - 33 * 4096
    assert size - end < 2 * MIB


def test_the_efi_partition_is_smaller_on_a_small_disk() -> None:
    assert layout(4 << 30).esp.size_bytes == 128 * MIB
    assert layout(256 * 10**9).esp.size_bytes == 512 * MIB


def test_a_disk_without_room_for_a_root_has_no_layout() -> None:
    with pytest.raises(ValueError, match="no room"):
        layout(190 * MIB)


@given(st.integers(MIB, 10**11))
def test_what_is_needed_is_enough_for_the_image_and_its_spare(unpacked: int) -> None:
    image = ProfileImage("x", "1", "0" * 64, 1, unpacked, 1, "/x.squashfs")
    root = layout(needed_bytes(image)).root.size_bytes
    assert root * (1 - EXT4_SHARE) >= unpacked + SPARE - 1


def test_the_script_says_what_sfdisk_reads() -> None:
    lines = layout(4 << 30).script().splitlines()
    assert lines[0] == "label: gpt" and len(lines) == 4
    assert lines[1].startswith("start=1MiB, size=1MiB, type=21686148-")
    assert lines[3].startswith("start=130MiB, size=3965MiB, type=0FC63DAF-") and lines[3].endswith('name="debian"')
    # The guards know a recond stick by these names: an installed disk must not carry them.
    assert "RECOND" not in layout(4 << 30).script().upper()


def disk(name: str, size_gb: float, medium: Medium) -> Disk:
    size = int(size_gb * 10**9)
    return Disk(name, f"/dev/{name}", f"/sys/{name}", DiskIdentity("M", name, None, size), Bus.SATA, medium)


@pytest.mark.parametrize(
    ("disks", "chosen"),
    [
        ([("a", 1000, Medium.HDD), ("b", 120, Medium.SSD)], "b"),
        ([("a", 500, Medium.NVME), ("b", 120, Medium.SSD)], "b"),
        ([("a", 4, Medium.SSD), ("b", 500, Medium.HDD)], "b"),
        ([("a", 500, Medium.HDD), ("b", 160, Medium.HDD)], "b"),
        ([("a", 32, Medium.FLASH), ("b", 500, Medium.NVME)], "b"),
        ([("a", 4, Medium.HDD)], None),
        ([], None),
    ],
)
def test_the_disk_for_the_system(disks: list[tuple[str, float, Medium]], chosen: str | None) -> None:
    found = choose_disk([disk(*one) for one in disks], 10 * 10**9)
    assert (found.name if found else None) == chosen


@pytest.mark.parametrize(
    ("tag", "name"),
    [
        ("MDL-0042-2", "mdl-0042-2"),
        (None, "debian"),
        ("", "debian"),
        ("--", "debian"),
        ("Éé x", "x"),
        ("A" * 70, "a" * 63),
    ],
)
def test_host_names(tag: str | None, name: str) -> None:
    assert hostname_for(tag) == name


@given(st.text())
def test_every_host_name_is_one(tag: str) -> None:
    assert HOSTNAME.fullmatch(hostname_for(tag))


def test_partition_paths() -> None:
    assert partition_path("/dev/sda", 3) == "/dev/sda3"
    assert partition_path("/dev/nvme0n1", 3) == "/dev/nvme0n1p3"
    assert partition_path("/dev/mmcblk0", 1) == "/dev/mmcblk0p1"


@pytest.mark.parametrize(
    ("ram", "free", "size"),
    [
        (512 * MIB, 100_000 * MIB, 1024 * MIB),
        (2048 * MIB, 100_000 * MIB, 2048 * MIB),
        (16384 * MIB, 100_000 * MIB, 4096 * MIB),
        (None, 100_000 * MIB, 2048 * MIB),
        (8192 * MIB, 8192 * MIB, 1024 * MIB),
        (8192 * MIB, 2000 * MIB, 0),
    ],
)
def test_swap(ram: int | None, free: int, size: int) -> None:
    assert swap_bytes(ram, free) == size
