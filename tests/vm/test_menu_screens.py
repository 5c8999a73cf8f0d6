"""Each screen of the assistant's menu on the PC's own console: a letter shows it, Enter leads back; SCREENS= keeps the pictures.

The plan is looked at too, and left without the word: nothing is erased."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from scripts.vmlab import Drive, VirtualPC, donor_disk
from tests.vm.test_stick_boots import BOOT_S, copy, image
from tests.vm.test_three_keys import Watch, press

pytestmark = [pytest.mark.root, pytest.mark.vm, pytest.mark.timeout(1500)]

__all__ = ["image"]

SCREENS = {"h": "5-help", "l": "6-lots", "i": "8-labels", "o": "9-systems", "c": "10-server"}
DONOR = b"DONNEES-DU-DONATEUR"
STILL_S = 8.0
TEXT_MODE = (720, 400)
CELL = (16, 32)
"""Pixels of the largest letter the console has here: the cursor is no larger."""


def still(watch: Watch, before: Image.Image | None = None, deadline_s: float = 90) -> Image.Image:
    """Return the screen once it has not changed for a while, and is not what it was `before`."""
    end, now, since = time.monotonic() + deadline_s, watch.picture(), time.monotonic()
    while time.monotonic() - since < STILL_S or (before is not None and alike(now, before)):
        assert time.monotonic() < end, "the screen does not change, or never stands still"
        time.sleep(0.5)
        last, now = now, watch.picture()
        if not alike(last, now):
            since = time.monotonic()
    return now


def alike(one: Image.Image, other: Image.Image) -> bool:
    """Tell whether two pictures differ by a blinking cursor at most."""
    box = ImageChops.difference(one, other).getbbox() if one.size == other.size else (0, 0, *one.size)
    return box is None or (box[2] - box[0] <= CELL[0] and box[3] - box[1] <= CELL[1])


def test_a_letter_shows_each_screen_and_enter_leads_back(image: Path, tmp_path: Path) -> None:
    path, disk = copy(image, tmp_path / "stick.img"), tmp_path / "nvme.img"
    donor_disk(disk, 1024, DONOR)
    before = disk.read_bytes()
    drives = [Drive(disk, "nvme", "S4EUNX0M512345", boot=1), Drive(path, "usb", "AA04012700007654", boot=0)]
    pc = VirtualPC(tmp_path / "pc", drives, "bios", memory_mib=2048)
    with pc.running() as process:
        pc.wait_for("Reconditionner ce PC", process, BOOT_S)
        watch = Watch(pc)
        # The kernel gives the console its larger letters a moment after the first screen.
        watch.until(lambda: watch.picture().size != TEXT_MODE, "the console with its own letters", 120)
        home = still(watch, deadline_s=180)
        for key, name in SCREENS.items():
            press(pc, key)
            press(pc, "ret")
            still(watch, home)
            watch.keep(name)
            press(pc, "ret")
            assert alike(still(watch), home), f"Enter leads back from {name}"
        press(pc, "r")
        press(pc, "ret")
        tag = still(watch, home)
        watch.keep("2-tag")
        press(pc, "ret")
        still(watch, tag, 300)
        watch.keep("3-plan")
    assert disk.read_bytes() == before, "a plan that nobody confirmed touches nothing"
