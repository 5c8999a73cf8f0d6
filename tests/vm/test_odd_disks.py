"""Disks out of the ordinary start too: 4096-byte sectors on NVMe (UEFI), and a laptop whose only disk is soldered flash."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from recond.core.installing import InstallVerdict
from recond.core.profile import ProfileImage
from recond.flow import install
from recond.host.local import LocalHost
from scripts.vmlab import Drive, VirtualPC
from tests.block.install_bench import MIB, Bench, bench

CHECKOUT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.root, pytest.mark.vm, pytest.mark.timeout(1500)]

BOOT_S = 500.0


@pytest.fixture(scope="module")
def image() -> ProfileImage:
    """debian-base from the cache, built when it is not there; RECOND_TEST_IMAGES names a folder that has one."""
    folder = os.environ.get("RECOND_TEST_IMAGES")
    if folder is None:
        words = (str(CHECKOUT / "profiles/build"), "debian-base")
        build = subprocess.run(words, env={**os.environ, "FAST": "1"}, capture_output=True, text=True)
        assert build.returncode == 0, build.stderr
        folder = str(Path(build.stdout.split()[-1]).parent)
    offers, _ = install.find_images(LocalHost(), (Path(folder),))
    return next(offer.image for offer in offers if offer.image.name == "debian-base")


@contextmanager
def sectors_of_4096(file: Path) -> Iterator[Bench]:
    with file.open("wb") as stream:
        stream.truncate(8192 * MIB)
    argv = ("losetup", "--find", "--show", "--partscan", "--sector-size", "4096", str(file))
    device = subprocess.run(argv, check=True, capture_output=True, text=True).stdout.strip()
    try:
        yield Bench(LocalHost(), file, device)
    finally:
        install.clear_stale(LocalHost())
        subprocess.run(("partx", "--delete", device), capture_output=True)
        subprocess.run(("losetup", "--detach", device), check=True)


def test_sectors_of_4096_bytes_start_in_uefi(image: ProfileImage, tmp_path: Path) -> None:
    with sectors_of_4096(tmp_path / "4kn.img") as disk:
        result = disk.install(image)
        assert (result.result, result.reason) == (InstallVerdict.OK, None)
    pc = VirtualPC(tmp_path / "pc", [Drive(tmp_path / "4kn.img", "nvme4k", "FOURK1")], "uefi", memory_mib=1024)
    with pc.running() as process:
        print(f"4Kn, UEFI: login after {pc.wait_for('mdl-0042-2 login:', process, BOOT_S):.0f} s")


def test_a_pc_with_soldered_flash_only_starts(image: ProfileImage, tmp_path: Path) -> None:
    """In BIOS: Debian's OVMF offers no SD host to start from, so a UEFI laptop's flash cannot be tried in a virtual PC."""
    with bench(tmp_path, 4096) as disk:
        result = disk.install(image)
        assert (result.result, result.reason) == (InstallVerdict.OK, None)
        pc = VirtualPC(tmp_path / "pc", [Drive(disk.file, "mmc", "EMMC1")], "bios", memory_mib=1024)
        with pc.running() as process:
            print(f"eMMC, BIOS: login after {pc.wait_for('mdl-0042-2 login:', process, BOOT_S):.0f} s")
