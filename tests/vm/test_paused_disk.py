"""A disk that stops answering in the middle of everything: the audit is late by its deadline at most, and says so.

One disk of the virtual PC is served by qemu-nbd, which is stopped (SIGSTOP): the drive is there and no read of it ends. It is
a SCSI disk: QEMU stops the whole PC when the guest resets a SATA or NVMe disk whose reads do not end (`blk_drain`).
"""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from recond.flow.within import SECTION_DEADLINE_S
from recond.probe.smart import ATA_DEADLINE_S
from scripts.vmlab import MIB, Drive, VirtualPC
from tests.vm.test_stick_boots import ASSISTANT, BOOT_S, copy, image, stick

__all__ = ["image"]

pytestmark = [pytest.mark.root, pytest.mark.vm, pytest.mark.timeout(1200)]

AUDIT = "recond --data /run/paused audit --json --no-selftest > /run/audit.json 2> /run/audit.err"
SLACK_S = 30.0
"""What a virtual PC without KVM, on a busy machine, may take longer from one audit to the next."""


@contextmanager
def served(path: Path, socket: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Serve a disk's file over a socket for the time of a `with`."""
    words = ("qemu-nbd", "--format=raw", "--persistent", f"--socket={socket}", str(path))
    with subprocess.Popen(words) as server:
        end = time.monotonic() + 20
        while not socket.exists():
            assert server.poll() is None and time.monotonic() < end, "qemu-nbd does not serve"
            time.sleep(0.1)
        try:
            yield server
        finally:
            server.send_signal(signal.SIGCONT)
            server.kill()


def found(pc: VirtualPC, process: subprocess.Popen[bytes]) -> dict[str, tuple[str, list[str]]]:
    """Return serial -> verdict and what is not known of the disk, by the audit just made."""
    status, said = pc.shell("cat /run/audit.json", process)
    assert status == 0, said
    disks = json.loads(said[said.index("{") : said.rindex("}") + 1])["machine"]["disks"]
    return {
        str(one["disk"]["identity"]["serial"]): (one["health"]["verdict"], one["disk"]["unknown"])
        for one in disks
        if one["disk"]["bus"] != "usb"
    }


def test_a_paused_disk_delays_the_audit_by_its_deadline_at_most(image: Path, tmp_path: Path) -> None:
    path, disk, other = copy(image, tmp_path / "stick.img", more_mib=64), tmp_path / "slow.img", tmp_path / "good.img"
    for one in (disk, other):
        with one.open("wb") as file:
            file.truncate(512 * MIB)
    nbd = tmp_path / "nbd.sock"
    extra = stick("one", path, boot=True)
    extra += ["-drive", f"if=none,id=slow,format=raw,file=nbd:unix:{nbd}"]
    extra += ["-device", "virtio-scsi-pci,id=scsi", "-device", "scsi-hd,bus=scsi.0,drive=slow,serial=PAUSED01"]
    pc = VirtualPC(tmp_path / "pc", [Drive(other, "nvme", "GOOD0001")], "bios", memory_mib=1024, extra=extra)
    with served(disk, nbd) as server, pc.running() as process:
        pc.wait_for(ASSISTANT, process, BOOT_S)
        time.sleep(2)
        pc.asked("> ", process, 30, "\x04")
        pc.asked("interpreteur de commandes", process, 60, "s\n")
        time.sleep(2)
        start = time.monotonic()
        assert pc.shell(AUDIT, process, 240)[0] == 0
        usual = time.monotonic() - start
        before = found(pc, process)
        server.send_signal(signal.SIGSTOP)
        start = time.monotonic()
        assert pc.shell(AUDIT, process, 400)[0] == 0
        late = time.monotonic() - start - usual
        after = found(pc, process)
    print(f"usual audit {usual:.0f} s, {late:+.0f} s with a paused disk; before {before}, after {after}")
    assert set(after) == set(before) == {"PAUSED01", "GOOD0001"}
    assert before["PAUSED01"] == ("unknown", [])
    assert after["PAUSED01"][0] == "unknown", "a disk that answers nothing is neither well nor ill"
    assert any("contenu illisible" in one for one in after["PAUSED01"][1]), "what could not be read is not empty"
    assert after["GOOD0001"] == before["GOOD0001"], "the other disk is judged as ever"
    assert late < ATA_DEADLINE_S + SECTION_DEADLINE_S + SLACK_S
