"""From power-on to PRET by three keys of the PC's own keyboard, once a lot is open; SCREENS=folder keeps the pictures."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from recond.core.projection import project
from scripts.vmlab import Drive, VirtualPC, donor_disk, mounted, partitions
from tests.vm.test_power_cut import events
from tests.vm.test_stick_boots import BOOT_S

CHECKOUT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.root, pytest.mark.vm, pytest.mark.timeout(1800)]

GREEN, RED = (85, 255, 85), (255, 85, 85)
"""What the Linux console shows for bold green and bold red."""

BIG = 400
"""Pixels of one colour that a big word has and a status word has not."""

KEYS = ("r", "ret", "ret")


def stick(folder: Path) -> Path:
    """Return a stick with a lot that somebody opened and armed; RECOND_TEST_STICK names an image."""
    image = os.environ.get("RECOND_TEST_STICK")
    if image is None:
        profiles = Path(os.environ.get("RECOND_CACHE") or Path.home() / ".cache/recond") / "profiles"
        words = (str(CHECKOUT / "live-image/build"), "--profiles", str(profiles), "--kernel-args", "mitigations=off")
        build = subprocess.run(words, env={**os.environ, "FAST": "1"}, capture_output=True, text=True)
        assert build.returncode == 0, build.stderr
        image = build.stdout.split()[-1]
    path = folder / "stick.img"
    subprocess.run(("cp", "--sparse=always", image, str(path)), check=True)
    with mounted(path, partitions(path)[-1], folder / "mnt") as data:
        (data / "recond.toml").write_text('organisation = "La Maison du libre"\ntag_prefix = "MDL"\n')
        lot = ("--operator", "LM", "batch", "new", "2026-11-CD44-01", "--arm", "each", "--expected", "24")
        more = ("--profile", "debian-base", "--donor", "Conseil départemental")
        subprocess.run((sys.executable, "-m", "recond", "--data", str(data), *lot, *more), check=True, cwd=CHECKOUT)
    return path


class Watch:
    """The PC's screen, looked at."""

    def __init__(self, pc: VirtualPC) -> None:
        self.pc = pc
        self.folder = Path(os.environ["SCREENS"]) if "SCREENS" in os.environ else pc.folder
        self.folder.mkdir(parents=True, exist_ok=True)

    def picture(self) -> Image.Image:
        return Image.open(self.pc.screenshot("now.ppm")).convert("RGB")

    def keep(self, name: str) -> None:
        self.picture().quantize(16).save(self.folder / f"assistant-{name}.png", optimize=True)

    def count(self, colour: tuple[int, int, int]) -> int:
        return sum(count for count, found in self.picture().getcolors(1 << 24) or () if found == colour)

    def until(self, seen: Callable[[], bool], what: str, deadline_s: float) -> None:
        begun = time.monotonic()
        while not seen():
            if time.monotonic() - begun > deadline_s:
                self.keep("timeout")
                raise AssertionError(f"{what} was not seen in {deadline_s:.0f} s")
            time.sleep(0.5)


def press(pc: VirtualPC, key: str) -> None:
    assert "return" in pc.qmp("send-key", keys=[{"type": "qcode", "data": key}])


def test_three_keys_from_power_on_to_ready(tmp_path: Path) -> None:
    path, disk = stick(tmp_path), tmp_path / "nvme.img"
    donor_disk(disk, 3072, b"DONNEES-DU-DONATEUR")
    drives = [Drive(disk, "nvme", "S4EUNX0M512345", boot=1), Drive(path, "usb", "AA04012700007654", boot=0)]
    pc = VirtualPC(tmp_path / "pc", drives, "bios", memory_mib=2048)
    begun = time.monotonic()
    with pc.running() as process:
        pc.wait_for("Reconditionner ce PC", process, BOOT_S)
        watch = Watch(pc)
        time.sleep(5)  # the same screen on the console, beside the serial line's
        watch.keep("1-home")
        press(pc, KEYS[0])
        press(pc, KEYS[1])
        time.sleep(2)
        watch.keep("2-tag")
        press(pc, KEYS[2])
        shown = 0
        while True:
            green, red = watch.count(GREEN), watch.count(RED)
            if green > BIG or red > BIG:
                break
            assert time.monotonic() - begun < 1500, pc.tail()
            if shown < 60:
                watch.keep(f"3-run-{shown:02}")
                shown += 1
            time.sleep(3)
        watch.keep("4-end")
        print(f"from power-on to the end: {time.monotonic() - begun:.0f} s, {len(KEYS)} keys")
        assert green > BIG > red, "the big word is the green one"
        time.sleep(1)
        press(pc, "x")
        press(pc, "ret")
        pc.wait_off(process, 120)
    done = events(path, tmp_path)
    card = project(done)
    assert card["ready"] is True and card["lot"] == "2026-11-CD44-01"
    assert [one["payload"]["verdict"] for one in done if one["type"] == "wipe.disk"] == ["ERASED"]
    assert b"DONNEES-DU-DONATEUR" not in disk.read_bytes()
