"""The station on the stick: USB disks plugged into a running virtual PC, one erased by typed word, one pulled in mid-wipe.

The PC's own SATA disk and the stick itself are there from the start, and not one byte of either disk's may change.
"""

from __future__ import annotations

import re
import socket
import time
from pathlib import Path

import pytest

from scripts.vmlab import MIB, Drive, VirtualPC
from tests.vm.test_stick_boots import ASSISTANT, BOOT_S, copy, digest, image, stick

__all__ = ["image"]
"""The fixture: the test image, or the one that RECOND_TEST_STICK names."""

pytestmark = [pytest.mark.root, pytest.mark.vm, pytest.mark.timeout(1500)]

ASKED_S = 300.0
"""How long a virtual PC without its processor's help may take from a plugged disk to the question, or to the verdict."""

OLD = b"DONOR-SECRET-0123456789-ABCDEFG!"


def donor(path: Path, mib: int) -> Path:
    path.write_bytes(OLD * (mib * MIB // len(OLD)))
    return path


class Keys:
    """The keyboard of the serial console."""

    def __init__(self, pc: VirtualPC) -> None:
        self.path = str(pc.folder / "serial.sock")

    def type(self, text: str) -> None:
        # Held open and not read, the line would fill up with what the PC says, and the PC would wait for ever.
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(self.path)
            for letter in text + "\r":
                line.send(letter.encode())
                time.sleep(0.05)
            time.sleep(0.5)


def plug(pc: VirtualPC, name: str, path: Path) -> None:
    """Put a disk into a USB dock of the running PC."""
    node = {"driver": "raw", "node-name": f"disk-{name}", "file": {"driver": "file", "filename": str(path)}}
    assert "return" in pc.qmp("blockdev-add", **node)
    words = {"driver": "usb-storage", "bus": "xhci.0", "id": name, "drive": f"disk-{name}", "serial": name.upper()}
    assert "return" in pc.qmp("device_add", **words)


def test_disks_plugged_in_are_erased_and_one_pulled_in_mid_wipe_is_not(image: Path, tmp_path: Path) -> None:
    path = copy(image, tmp_path / "stick.img", more_mib=256)
    own = donor(tmp_path / "own.img", 64)
    first, pulled = donor(tmp_path / "first.img", 64), donor(tmp_path / "pulled.img", 1024)
    untouched = digest(own)
    drives = [Drive(own, "sata", "OWN0001")]
    pc = VirtualPC(tmp_path / "pc", drives, firmware="bios", memory_mib=1024, extra=stick("one", path, boot=True))
    with pc.running() as process:
        pc.wait_for(ASSISTANT, process, BOOT_S)
        keys = Keys(pc)
        keys.type("S")
        pc.wait_for("branchez un disque", process, 60)
        plug(pc, "first", first)
        pc.wait_for("DETRUIRE  puis", process, ASKED_S)
        assert OLD in first.read_bytes()[: 4 * MIB], "nothing is written before the word"
        keys.type("DETRUIRE")
        pc.wait_for("EFFACE ; RETIREZ-LE", process, ASKED_S)
        plug(pc, "pulled", pulled)
        begun = time.monotonic()
        while pc.said().count("DETRUIRE  puis") < 2:
            assert time.monotonic() - begun < ASKED_S, pc.tail()
            time.sleep(0.5)
        keys.type("DETRUIRE")
        while OLD in pulled.read_bytes()[: 4 * MIB]:
            time.sleep(0.2)
        assert "return" in pc.qmp("device_del", id="pulled")
        pc.wait_for("NON EFFACE ; ", process, ASKED_S)
        said = pc.said()
    assert re.search(r"OWN0001", said) is None, "the PC's own disk is never offered"
    assert digest(own) == untouched
    assert OLD[:16] not in first.read_bytes()
    assert OLD[:16] in pulled.read_bytes()
