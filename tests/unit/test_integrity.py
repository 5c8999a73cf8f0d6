"""A stick against its signed list: each thing that can be wrong with a file is found, and nothing else."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from recond.core.signing import public_of
from recond.core.vouch import KEY_FILE, signature_file
from recond.flow import integrity
from recond.host.local import LocalHost

SEED = bytes(range(32))
FILES = {"recond/base.squashfs": b"base" * 100000, "recond/initrd": b"initrd", "EFI/BOOT/BOOTX64.EFI": b"shim"}


class Stick(LocalHost):
    """This machine with the workshop's key in its system."""

    def read(self, path: str, limit: int = 1 << 20) -> bytes | None:
        return public_of(SEED).encode() if path == KEY_FILE else super().read(path, limit)


@pytest.fixture
def running(tmp_path: Path) -> Path:
    """What the initrd leaves behind: the list, its signature, and the boot partition."""
    marks = {}
    for name, data in FILES.items():
        place = tmp_path / "medium" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
        marks[name] = {"sha256": hashlib.sha256(data).hexdigest(), "size_bytes": len(data)}
    told = {"schema": "recond.image/1", "image": "aa", "disk": "bb", "version": "1", "files": marks}
    described = json.dumps(told).encode()
    for folder in (tmp_path, tmp_path / "medium/recond"):
        (folder / "image.json").write_bytes(described)
        (folder / "image.json.sig").write_bytes(signature_file(SEED, described))
    return tmp_path


def found(running: Path) -> list[tuple[str, str]]:
    return [(one.rule, one.what) for one in integrity.check(Stick(), running=running).findings]


def test_a_stick_as_it_was_made_is_whole_and_signed(running: Path) -> None:
    told = integrity.check(Stick(), running=running)
    assert (told.findings, told.damaged, told.files) == ((), False, 3)
    assert told.bytes_read == sum(map(len, FILES.values()))
    assert told.signer


def test_one_flipped_bit_is_found(running: Path) -> None:
    place = running / "medium/recond/base.squashfs"
    data = bytearray(place.read_bytes())
    data[123456] ^= 1
    place.write_bytes(data)
    assert found(running) == [("altered", "recond/base.squashfs")]


def test_a_file_cut_short_missing_or_added_is_found(running: Path) -> None:
    (running / "medium/recond/initrd").write_bytes(b"init")
    (running / "medium/EFI/BOOT/BOOTX64.EFI").unlink()
    (running / "medium/recond/extra.cfg").write_text("set timeout=1\n")
    assert found(running) == [
        ("altered", "recond/initrd"),
        ("missing", "EFI/BOOT/BOOTX64.EFI"),
        ("added", "recond/extra.cfg"),
    ]


def test_what_somebody_added_is_no_damage(running: Path) -> None:
    (running / "medium/recond/extra.cfg").write_text("set timeout=1\n")
    assert not integrity.check(Stick(), running=running).damaged


def test_a_list_that_was_changed_does_not_vouch_for_the_files(running: Path) -> None:
    data = (running / "image.json").read_bytes().replace(b'"version": "1"', b'"version": "2"')
    (running / "image.json").write_bytes(data)
    told = integrity.check(Stick(), running=running)
    assert [one.rule for one in told.findings] == ["unsigned"]
    assert told.damaged and told.signer is None


def test_from_memory_the_copy_is_read_and_not_the_stick(running: Path) -> None:
    copy = running / "copy"
    copy.mkdir()
    (copy / "base.squashfs").write_bytes(FILES["recond/base.squashfs"])
    (running / "medium/recond/base.squashfs").unlink()
    told = integrity.check(Stick(), running=running)
    assert (told.from_memory, told.files, told.findings) == (True, 1, ())
    (copy / "base.squashfs").write_bytes(b"?")
    assert found(running) == [("altered", "recond/base.squashfs")]
