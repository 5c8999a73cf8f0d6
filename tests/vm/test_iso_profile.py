"""An image profile: a Debian live ISO made by live-build, added, installed on a file, started in both firmwares."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from recond.core.installing import InstallVerdict
from recond.flow import install
from recond.host.local import LocalHost
from scripts.vmlab import Drive, VirtualPC
from tests.block.install_bench import Bench, bench
from tests.vm.test_desktop import keep
from tests.vm.test_installed_boots import BOOT_S, answer_console, as_owner

CHECKOUT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.root, pytest.mark.vm, pytest.mark.timeout(1800)]


def built(*words: str) -> Path:
    """Run a builder of this checkout and return the path that it prints last."""
    done = subprocess.run(words, cwd=CHECKOUT, env={**os.environ, "FAST": "1"}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return Path(done.stdout.split()[-1])


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """A 3 GB disk with the ISO's system, through the command line as a workshop does it."""
    iso = built("scripts/build-live-iso")
    base = built("profiles/build", "debian-base")
    home = tmp_path_factory.mktemp("stick") / "profiles"
    home.mkdir()
    for ending in (".squashfs", ".json"):
        (home / f"debian-base{ending}").symlink_to(base.with_name(f"debian-base{ending}"))
    words = ("-m", "recond", "--profiles", str(home), "profile", "add", str(iso), "--name", "debian-live")
    added = subprocess.run((sys.executable, *words), cwd=CHECKOUT, capture_output=True, text=True)
    assert added.returncode == 0, added.stderr
    offers, errors = install.find_images(LocalHost(), (home,))
    assert errors == ()
    image = next(offer.image for offer in offers if offer.image.name == "debian-live")
    with bench(tmp_path_factory.mktemp("disk"), 3072) as disk:
        result = disk.install(image, hostname="mdl-0042-2")
        assert (result.result, result.reason) == (InstallVerdict.OK, None)
        print(f"installed in {result.duration_s:.1f} s; {result.notes}")
        yield disk


def test_it_boots_in_bios_from_sata(installed: Bench, tmp_path: Path) -> None:
    pc = VirtualPC(tmp_path, [Drive(installed.file, "sata", "BIOS1")], firmware="bios", memory_mib=1024)
    with pc.running() as process:
        print(f"BIOS: login after {pc.wait_for('mdl-0042-2 login:', process, BOOT_S):.0f} s")


def test_it_boots_in_uefi_from_nvme_and_is_no_live_system_any_more(installed: Bench, tmp_path: Path) -> None:
    pc = VirtualPC(tmp_path, [Drive(installed.file, "nvme", "UEFI1")], firmware="uefi", memory_mib=1024)
    with pc.running() as process:
        print(f"UEFI: login after {pc.wait_for('mdl-0042-2 login:', process, BOOT_S):.0f} s")
        answer_console(pc)
        keep(pc, "iso-owner")
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(str(tmp_path / "serial.sock"))
            seen = as_owner(line)
    assert "sudo" in seen["id -nG"].split()
    assert seen["findmnt -n -o SOURCE /"].endswith("p3")
    assert "LANG=fr_FR.UTF-8" in seen["locale"]
    assert "/boot/efi" in seen["findmnt -n /boot/efi"] and "swapfile" in seen["cat /proc/swaps"]
    assert seen["systemctl --failed --plain --no-legend"] == ""
