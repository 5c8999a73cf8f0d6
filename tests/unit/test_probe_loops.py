"""Real loop devices: what is on them and who uses them, as the guards will see it. Only files made here are touched."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from recond.core.disk import Bus, Disk
from recond.core.guard import Surroundings, refusals
from recond.host.local import LocalHost
from recond.probe.disks import read_disks

pytestmark = pytest.mark.root

TABLE = """label: gpt
start=2048, size=20480, name="donateur"
start=40960, size=20480, name="echange"
start=65536, size=20480, name="RECOND"
"""


def sh(*argv: str, stdin: str | None = None) -> str:
    return subprocess.run(argv, input=stdin, capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture
def loop(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """Attach a blank 64 MiB file whose name has a space in it."""
    file = tmp_path / "un disque.img"
    with file.open("wb") as made:
        made.truncate(64 << 20)
    device = sh("losetup", "--find", "--show", str(file))
    try:
        yield device, file
    finally:
        subprocess.run(("partx", "--delete", device), capture_output=True, check=False)
        sh("losetup", "--detach", device)


def look(file: Path) -> Disk:
    (found,) = [disk for disk in read_disks(LocalHost(), loops=True) if disk.by_loop_file == str(file)]
    return found


def rules(disk: Disk, file: Path) -> list[str]:
    return [refusal.rule for refusal in refusals(disk, Surroundings((disk,), practice_file=str(file)))]


def test_a_blank_file_is_a_practice_disk_and_nothing_else_is(loop: tuple[str, Path]) -> None:
    device, file = loop
    disk = look(file)
    assert (disk.path, disk.bus, disk.identity.model) == (device, Bus.LOOP, "RECOND PRACTICE")
    assert disk.identity.size_bytes == 64 << 20
    assert (disk.uses, disk.unknown, disk.partitions, disk.signature) == ((), (), (), None)
    assert rules(disk, file) == []
    assert rules(disk, file.with_name("other.img")) == ["practice"]
    assert [refusal.rule for refusal in refusals(disk, Surroundings((disk,)))] == ["loop"]
    assert all(found.bus is not Bus.LOOP for found in read_disks(LocalHost()))


def test_files_of_one_name_in_two_folders_are_two_disks(loop: tuple[str, Path], tmp_path: Path) -> None:
    """A practice that was cut off leaves its loop device behind: the next one must not take it for its own disk."""
    _, file = loop
    other = tmp_path / "ailleurs" / file.name
    other.parent.mkdir()
    other.write_bytes(bytes(64 << 20))
    device = sh("losetup", "--find", "--show", str(other))
    try:
        assert look(file).identity.serial == look(file).identity.serial != look(other).identity.serial
    finally:
        sh("losetup", "--detach", device)


def test_partitions_mounts_swap_and_markers(loop: tuple[str, Path], tmp_path: Path) -> None:
    device, file = loop
    sh("sfdisk", "--quiet", str(file), stdin=TABLE)
    sh("partx", "--update", device)
    sh("mkfs.ext4", "-q", "-L", "été", f"{device}p1")
    sh("mkswap", "-q", f"{device}p2")
    disk = look(file)
    assert [(p.filesystem, p.label, p.partition_name) for p in disk.partitions] == [
        ("ext4", "été", "donateur"),
        ("swap", None, "echange"),
        (None, None, "RECOND"),
    ]
    assert disk.partition_table_id is not None
    assert rules(disk, file) == ["stick"]
    point = tmp_path / "un point"
    point.mkdir()
    sh("mount", f"{device}p1", str(point))
    try:
        assert [(use.kind, use.by) for use in look(file).uses] == [("mount", str(point))]
        assert rules(look(file), file) == ["stick", "in-use-mount"]
    finally:
        sh("umount", str(point))
    sh("swapon", f"{device}p2")
    try:
        assert [(use.kind, use.by) for use in look(file).uses] == [("swap", f"{device}p2")]
    finally:
        sh("swapoff", f"{device}p2")
    assert look(file).uses == ()


def test_a_write_protected_disk_is_seen(loop: tuple[str, Path]) -> None:
    device, file = loop
    sh("blockdev", "--setro", device)
    try:
        assert look(file).read_only
        assert rules(look(file), file) == ["read-only"]
    finally:
        sh("blockdev", "--setrw", device)  # the mark outlives the loop's file


def test_a_disk_whose_file_was_deleted_is_no_practice_disk(loop: tuple[str, Path]) -> None:
    device, file = loop
    file.rename(file.with_suffix(".old"))
    moved = [disk for disk in read_disks(LocalHost(), loops=True) if disk.path == device]
    assert [rules(disk, file) for disk in moved] == [["practice"]]
