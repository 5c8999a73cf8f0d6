"""`recond stick write` on files that stand for sticks: what is read back, what is refused, and an update cut anywhere."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pexpect
import pytest

from recond.core.disk import Bus, Disk, DiskIdentity
from recond.core.errors import ConfigurationFault, EnvironmentFault, HardwareFault, InstallFailed
from recond.core.gpt import Gpt
from recond.core.guard import Surroundings
from recond.core.ports import BlockDevice
from recond.core.stick import find_place, read_layout
from recond.flow import stick_device, stick_update, stick_write
from recond.flow.stick_image import hash_range, open_image
from recond.host.local import LocalHost
from tests.block.stick_bench import BOOT_MIB, DISK, MIB, make_image

STICK_MIB = 256


class FileStick:
    """A stick in a file, as `core.ports.BlockDevice`. After `lasts` writes it is pulled out, in the middle of one; `bad`
    is an offset at which it does not keep what is written."""

    block_bytes = 512

    def __init__(self, path: Path, lasts: int | None = None, bad: int | None = None) -> None:
        self.file = path.open("r+b", buffering=0)
        self.size_bytes = path.stat().st_size
        self.lasts, self.bad, self.writes = lasts, bad, 0

    def read_into(self, offset: int, buffer: memoryview) -> int:
        self.file.seek(offset)
        return self.file.readinto(buffer) or 0

    def write_from(self, offset: int, buffer: memoryview) -> int:
        assert offset % 512 == 0 and len(buffer) % 512 == 0, "direct input/output writes whole blocks"
        self.file.seek(offset)
        if self.lasts is not None and self.writes >= self.lasts:
            self.file.write(buffer[: len(buffer) // 1024 * 512])
            raise OSError(19, "No such device")
        self.writes += 1
        self.file.write(buffer)
        if self.bad is not None and offset <= self.bad < offset + len(buffer):
            self.file.seek(self.bad)
            self.file.write(bytes([buffer[self.bad - offset] ^ 1]))
        return len(buffer)

    def flush(self) -> None:
        """Nothing is held back here."""

    def drop_caches(self) -> None:
        """Nothing is kept here."""


class Granted:
    """Stands for a warrant: tests/block/test_warrant_edges.py and the practice run below use the real one."""

    def __init__(self, disk: Disk, device: FileStick) -> None:
        self.disk, self._device = disk, device

    def device(self) -> FileStick:
        return self._device

    def close(self) -> None:
        self._device.file.close()


class Bench(LocalHost):
    """This machine, where the right to write is given for one file."""

    def __init__(self, granted: Granted) -> None:
        super().__init__()
        self.granted = granted

    def issue(self, plan, confirmation, reread):  # type: ignore[no-untyped-def]
        return (self.granted,)


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("images")
    return make_image(folder / "old.img"), make_image(folder / "new.img", "bbbb000011112222")


def fresh(image: Path, path: Path) -> Path:
    """A stick with this system, and records in its data partition."""
    subprocess.run(("cp", "--sparse=always", str(image), str(path)), check=True)
    with path.open("r+b") as file:
        file.truncate(STICK_MIB * MIB)
        file.seek((2 + BOOT_MIB + 8) * MIB)
        file.write(b"records of the workshop" * 10000)
    return path


@pytest.fixture
def stick(images: tuple[Path, Path], tmp_path: Path) -> Path:
    """A stick with the old system."""
    return fresh(images[0], tmp_path / "stick.img")


def act(image: Path, stick: Path, deed: str, **faults: int) -> stick_write.Written:
    device = FileStick(stick, **faults)
    disk = Disk(
        "sdz", "/dev/sdz", "/sys/sdz", DiskIdentity("Stick", "1", None, device.size_bytes), Bus.USB, removable=True
    )
    host = Bench(Granted(disk, device))
    opened = open_image(host, image)
    sha256 = stick_write.hash_image(opened, lambda title, share: None)
    plan = stick_write.make_plan(disk, deed, sha256)
    do = stick_write.write if deed == "write" else stick_update.update
    return do(host, opened, sha256, plan, plan.id, lambda: ((disk,), Surroundings((disk,))), lambda title, share: None)


def table(stick: Path) -> Gpt:
    found = stick_device.read_table(cast(BlockDevice, FileStick(stick)))
    assert found is not None, "one of the two copies is whole at any moment"
    return found


def data_hash(stick: Path) -> str:
    data = table(stick).named("RECOND-DATA")
    assert data is not None
    return hash_range(stick, data.start, data.size)


def system(stick: Path) -> str:
    """The image that the stick would start, by the whole content of its boot partition."""
    layout = read_layout(table(stick))
    assert layout is not None
    host = LocalHost()
    from recond.core.stickimage import read_stick_image
    from recond.flow.stick_image import read_boot_file

    described = read_stick_image(read_boot_file(host, stick, layout, "recond/image.json") or b"")
    base = read_boot_file(host, stick, layout, "recond/base.squashfs") or b""
    assert hashlib.sha256(base).hexdigest() == described.files["recond/base.squashfs"].sha256
    return described.image


def core(stick: Path) -> bytes:
    """GRUB's core, as the first sector finds it: its own first words."""
    with stick.open("rb") as file:
        code = file.read(512)
        file.seek(int.from_bytes(code[0x5C:0x64], "little") * 512)
        return file.read(21)


def test_a_written_stick_is_the_image_byte_for_byte(images: tuple[Path, Path], stick: Path) -> None:
    done = act(images[1], stick, "write")
    assert done.sha256 == hash_range(images[1], 0, images[1].stat().st_size)
    assert hash_range(stick, 0, images[1].stat().st_size) == done.sha256


def test_a_stick_that_does_not_keep_what_is_written_is_never_called_written(
    images: tuple[Path, Path], stick: Path
) -> None:
    with pytest.raises(InstallFailed, match="relu"):
        act(images[1], stick, "write", bad=30 * MIB + 77)


def test_a_stick_pulled_out_while_it_is_written_does_not_start(images: tuple[Path, Path], stick: Path) -> None:
    with pytest.raises(InstallFailed, match="No such device"):
        act(images[1], stick, "write", lasts=6)
    assert stick_device.read_table(cast(BlockDevice, FileStick(stick))) is None


def test_an_update_keeps_data_and_identity(images: tuple[Path, Path], stick: Path) -> None:
    before, data = table(stick), data_hash(stick)
    assert system(stick) == "aaaa000011112222"
    act(images[1], stick, "update")
    after = table(stick)
    assert (system(stick), data_hash(stick)) == ("bbbb000011112222", data)
    assert core(stick) == b"core bbbb000011112222"
    assert after.named("RECOND-DATA") == before.named("RECOND-DATA")
    # It was never started: the identity of its image would make it look like every other copy.
    assert before.guid == DISK != after.guid
    # And back again: now the identity is its own, and stays.
    act(images[0], stick, "update")
    assert (system(stick), data_hash(stick), table(stick).guid) == ("aaaa000011112222", data, after.guid)
    assert core(stick) == b"core aaaa000011112222"
    check = subprocess.run(("sfdisk", "--verify", str(stick)), capture_output=True, text=True)
    assert "No errors detected" in check.stdout, check.stdout + check.stderr


def writes_of_an_update(images: tuple[Path, Path], path: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    seen: list[int] = []
    with monkeypatch.context() as patch:
        patch.setattr(FileStick, "flush", lambda self: seen.append(self.writes))
        act(images[1], fresh(images[0], path), "update")
    return seen[-1]


def test_an_update_cut_anywhere_leaves_the_old_system_or_the_new(
    images: tuple[Path, Path], stick: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = data_hash(stick)
    seen = []
    for cut in range(writes_of_an_update(images, tmp_path / "spare.img", monkeypatch)):
        with pytest.raises((HardwareFault, InstallFailed)) as told:
            act(images[1], stick, "update", lasts=cut)
        assert "recommencez la même commande" in (told.value.hint or "")
        # "starts as before" may be said only while it is so.
        assert isinstance(told.value, InstallFailed) or system(stick) == "aaaa000011112222"
        assert data_hash(stick) == data
        seen.append(system(stick))
        if seen[-1] == "bbbb000011112222":
            fresh(images[0], stick)
    assert set(seen) == {"aaaa000011112222", "bbbb000011112222"}
    act(images[1], stick, "update")
    assert (system(stick), data_hash(stick)) == ("bbbb000011112222", data)


def test_an_update_from_another_workshop_or_without_room_is_refused(stick: Path, tmp_path: Path) -> None:
    other = make_image(tmp_path / "other.img", "cccc000011112222", seed=bytes(32))
    opened = open_image(LocalHost(), other)
    layout = read_layout(table(stick))
    assert layout is not None
    before = stick_update.look_at(LocalHost(), str(stick), layout)
    with pytest.raises(ConfigurationFault, match="autre clé"):
        stick_update.check(before, opened, STICK_MIB * MIB)
    mine = open_image(LocalHost(), make_image(tmp_path / "mine.img"))
    with pytest.raises(EnvironmentFault, match="pas de place"):
        stick_update.check(before, mine, (3 + BOOT_MIB + 20) * MIB)
    assert find_place(layout.gpt, STICK_MIB * MIB, BOOT_MIB * MIB) == (STICK_MIB - BOOT_MIB - 1) * MIB


@pytest.mark.parametrize("what", ["flipped", "unsigned", "cut short", "no image"])
def test_an_image_that_is_not_whole_and_signed_is_not_written(
    images: tuple[Path, Path], tmp_path: Path, what: str
) -> None:
    path = tmp_path / "bad.img"
    path.write_bytes(images[0].read_bytes())
    if what == "flipped":
        data = path.read_bytes()
        path.write_bytes(data.replace(b'"version": "1.2"', b'"version": "1.3"'))
    elif what == "unsigned":
        subprocess.run(("mdel", "-i", f"{path}@@{2 * MIB}", "::/recond/image.json.sig"), check=True)
    elif what == "cut short":
        with path.open("r+b") as file:
            file.truncate(20 * MIB)
    else:
        path.write_bytes(bytes(4 * MIB))
    with pytest.raises(ConfigurationFault):
        open_image(LocalHost(), path)


@pytest.fixture
def run(tmp_path: Path) -> Iterator[object]:
    def recond(*words: str) -> tuple[int, str, str]:
        argv = (sys.executable, "-m", "recond", "--data", str(tmp_path / "data"), "stick", *words)
        done = subprocess.run(argv, capture_output=True, text=True, timeout=120)
        return done.returncode, done.stdout, done.stderr

    yield recond


@pytest.mark.root
def test_the_command_writes_only_what_was_confirmed_and_only_the_practice_file(  # type: ignore[no-untyped-def]
    images: tuple[Path, Path], stick: Path, run
) -> None:
    words = ("write", str(images[1]), "--practice", str(stick))
    before = hash_range(stick, 0, STICK_MIB * MIB)
    code, out, _ = run(*words, "--plan", "--json")
    plan = json.loads(out)
    assert (code, plan["disk"]["size_bytes"]) == (0, STICK_MIB * MIB)
    assert run(*words)[0] == 4, "nobody can type the word here"
    assert run(*words, "--confirm", "0000-0000")[0] == 8
    # Every other disk of this machine is refused, by name too.
    disks = json.loads(run("list", "--practice", str(stick), "--json")[1])["disks"]
    others = [disk for disk in disks if disk["refusals"]]
    for disk in others:
        assert (
            run("write", str(images[1]), disk["path"], "--practice", str(stick), "--confirm", plan["plan_id"])[0] == 3
        )
    assert [disk["path"] for disk in disks if not disk["refusals"]] == [plan["disk"]["path"]]
    assert hash_range(stick, 0, STICK_MIB * MIB) == before
    code, out, err = run(*words, "--confirm", plan["plan_id"], "--json")
    assert code == 0, err
    assert json.loads(out)["sha256"] == hash_range(stick, 0, images[1].stat().st_size)


@pytest.mark.root
def test_the_command_updates_and_says_so(images: tuple[Path, Path], stick: Path, run) -> None:  # type: ignore[no-untyped-def]
    words = ("write", "--update", str(images[1]), "--practice", str(stick))
    data = data_hash(stick)
    plan = json.loads(run(*words, "--plan", "--json")[1])
    code, out, err = run(*words, "--confirm", plan["plan_id"])
    assert (code, "n'ont pas été touchées" in out) == (0, True), err
    assert (system(stick), data_hash(stick)) == ("bbbb000011112222", data)
    assert not subprocess.run(("losetup", "-j", str(stick)), capture_output=True, text=True).stdout


@pytest.mark.root
def test_a_person_types_the_word_for_what_is_lost(images: tuple[Path, Path], stick: Path, tmp_path: Path) -> None:
    before = hash_range(stick, 0, STICK_MIB * MIB)
    words = [
        "-m",
        "recond",
        "--data",
        str(tmp_path / "data"),
        "stick",
        "write",
        str(images[1]),
        "--practice",
        str(stick),
    ]

    def answered(word: str) -> tuple[int | None, str]:
        child = pexpect.spawn(sys.executable, words, timeout=60, encoding="utf-8")
        # The stick holds records: they are named, and the usual word is not enough.
        child.expect("PERDRE LES FICHES puis")
        said = f"{child.before}"
        child.expect("> ")
        time.sleep(1.0)  # an answer that comes with the question is a bouncing key, and is asked again
        child.sendline(word)
        said += f"{child.before}{child.read()}"
        child.close()
        return child.exitstatus, said

    for wrong in ("", "ECRIRE", "perdre les fiches", "oui"):
        code, said = answered(wrong)
        assert (code, "rien n'a été modifié" in said) == (4, True), said
        assert "une clé recond" in said
    assert hash_range(stick, 0, STICK_MIB * MIB) == before
    code, said = answered("PERDRE LES FICHES")
    assert (code, "SHA-256 identique" in said) == (0, True), said
    assert system(stick) == "bbbb000011112222"
