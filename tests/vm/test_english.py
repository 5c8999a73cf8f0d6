"""The boot menu's "recond in English", on the PC's own screen and keyboard; SCREENS=folder keeps the pictures."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from scripts.vmlab import Drive, VirtualPC, donor_disk
from tests.vm.test_stick_boots import BOOT_S, image
from tests.vm.test_stick_matrix import prepared
from tests.vm.test_three_keys import BIG, Watch, press

__all__ = ["image"]

pytestmark = [pytest.mark.root, pytest.mark.vm, pytest.mark.timeout(1500)]


YELLOW = (255, 255, 85)


def test_a_volunteer_who_reads_english(image: Path, tmp_path: Path) -> None:
    path, disk = prepared(image, tmp_path, "set timeout=1\nset default=english\n"), tmp_path / "nvme.img"
    donor_disk(disk, 512, b"DONNEES-DU-DONATEUR")
    before = disk.read_bytes()
    drives = [Drive(disk, "nvme", "S4EUNX0M512345", boot=1), Drive(path, "usb", "AA04012700007654", boot=0)]
    pc = VirtualPC(tmp_path / "pc", drives, "bios", memory_mib=1536)
    with pc.running() as process:
        print(f"assistant in English after {pc.wait_for('Recondition this PC', process, BOOT_S):.0f} s")
        watch = Watch(pc)
        time.sleep(5)
        watch.keep("english-1-home")
        _keys(pc, "u", "ret")
        time.sleep(30)
        watch.keep("english-2-audit")
        _keys(pc, "ret")
        time.sleep(3)
        _keys(pc, "r", "ret")
        time.sleep(60)  # the serial line has an assistant of its own: this one is only seen
        watch.keep("english-3-plan")
        _keys(pc, "ret")
        watch.until(lambda: watch.count(YELLOW) > BIG, "the big word CANCELLED", 120)
        watch.keep("english-4-cancelled")
    assert disk.read_bytes() == before, "nothing is erased without the word"


def _keys(pc: VirtualPC, *keys: str) -> None:
    for key in keys:
        press(pc, key)
        time.sleep(0.3)
