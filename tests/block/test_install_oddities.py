"""Disks and machines out of the ordinary: sectors of 4096 bytes, a firmware that keeps no entry, a disk that vanishes."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from recond.core.installing import InstallVerdict
from recond.core.profile import ProfileImage
from recond.flow import install
from recond.host.local import LocalHost
from recond.install import nvram
from tests.block.install_bench import MIB, Bench, bench, make_image

pytestmark = pytest.mark.root


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> ProfileImage:
    return make_image(tmp_path_factory.mktemp("image"))


@pytest.fixture
def big_sectors(tmp_path: Path) -> Iterator[Bench]:
    """A disk of 4096-byte sectors (4Kn); none was made under 8 GB, and so the EFI partition has its full size."""
    file = tmp_path / "4kn.img"
    with file.open("wb") as stream:
        stream.truncate(8192 * MIB)
    argv = ("losetup", "--find", "--show", "--partscan", "--sector-size", "4096", str(file))
    device = subprocess.run(argv, check=True, capture_output=True, text=True).stdout.strip()
    host = LocalHost()
    try:
        yield Bench(host, file, device)
    finally:
        install.clear_stale(host)
        subprocess.run(("partx", "--delete", device), capture_output=True)
        subprocess.run(("losetup", "--detach", device), check=True)


def test_a_disk_of_4096_byte_sectors_is_installed_for_uefi_and_says_so(big_sectors: Bench, image: ProfileImage) -> None:
    assert big_sectors.look()[0].logical_block_bytes == 4096
    result = big_sectors.install(image)
    assert (result.result, result.reason) == (InstallVerdict.OK, None)
    assert any("UEFI" in note and "4096" in note for note in result.notes)
    names = {check.name for check in result.checks}
    assert "grub-uefi" in names and "grub-bios" not in names
    with big_sectors.file.open("rb") as file:
        file.seek(4096)
        assert file.read(8) == b"EFI PART", "the table is at the second sector of 4096 bytes"


def test_a_disk_that_vanishes_in_the_middle_fails_and_leaves_nothing(tmp_path: Path, image: ProfileImage) -> None:
    with bench(tmp_path) as disk:

        def pull(title: str, share: float | None) -> None:
            # The file behind the disk is gone from under it: what is read and written from then on is not there.
            if title == "Secteur de démarrage" and share is None:
                os.truncate(disk.file, 0)

        result = disk.install(image, tell=pull)
        assert result.result is InstallVerdict.FAILED and result.reason
        assert disk.mounts() == []
        os.truncate(disk.file, 700 * MIB)


FAKE = """#!/bin/sh
case $1 in
--create) {create} ;;
*) echo "BootCurrent: 0001"; echo "{listed}" ;;
esac
"""


@pytest.mark.parametrize(
    ("create", "listed", "written"),
    [
        ("exit 0", r"Boot0001* debian HD(2,GPT)/\\EFI\\debian\\shimx64.efi", True),
        ('echo "Could not prepare Boot variable: No space left on device" >&2; exit 9', "", False),
        ('echo "EFI variables are not supported on this system." >&2; exit 2', "", False),
        ("exit 0", "Boot0000* Windows Boot Manager", False),
    ],
)
def test_a_firmware_that_keeps_no_entry_is_noted_not_a_failure(
    tmp_path: Path, image: ProfileImage, monkeypatch: pytest.MonkeyPatch, create: str, listed: str, written: bool
) -> None:
    """Full, read-only, or forgetting at once: the disk starts by EFI/BOOT. A real program answers as efibootmgr does."""
    program = tmp_path / "bin/efibootmgr"
    program.parent.mkdir()
    program.write_text(FAKE.format(create=create, listed=listed))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    variables = tmp_path / "efivars"
    variables.mkdir()
    (variables / "BootOrder").write_bytes(b"")
    monkeypatch.setattr(nvram, "EFI_VARIABLES", str(variables))
    monkeypatch.setattr(nvram, "NEVER", ())  # a loop device stands for the donated PC's disk
    with bench(tmp_path) as disk:
        result = disk.install(image, nvram=True)
    assert result.result is InstallVerdict.OK
    assert any(check.name == "nvram" for check in result.checks) is written
    assert any("le disque démarre sans elle" in note for note in result.notes) is not written
