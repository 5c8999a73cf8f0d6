"""The real debian-base: installed on a file, then started in a virtual PC without anything else, in BIOS and in UEFI."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pexpect.fdpexpect
import pytest
from PIL import Image, ImageChops

from recond.core.installing import InstallVerdict
from recond.flow import install
from recond.host.local import LocalHost
from scripts.vmlab import Drive, VirtualPC
from tests.block.install_bench import Bench, bench

CHECKOUT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.root, pytest.mark.vm, pytest.mark.timeout(1500)]

BOOT_S = 500.0
OWNER, SECRET = "bob", "bonbonbon"
"""Keys that are at the same place on French and American keyboards: what is typed is what arrives."""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """A 4 GB disk with debian-base from the cache, which is built when it is not there."""
    build = subprocess.run(
        (str(CHECKOUT / "profiles/build"), "debian-base"),
        env={**os.environ, "FAST": "1"},
        capture_output=True,
        text=True,
    )
    assert build.returncode == 0, build.stderr
    folder = Path(build.stdout.split()[-1]).parent
    offers, _ = install.find_images(LocalHost(), (folder,))
    image = next(offer.image for offer in offers if offer.image.name == "debian-base")
    with bench(tmp_path_factory.mktemp("disk"), 4096) as disk:
        result = disk.install(image, hostname="mdl-0042-2")
        assert (result.result, result.reason) == (InstallVerdict.OK, None)
        print(f"installed in {result.duration_s:.1f} s")
        yield disk


def test_it_boots_in_bios_from_sata(installed: Bench, tmp_path: Path) -> None:
    pc = VirtualPC(tmp_path, [Drive(installed.file, "sata", "BIOS1")], firmware="bios", memory_mib=1024)
    with pc.running() as process:
        print(f"BIOS: login after {pc.wait_for('mdl-0042-2 login:', process, BOOT_S):.0f} s")


@pytest.mark.parametrize("firmware", ["uefi32", "secure"])
def test_it_boots_in_other_uefis_that_know_nothing_of_it(installed: Bench, tmp_path: Path, firmware: str) -> None:
    """32-bit UEFI, and Secure Boot enforced; the variables are fresh, as of a firmware that keeps no entry."""
    pc = VirtualPC(tmp_path, [Drive(installed.file, "sata", "OTHER1")], firmware=firmware, memory_mib=1024)
    with pc.running() as process:
        print(f"{firmware}: login after {pc.wait_for('mdl-0042-2 login:', process, BOOT_S):.0f} s")


def test_it_boots_in_uefi_from_nvme_and_takes_an_owner(installed: Bench, tmp_path: Path) -> None:
    pc = VirtualPC(tmp_path, [Drive(installed.file, "nvme", "UEFI1")], firmware="uefi", memory_mib=1024)
    with pc.running() as process:
        print(f"UEFI: login after {pc.wait_for('mdl-0042-2 login:', process, BOOT_S):.0f} s")
        answer_console(pc)
        pc.screenshot("owner.ppm")
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(str(tmp_path / "serial.sock"))
            seen = as_owner(line)
    assert "sudo" in seen["id -nG"].split()
    assert seen["ls /sys/firmware/efi"] and seen["findmnt -n -o SOURCE /"].endswith("p3")
    assert "LANG=fr_FR.UTF-8" in seen["locale"]
    assert re.fullmatch(r"[0-9a-f]{32}", seen["cat /etc/machine-id"])
    assert "ssh_host_ed25519_key.pub" in seen["ls /etc/ssh"]
    assert "/boot/efi" in seen["findmnt -n /boot/efi"] and "swapfile" in seen["cat /proc/swaps"]
    assert seen["systemctl --failed --plain --no-legend"] == ""
    assert "Europe/Paris" in seen["ls -l /etc/localtime"]
    sources = seen["cat /etc/apt/sources.list.d/debian.sources"]
    assert "trixie-security" in sources and "URIs:" in sources


def answer_console(pc: VirtualPC) -> None:
    """Answer the questions of the first start on the console. What is typed ahead is dropped, and the keyboard is set up
    between two of them: each answer waits until the question before it has brought something new to the screen."""
    time.sleep(15)
    for answer in ("", "", OWNER, "", SECRET, SECRET, "", "", ""):
        type_keys(pc, answer)
        before = settled(pc)
        type_keys(pc, "", "ret")
        end = time.monotonic() + 60
        while time.monotonic() < end and changed(before, seen_on(pc)) < 100:
            time.sleep(1)
        settled(pc)


def settled(pc: VirtualPC) -> Image.Image:
    """Return what the screen shows once nothing has been added to it for three seconds."""
    last = seen_on(pc)
    while True:
        time.sleep(3)
        if changed(last, now := seen_on(pc)) < 100:
            return now
        last = now


def seen_on(pc: VirtualPC) -> Image.Image:
    """Return what the PC's screen shows now, in grey."""
    with Image.open(pc.screenshot("now.ppm")) as picture:
        return picture.convert("L")


def changed(one: Image.Image, other: Image.Image) -> int:
    """Return how many pixels differ: a cursor that blinks or moves is far under 100, a line of text above."""
    if one.size != other.size:
        return one.width * one.height
    return sum(ImageChops.difference(one, other).histogram()[32:])


def type_keys(pc: VirtualPC, letters: str, *more: str) -> None:
    """Press keys on the PC's keyboard, one after another."""
    for key in [*letters, *more]:
        pc.qmp("send-key", keys=[{"type": "qcode", "data": key}])
        time.sleep(0.15)


def as_owner(line: socket.socket) -> dict[str, str]:
    """Log in over the serial line with the account that was just made, and return what some commands answer."""
    tty = pexpect.fdpexpect.fdspawn(line.fileno(), encoding="utf-8", codec_errors="replace", timeout=90)
    tty.send("\r")
    tty.expect("login: ")
    tty.send(OWNER + "\r")
    tty.expect("(Mot de passe|Password)[^:]*: ?")
    tty.send(SECRET + "\r")
    tty.expect(r"\$ ")
    tty.send("stty -echo; TERM=dumb; PS1=\r")
    answers = {}
    asked = (
        "id -nG|ls /sys/firmware/efi|findmnt -n -o SOURCE /|locale|cat /etc/machine-id|ls /etc/ssh|findmnt -n /boot/efi|"
        "cat /proc/swaps|systemctl --failed --plain --no-legend|ls -l /etc/localtime|cat /etc/apt/sources.list.d/debian.sources"
    )
    for number, command in enumerate(asked.split("|")):
        tty.send(f"echo; echo DEBUT{number}; {command} 2>&1; echo FIN{number}\r")
        tty.expect(f"DEBUT{number}\r\n(.*)FIN{number}\r\n")
        answers[command] = str(tty.match[1]).strip() if isinstance(tty.match, re.Match) else ""
    return answers
