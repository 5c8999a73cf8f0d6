"""What must never be destroyed, tried on real loop devices: each attempt is refused and every byte is still there."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from recond.core.disk import BootMedium, Bus
from recond.core.errors import ExitCode, GuardError, PlanChanged, RecondError
from recond.core.ports import Command
from recond.flow import wipe
from recond.host.local import LocalHost
from recond.host.warrant import DiskWarrant
from recond.probe.disks import read_disks
from recond.probe.surroundings import read_surroundings
from tests.block.conftest import MIB, OLD, Bench, Loop, losetup

pytestmark = pytest.mark.root

Make = Callable[..., Loop]
MakeBench = Callable[..., Bench]


def sh(*argv: str) -> None:
    subprocess.run(argv, check=True, capture_output=True, timeout=60)


def untouched(loop: Loop) -> bool:
    """Tell whether the file still holds what the test put there, from end to end."""
    data = loop.file.read_bytes()
    return data == (OLD * (len(data) // len(OLD) + 1))[: len(data)]


def execute(bench: Bench, confirmation: str | None = None) -> object:
    plan, _ = bench.plan()
    return attempt(bench, plan, confirmation if confirmation is not None else plan.id)


def attempt(bench: Bench, plan: object, confirmation: str) -> object:
    return wipe.execute(
        bench.host,
        plan,  # type: ignore[arg-type]
        confirmation,
        bench.plan,
        states=bench.states,
        tell=bench.told.append,
        before=lambda disk: bench.began.append(disk.name),
        cancel=threading.Event(),
    )


@pytest.fixture
def formatted(make_loop: Make, tmp_path: Path) -> Loop:
    """Return a loop device with a file system on it."""
    file = tmp_path / "fs.img"
    with file.open("wb") as handle:
        handle.truncate(32 * MIB)
    sh("mkfs.ext4", "-q", "-F", str(file))
    return make_loop(0, file=file)


@contextlib.contextmanager
def mounted(device: str, folder: Path) -> Iterator[None]:
    folder.mkdir()
    sh("mount", device, str(folder))
    try:
        yield
    finally:
        sh("umount", str(folder))


def test_a_mounted_disk(formatted: Loop, bench: MakeBench, tmp_path: Path) -> None:
    own = bench(formatted)
    plan, _ = own.plan()
    with mounted(formatted.path, tmp_path / "mnt"):
        with pytest.raises(GuardError) as caught:
            own.plan()
        assert str(tmp_path / "mnt") in caught.value.message and caught.value.code is ExitCode.GUARD
        # Mounted after the plan was shown: the same refusal at the last moment.
        with pytest.raises(GuardError):
            attempt(own, plan, plan.id)
    assert own.began == []


def test_a_disk_with_a_mounted_partition(make_loop: Make, bench: MakeBench, tmp_path: Path) -> None:
    file = tmp_path / "parts.img"
    with file.open("wb") as handle:
        handle.truncate(64 * MIB)
    subprocess.run(["sfdisk", "-q", str(file)], input=b"label: dos\nstart=2048,type=83\n", check=True)
    sh("mkfs.ext4", "-q", "-F", "-E", f"offset={MIB}", str(file), "32m")
    loop = make_loop(0, "--partscan", file=file)
    part = loop.path + "p1"
    if not Path(part).exists():
        sh("partx", "--add", loop.path)  # a kernel built without this table's reader
    own = bench(loop)
    plan, _ = own.plan()
    with mounted(part, tmp_path / "mnt"):
        with pytest.raises(GuardError, match="mnt"):
            own.plan()
        with pytest.raises(GuardError):
            attempt(own, plan, plan.id)
    assert own.began == []


def test_a_disk_used_as_swap(make_loop: Make, bench: MakeBench, tmp_path: Path) -> None:
    file = tmp_path / "swap.img"
    file.write_bytes(bytes(16 * MIB))
    sh("mkswap", str(file))
    loop = make_loop(0, file=file)
    own = bench(loop)
    plan, _ = own.plan()
    sh("swapon", loop.path)
    try:
        with pytest.raises(GuardError, match="échange"):
            own.plan()
        with pytest.raises(GuardError):
            attempt(own, plan, plan.id)
    finally:
        sh("swapoff", loop.path)
    assert own.began == []


def test_a_read_only_disk(make_loop: Make, bench: MakeBench) -> None:
    loop = make_loop(8 * MIB, "--read-only")
    with pytest.raises(GuardError, match="protégé en écriture"):
        bench(loop).plan()
    assert untouched(loop)


def test_a_disk_made_read_only_after_the_plan_is_refused_at_the_hold(make_loop: Make, bench: MakeBench) -> None:
    loop = make_loop(8 * MIB)
    own = bench(loop)
    plan, around = own.plan()
    sh("blockdev", "--setro", loop.path)
    try:
        with pytest.raises(GuardError, match="protégé en écriture"):
            own.host.issue(plan, plan.id, lambda: (plan, around))
    finally:
        sh("blockdev", "--setrw", loop.path)
    assert untouched(loop)


def test_a_disk_held_by_another_program(make_loop: Make, bench: MakeBench) -> None:
    loop = make_loop(8 * MIB)
    own = bench(loop)
    holder = os.open(loop.path, os.O_RDONLY | os.O_EXCL)
    try:
        with pytest.raises(GuardError, match="utilisé par un autre programme"):
            execute(own)
    finally:
        os.close(holder)
    assert own.began == [] and untouched(loop)


def test_one_held_disk_gives_the_others_back_untouched(make_loop: Make, bench: MakeBench) -> None:
    free, busy = make_loop(8 * MIB), make_loop(8 * MIB)
    own = bench(free, busy)
    holder = os.open(busy.path, os.O_RDONLY | os.O_EXCL)
    try:
        with pytest.raises(GuardError):
            execute(own)
        os.close(os.open(free.path, os.O_RDWR | os.O_EXCL))
    finally:
        os.close(holder)
    assert untouched(free) and untouched(busy)


@pytest.mark.parametrize("typed", ["", "0000-0000", "oui", "EFFACER"])
def test_without_the_plans_number(make_loop: Make, bench: MakeBench, typed: str) -> None:
    loop = make_loop(8 * MIB)
    own = bench(loop)
    with pytest.raises(PlanChanged) as caught:
        execute(own, typed)
    assert caught.value.code is ExitCode.PLAN_CHANGED
    assert own.began == [] and untouched(loop)


def test_a_disk_whose_size_changed_after_the_plan(make_loop: Make, bench: MakeBench) -> None:
    loop = make_loop(8 * MIB)
    own = bench(loop)
    plan, _ = own.plan()
    with loop.file.open("ab") as handle:
        handle.write(OLD * (MIB // len(OLD)))
    losetup("--set-capacity", loop.path)
    with pytest.raises(PlanChanged):
        attempt(own, plan, plan.id)
    assert own.began == [] and untouched(loop)


def test_another_disk_in_its_place_after_the_plan(make_loop: Make, bench: MakeBench, tmp_path: Path) -> None:
    loop = make_loop(8 * MIB)
    own = bench(loop)
    plan, _ = own.plan()
    losetup("--detach", loop.path)
    other = tmp_path / "other.img"
    other.write_bytes(OLD * (8 * MIB // len(OLD)))
    losetup(loop.path, str(other))
    own.loops.append(Loop(loop.path, other))
    with pytest.raises(PlanChanged):
        attempt(own, plan, plan.id)
    assert own.began == [] and other.read_bytes() == OLD * (8 * MIB // len(OLD))
    losetup("--detach", loop.path)


def test_another_disk_in_its_place_between_the_look_and_the_hold(make_loop: Make, bench: MakeBench) -> None:
    loop = make_loop(8 * MIB)
    own = bench(loop)
    plan, around = own.plan()
    looks = [(plan, around)]

    def reread() -> tuple[object, object]:
        # The first look sees the planned disk, the one made once it is held sees who really sits there.
        if looks:
            return looks.pop()
        stranger = replace(plan.disks[0], identity=replace(plan.disks[0].identity, serial="ANOTHER"))
        return plan, replace(around, all_disks=(stranger,))

    with pytest.raises(PlanChanged, match="plus le même"):
        own.host.issue(plan, plan.id, reread)  # type: ignore[arg-type]
    os.close(os.open(loop.path, os.O_RDWR | os.O_EXCL))
    assert untouched(loop)


@pytest.mark.parametrize("toram", [False, True])
def test_the_stick_that_was_booted_also_from_memory(
    make_loop: Make, bench: MakeBench, tmp_path: Path, toram: bool
) -> None:
    file = tmp_path / "stick.img"
    with file.open("wb") as handle:
        handle.truncate(16 * MIB)
    subprocess.run(["sfdisk", "-q", str(file)], input=b"label: gpt\nsize=4M\n", check=True)
    loop = make_loop(0, file=file)
    (disk,) = bench(loop).disks()
    record = {
        "schema": "recond.boot-medium/1", "name": "sdq", "serial": None, "wwn": None,
        "ptuuid": disk.partition_table_id, "size_bytes": disk.identity.size_bytes, "toram": toram,
    }  # fmt: skip

    class Booted(LocalHost):
        def read(self, path: str, limit: int = 1 << 20) -> bytes | None:
            return json.dumps(record).encode() if path == "/run/recond/boot-medium.json" else super().read(path, limit)

    assert disk.partition_table_id, "the disk is told by its table's number, for nothing of it is mounted"
    own = bench(loop, host=Booted())
    with pytest.raises(GuardError, match="clé de démarrage"):
        own.plan()


def test_another_stick_of_recond(make_loop: Make, bench: MakeBench, tmp_path: Path) -> None:
    file = tmp_path / "stick.img"
    with file.open("wb") as handle:
        handle.truncate(16 * MIB)
    subprocess.run(["sfdisk", "-q", str(file)], input=b'label: gpt\nsize=4M,name="RECOND-DATA"\n', check=True)
    loop = make_loop(0, "--partscan", file=file)
    if not Path(loop.path + "p1").exists():
        sh("partx", "--add", loop.path)
    own = bench(loop)
    (disk,) = own.disks()
    assert disk.partitions, "the kernel shows the partition"
    with pytest.raises(GuardError, match="clé recond"):
        own.plan()


def test_a_live_system_whose_stick_is_unknown_touches_nothing(make_loop: Make, bench: MakeBench) -> None:
    loop = make_loop(8 * MIB)
    with pytest.raises(GuardError, match="clé de démarrage"):
        bench(loop, around={"live_system": True, "boot_medium": None}).plan()
    elsewhere = BootMedium("sdz", "X", None, None, None)
    plan, _ = bench(loop, around={"live_system": True, "boot_medium": elsewhere}).plan()
    assert len(plan.items) == 1


def test_a_loop_device_outside_practice_and_another_one_in_practice(make_loop: Make, bench: MakeBench) -> None:
    loop, other = make_loop(8 * MIB), make_loop(8 * MIB)
    with pytest.raises(GuardError, match="fichier de ce système"):
        bench(loop, as_bus=Bus.LOOP).plan()
    own = bench(loop, other, as_bus=Bus.LOOP, around={"practice_file": str(loop.file)})
    plan, _ = own.plan()
    assert [disk.path for disk in plan.disks] == [loop.path]
    assert [one.disk.path for one in plan.protected] == [other.path]


def test_nothing_to_wipe_is_an_error_and_never_a_success(bench: MakeBench) -> None:
    with pytest.raises(GuardError, match="aucun disque"):
        bench().plan()


def test_a_disk_asked_for_that_is_not_there_or_protected(make_loop: Make, bench: MakeBench) -> None:
    loop, locked = make_loop(8 * MIB), make_loop(8 * MIB, "--read-only")
    own = bench(loop, locked)
    disks = own.disks()
    around = read_surroundings(own.host, disks)
    for only, word in (({"sdzz"}, "introuvable"), ({loop.name, locked.name}, "protégé"), ({locked.path}, "protégé")):
        with pytest.raises(GuardError, match=word):
            wipe.make_plan(own.host, disks, around, level=own.level, only=frozenset(only))
    plan = wipe.make_plan(own.host, disks, around, level=own.level, only=frozenset({loop.path}))
    assert [disk.path for disk in plan.disks] == [loop.path]


def test_programs_that_destroy_are_refused_without_a_warrant(make_loop: Make) -> None:
    loop = make_loop(8 * MIB)
    host = LocalHost()
    for argv in (
        ("sfdisk", loop.path),
        ("wipefs", "-a", loop.path),
        ("mkfs.ext4", loop.path),
        ("dd", "if=/dev/zero", f"of={loop.path}"),
        ("blkdiscard", loop.path),
        ("nvme", "format", loop.path, "--ses=1"),
        ("hdparm", "--security-erase", "NULL", loop.path),
        ("sg_sanitize", "--block", loop.path),
        ("shred", loop.path),
        ("nvme", "sanitize-ns", loop.path),
        ("nvme", "admin-passthru", loop.path, "--opcode=0x80"),
        ("cryptsetup", "luksFormat", loop.path),
        ("parted", "-s", loop.path, "mklabel", "gpt"),
        ("badblocks", "-w", loop.path),
    ):
        with pytest.raises(GuardError):
            host.run(Command(argv))
        with pytest.raises(GuardError):
            host.run(Command(argv, destroys=loop.path))
    assert untouched(loop)


def test_a_warrant_covers_its_own_disk_only_and_only_while_open(make_loop: Make, bench: MakeBench) -> None:
    loop, other = make_loop(8 * MIB), make_loop(8 * MIB)
    own = bench(loop)
    plan, _ = own.plan()
    (warrant,) = own.host.issue(plan, plan.id, own.plan)
    assert warrant.covers(loop.path) and warrant.covers(loop.path + "p1")
    for path in (other.path, loop.path + "0", loop.path + "/..", "/dev/" + loop.name + "p1x"):
        assert not warrant.covers(path)
    with pytest.raises(GuardError):
        own.host.run(Command(("wipefs", "-a", other.path), destroys=other.path), warrant)
    warrant.close()
    with pytest.raises(GuardError):
        own.host.run(Command(("wipefs", "-a", loop.path), destroys=loop.path), warrant)
    with pytest.raises(GuardError):
        warrant.device()
    assert untouched(loop) and untouched(other)


def test_a_warrant_cannot_be_made_by_hand(make_loop: Make, bench: MakeBench) -> None:
    loop = make_loop(8 * MIB)
    (disk,) = bench(loop).disks()
    with pytest.raises(GuardError):
        DiskWarrant(object(), disk, "0000-0000", lambda: ())


def test_a_lent_disk_that_comes_back_as_another_is_not_taken_again(make_loop: Make, bench: MakeBench) -> None:
    loop = make_loop(8 * MIB)
    own = bench(loop)
    plan, _ = own.plan()
    (warrant,) = own.host.issue(plan, plan.id, own.plan)
    with warrant.lend():
        os.close(os.open(loop.path, os.O_RDWR | os.O_EXCL))  # a tool may hold it now
    assert warrant.device().size_bytes == 8 * MIB
    with pytest.raises(RecondError), warrant.lend():
        with loop.file.open("ab") as handle:
            handle.write(bytes(MIB))
        losetup("--set-capacity", loop.path)
    with pytest.raises(GuardError):
        warrant.device()
    warrant.close()


def test_the_disks_of_the_machine_itself_are_not_offered() -> None:
    host = LocalHost()
    disks = read_disks(host)
    around = read_surroundings(host, disks)
    roots = [disk for disk in disks if any(use.kind == "root" for use in disk.uses)]
    if not roots:
        pytest.skip("the root file system of this machine is on no disk that is seen here")
    with pytest.raises(GuardError, match="système en marche"):
        wipe.make_plan(host, disks, around, level=Bench(Path("/"), []).level, only=frozenset({roots[0].path}))
