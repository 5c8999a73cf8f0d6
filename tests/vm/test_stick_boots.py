"""The stick's image, started in a virtual PC in BIOS: it grows and takes its own identity; twins are told, not guessed."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from pathlib import Path

import pytest

from scripts.vmlab import MIB, VirtualPC, partitions

CHECKOUT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.root, pytest.mark.vm, pytest.mark.timeout(1500)]

BOOT_S = 400.0
ASSISTANT = "DETRUIRE"
"""What the assistant's first screen says and nothing before it does."""


@pytest.fixture(scope="module")
def image() -> Path:
    """The test image, without systems to install: only its own start matters here; RECOND_TEST_STICK names another."""
    if frozen := os.environ.get("RECOND_TEST_STICK"):
        return Path(frozen)
    words = [str(CHECKOUT / "live-image/build"), "--kernel-args", "mitigations=off"]
    build = subprocess.run(words, env={**os.environ, "FAST": "1"}, capture_output=True, text=True)
    assert build.returncode == 0, build.stderr
    return Path(build.stdout.split()[-1])


def copy(image: Path, target: Path, more_mib: int = 0) -> Path:
    subprocess.run(("cp", "--sparse=always", str(image), str(target)), check=True)
    with target.open("r+b") as file:
        file.truncate(image.stat().st_size + more_mib * MIB)
    return target


def stick(name: str, path: Path, boot: bool) -> list[str]:
    """QEMU's words for a USB stick that can be pulled out by its name."""
    first = ",bootindex=0" if boot else ""
    device = f"usb-storage,bus=xhci.0,id={name},drive=file-{name},serial={name.upper()},removable=on{first}"
    return ["-drive", f"if=none,id=file-{name},format=raw,file={path}", "-device", device]


def identity(path: Path) -> tuple[str, list[str]]:
    done = subprocess.run(("sfdisk", "--json", str(path)), capture_output=True, check=True)
    table = json.loads(done.stdout)["partitiontable"]
    return table["id"], [part["uuid"] for part in table["partitions"]]


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def test_it_grows_takes_its_own_identity_and_survives_being_pulled_out(image: Path, tmp_path: Path) -> None:
    path = copy(image, tmp_path / "stick.img", more_mib=1024)
    pc = VirtualPC(tmp_path / "pc", [], firmware="bios", memory_mib=1024, extra=stick("one", path, boot=True))
    with pc.running() as process:
        print(f"BIOS: assistant after {pc.wait_for(ASSISTANT, process, BOOT_S):.0f} s")
    # The PC was killed: what is on the stick now is what a stick pulled out at this moment holds.
    before, after = partitions(image), partitions(path)
    assert after[:2] == before[:2]
    assert after[2]["size"] > before[2]["size"] + 1000 * MIB
    disk, parts = identity(path)
    image_disk, image_parts = identity(image)
    assert (disk != image_disk, parts[1] != image_parts[1]) == (True, True)
    with path.open("rb") as file:
        assert file.read(512)[446] == 0x80, "the active flag that old BIOSes want"
    data = tmp_path / "data.img"
    with path.open("rb") as file, data.open("wb") as target:
        file.seek(after[2]["start"])
        target.write(file.read(after[2]["size"]))
    assert subprocess.run(("e2fsck", "-f", "-p", str(data)), capture_output=True).returncode < 4
    listing = subprocess.run(("debugfs", "-R", "ls -p /", str(data)), capture_output=True, text=True, check=True).stdout
    for folder in ("journal", "records", "certificates", "outbox", "profiles"):
        assert f"/{folder}/" in listing


def test_two_sticks_that_cannot_be_told_apart_wait_for_a_person(image: Path, tmp_path: Path) -> None:
    one, two = copy(image, tmp_path / "one.img"), copy(image, tmp_path / "two.img")
    untouched = digest(image)
    extra = stick("one", one, boot=True) + stick("two", two, boot=False)
    pc = VirtualPC(tmp_path / "pc", [], firmware="bios", memory_mib=1024, extra=extra)
    with pc.running() as process:
        pc.wait_for("DEUX CLES RECOND IDENTIQUES", process, BOOT_S)
        assert "return" in pc.qmp("device_del", id="two")
        pc.wait_for(ASSISTANT, process, BOOT_S)
    assert digest(two) == untouched, "nothing may be written before a person has chosen"
    assert digest(one) != untouched, "the stick that stayed keeps the records"
