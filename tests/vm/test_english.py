"""The boot menu's "recond in English", on the PC's own screen and keyboard; SCREENS=folder keeps the pictures."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from scripts.vmlab import Drive, VirtualPC, donor_disk
from tests.vm.test_stick_boots import BOOT_S, image
from tests.vm.test_stick_matrix import prepared
from tests.vm.test_three_keys import Watch

__all__ = ["image"]

pytestmark = [pytest.mark.root, pytest.mark.vm, pytest.mark.timeout(1500)]


def test_a_volunteer_who_reads_english(image: Path, tmp_path: Path) -> None:
    path, disk = prepared(image, tmp_path, "set timeout=1\nset default=english\n"), tmp_path / "nvme.img"
    donor_disk(disk, 512, b"DONNEES-DU-DONATEUR")
    before = disk.read_bytes()
    drives = [Drive(disk, "nvme", "S4EUNX0M512345", boot=1), Drive(path, "usb", "AA04012700007654", boot=0)]
    pc = VirtualPC(tmp_path / "pc", drives, "bios", memory_mib=1536)
    with pc.running() as process:
        print(f"assistant in English after {pc.wait_for('Recondition this PC', process, BOOT_S):.0f} s")
        watch = Watch(pc)
        time.sleep(15)
        watch.keep("english-home")
        # The serial line has an assistant of its own, which says what it shows.
        pc.asked("Type a letter", process, 60, "r\n")
        pc.asked("This PC's tag: scan it.", process, 60, "\n")
        pc.asked("Type  DESTROY", process, 240, "DETRUIRE\n")
        pc.asked("That is not the word: nothing is erased", process, 60, "\n")
        pc.wait_for("erasure cancelled, nothing was modified", process, 60)
        # Its own settings were changed for this test: the stick says so, in English.
        pc.wait_for("WARNING: THIS RECOND STICK IS DAMAGED OR WAS CHANGED.", process, 240)
    assert disk.read_bytes() == before, "nothing is erased without the word"
