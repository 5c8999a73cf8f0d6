"""A desktop profile as a family gets it: installed, then started without the stick in UEFI from NVMe and in BIOS from SATA.

`make vm-desktop` runs it; DESKTOP= names another profile, SCREENS= a folder that keeps the pictures as PNG, DESKTOP_DISK= a
disk's file with a system that the stick installed (`scripts/vm --profile … --keep`) and that nobody has started yet.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pexpect.fdpexpect
import pytest
from PIL import Image

from recond.core.installing import InstallVerdict
from recond.flow import install
from recond.host.local import LocalHost
from scripts.vmlab import Drive, VirtualPC
from scripts.vmwizard import Owner, answer, press, wait_for_questions
from tests.block.install_bench import bench

CHECKOUT = Path(__file__).resolve().parents[2]
PROFILE = os.environ.get("DESKTOP", "debian-xfce")
pytestmark = [pytest.mark.root, pytest.mark.vm, pytest.mark.timeout(5400)]

OWNER = Owner()
BOOT_S = 1200.0
DISK_MIB = 16 * 1024
MEMORY_MIB = 3072


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The file of a 16 GB disk with the desktop, whose image is built when the cache has none."""
    if given := os.environ.get("DESKTOP_DISK"):
        yield Path(given)
        return
    build = subprocess.run(
        (str(CHECKOUT / "profiles/build"), PROFILE), env={**os.environ, "FAST": "1"}, capture_output=True, text=True
    )
    assert build.returncode == 0, build.stderr
    folder = Path(build.stdout.split()[-1]).parent
    offers, _ = install.find_images(LocalHost(), (folder,))
    image = next(offer.image for offer in offers if offer.image.name == PROFILE)
    with bench(tmp_path_factory.mktemp("disk"), DISK_MIB) as disk:
        result = disk.install(image)
        assert (result.result, result.reason) == (InstallVerdict.OK, None)
        print(f"{PROFILE} installed in {result.duration_s:.1f} s")
        yield disk.file


def test_uefi_from_nvme_first_questions_then_the_desktop(installed: Path, tmp_path: Path) -> None:
    pc = VirtualPC(tmp_path, [Drive(installed, "nvme", "UEFI1")], "uefi", memory_mib=MEMORY_MIB)
    with pc.running() as process:
        print(f"UEFI: the first questions after {wait_for_questions(pc, BOOT_S):.0f} s")
        answer(pc, OWNER, seen=lambda page: keep(pc, f"{PROFILE}-uefi-{page}"), slow=3)
        told = use_the_desktop(pc, "uefi")
        assert told["ls /sys/firmware/efi"]
        pc.qmp("system_powerdown")
        power_off(pc, process)


def test_bios_from_sata_the_same_disk(installed: Path, tmp_path: Path) -> None:
    pc = VirtualPC(tmp_path, [Drive(installed, "sata", "BIOS1")], "bios", memory_mib=MEMORY_MIB)
    with pc.running():
        use_the_desktop(pc, "bios")


def use_the_desktop(pc: VirtualPC, name: str) -> dict[str, str]:
    """Wait for the session, start the browser and the word processor in it; return what the system says of itself."""
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(str(pc.folder / "serial.sock"))
        tty = log_in(line)
        start = time.monotonic()
        # The page "Bien démarrer" opens the browser at the first session; later the owner opens it.
        wait(pc, tty, "pgrep -u $USER -f 'xfdesktop|pcmanfm-qt|gnome-shell'")
        print(f"{name}: the session after {time.monotonic() - start:.0f} s more")
        # What a program needs to show itself stands in the session's own environment, X or Wayland.
        wait(pc, tty, f"{SHOWN} | grep DISPLAY")
        ask(tty, f"export LANG=fr_FR.UTF-8 $({SHOWN})")
        stay(pc, 60)
        keep(pc, f"{PROFILE}-{name}-session")
        ask(tty, "pgrep -u $USER -f firefox-esr >/dev/null || (setsid firefox-esr >/dev/null 2>&1 &)")
        wait(pc, tty, "pgrep -u $USER -f 'firefox-esr.*-contentproc'")
        stay(pc, 120)
        keep(pc, f"{PROFILE}-{name}-firefox")
        ask(tty, "(setsid libreoffice --writer >/dev/null 2>&1 &)")
        wait(pc, tty, "pgrep -u $USER soffice.bin")
        stay(pc, 120)
        keep(pc, f"{PROFILE}-{name}-libreoffice")
        press(pc, "ctrl+alt+d")
        stay(pc, 30)
        keep(pc, f"{PROFILE}-{name}-desktop")
        told = {command: ask(tty, command) for command in ASKED}
    print(told)
    assert "fr_FR.UTF-8" in told["cat /etc/locale.conf /etc/default/locale"]
    assert "zram" in told["cat /proc/swaps"]
    assert "enabled" in told["systemctl is-enabled fstrim.timer apt-daily-upgrade.timer cups.socket"]
    assert told["systemctl --failed --plain --no-legend"] == ""
    return told


SHOWN = "systemctl --user show-environment | grep -E '^(DISPLAY|WAYLAND_DISPLAY|XAUTHORITY)='"

ASKED = (
    "cat /etc/locale.conf /etc/default/locale",
    "cat /proc/swaps",
    "systemctl is-enabled fstrim.timer apt-daily-upgrade.timer cups.socket",
    "systemctl --failed --plain --no-legend",
    "ls /sys/firmware/efi",
    "free -m",
    "systemd-analyze",
)


def log_in(line: socket.socket) -> pexpect.fdpexpect.fdspawn[str]:
    """Log in over the serial line with the account that the first questions made."""
    tty = pexpect.fdpexpect.fdspawn(line.fileno(), encoding="utf-8", codec_errors="replace", timeout=BOOT_S)
    tty.send("\r")
    tty.expect("login: ")
    tty.send(OWNER.name + "\r")
    tty.expect("(Mot de passe|Password)[^:]*: ?")
    tty.send(OWNER.password + "\r")
    tty.expect(r"\$ ")
    tty.send("stty -echo; TERM=dumb; PS1=; export PAGER=cat SYSTEMD_PAGER=cat\r")
    tty.timeout = 180
    return tty


def ask(tty: pexpect.fdpexpect.fdspawn[str], command: str) -> str:
    """Return what a command answers."""
    tty.send(f"echo; echo DEBUT; {command} 2>&1; echo FI''N\r")
    tty.expect("DEBUT\r\n(.*)FIN\r\n")
    return str(tty.match[1]).strip() if isinstance(tty.match, re.Match) else ""


def wait(pc: VirtualPC, tty: pexpect.fdpexpect.fdspawn[str], command: str, deadline_s: float = 600) -> None:
    """Wait until a command succeeds, at the keyboard."""
    end = time.monotonic() + deadline_s
    while "GOOD" not in ask(tty, f"{command} >/dev/null && echo GOOD"):
        assert time.monotonic() < end, f"{command}: not in {deadline_s:.0f} s"
        stay(pc, 3)


def stay(pc: VirtualPC, seconds: float) -> None:
    """Wait at the keyboard: a session where no key is pressed for five minutes, which a slow virtual PC takes, is locked."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        press(pc, "ctrl")
        time.sleep(min(30.0, left))


def power_off(pc: VirtualPC, process: subprocess.Popen[bytes]) -> None:
    """Let the owner's session end by the power button, else leave it: the file system is journalled."""
    end = time.monotonic() + 120
    while process.poll() is None and time.monotonic() < end:
        time.sleep(1)


def keep(pc: VirtualPC, name: str) -> None:
    """Keep what the screen shows as a small PNG."""
    picture = pc.screenshot(f"{name}.ppm")
    folder = Path(os.environ.get("SCREENS") or pc.folder)
    folder.mkdir(parents=True, exist_ok=True)
    with Image.open(picture) as shown:
        shown.convert("RGB").quantize(128).save(folder / f"{name}.png", optimize=True)
