"""One batch in a virtual PC: a good disk, one with bad sectors, one pulled out in mid-wipe, one whose wipe is killed and taken
up again, and a read-only one. Five right verdicts, and the whole of every disk's file is searched for the donor's bytes.
"""

from __future__ import annotations

import json
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from recond.core.labeldata import LabelOutcome, label_from_card, outcome_of
from recond.core.verdict import WipeVerdict
from scripts.vmlab import MIB, Drive, VirtualPC, mounted, partitions
from tests.vm.test_stick_boots import ASSISTANT, BOOT_S, copy, digest, image, stick

__all__ = ["image"]
"""The fixture: the test image, or the one that RECOND_TEST_STICK names."""

pytestmark = [pytest.mark.root, pytest.mark.vm, pytest.mark.timeout(1800)]

OLD = b"DONOR-SECRET-0123456789-ABCDEFG!"
SIZE = 64 * MIB
PULLED, SLOW = 3_000_000, 1_000_000
"""Bytes a second of the disks that must still be at work when something happens to them."""

BAD_SECTOR, BAD_SECTORS = 65536, 8
TAG = "PC-0042-2"


def donor(path: Path) -> Path:
    path.write_bytes(OLD * (SIZE // len(OLD)))
    return path


def scsi(name: str, serial: str, drive: str) -> list[str]:
    """QEMU's words for a SAS disk that can be pulled out by its name."""
    device = f"scsi-hd,bus=scsi.0,id={name},drive=file-{name},serial={serial},werror=report,rerror=report"
    return ["-drive", f"if=none,id=file-{name},format=raw,{drive}", "-device", device]


def with_bad_sectors(folder: Path, path: Path) -> str:
    """Return the drive whose sectors from BAD_SECTOR on answer EIO, for reading and writing."""
    rules = folder / "blkdebug.conf"
    text = ""
    for event in ("write_aio", "read_aio"):
        for sector in range(BAD_SECTOR, BAD_SECTOR + BAD_SECTORS):
            text += f'[inject-error]\nevent = "{event}"\nerrno = "5"\nsector = "{sector}"\nonce = "off"\n\n'
    rules.write_text(text)
    return f"file=blkdebug:{rules}:{path}"


def to_shell(pc: VirtualPC, process: subprocess.Popen[bytes]) -> None:
    pc.asked(ASSISTANT, process, BOOT_S, "\x04")
    pc.asked("interpreteur de commandes. a puis", process, 90, "s\n")


def wipe(pc: VirtualPC, process: subprocess.Popen[bytes], word: str) -> None:
    """Start a wipe of all disks in the shell, and confirm it once it asks; `word`-fini is said at its end."""
    begun, started = len(pc.said()), time.monotonic()
    pc.keys(f"recond --simple wipe --id {TAG}; echo {word}''-fini\n")
    while "Tapez  DETRUIRE" not in pc.said()[begun:]:
        assert process.poll() is None and time.monotonic() - started < 400, pc.tail()
        time.sleep(0.5)
    pc.keys("DETRUIRE\n")


def kept(stick_image: Path, folder: Path) -> tuple[dict[str, dict[str, Any]], dict[str, Any]]:
    """Return what the stick holds: the last certificate of each serial number, and the machine's card."""
    last: dict[str, dict[str, Any]] = {}
    with mounted(stick_image, partitions(stick_image)[2], folder) as data:
        for path in (data / "certificates").glob("*.json"):
            one = json.loads(path.read_bytes())
            serial = one["disk"]["serial"]
            if serial not in last or last[serial]["chain"]["number"] < one["chain"]["number"]:
                last[serial] = one
        card = json.loads((data / "records" / f"{TAG}.json").read_bytes())
        assert list((data / "labels").glob(f"{TAG}*.png")), "a label was drawn"
    return last, card


def places(path: Path) -> list[int]:
    """Return the sectors in which the donor's bytes are found, in the whole file."""
    data = path.read_bytes()
    return [at // 512 for at in range(0, len(data), 512) if OLD[:16] in data[at : at + 512]]


def test_five_disks_five_right_verdicts(image: Path, tmp_path: Path) -> None:
    path = copy(image, tmp_path / "stick.img", more_mib=256)
    good, slow, gone, bad, locked = (donor(tmp_path / f"{name}.img") for name in ("good", "slow", "gone", "bad", "ro"))
    untouched = digest(locked)
    extra = [*stick("one", path, boot=True), "-device", "virtio-scsi-pci,id=scsi"]
    extra += scsi("gone", "GONE0001", f"throttling.bps-write={PULLED},file={gone}")
    extra += scsi("slow", "SLOW0001", f"throttling.bps-write={SLOW},file={slow}")
    extra += scsi("bad", "BAD00001", with_bad_sectors(tmp_path, bad))
    extra += scsi("locked", "RDONLY01", f"readonly=on,file={locked}")
    pc = VirtualPC(tmp_path / "pc", [Drive(good, "sata", "GOOD0001")], firmware="bios", memory_mib=1024, extra=extra)
    with pc.running() as process:
        to_shell(pc, process)
        code, said = pc.shell("recond --simple list methods", process, 300)
        assert code == 0 and "scsi-sanitize-crypto" in said, said
        # Killed once the record says that the pulled disk has failed, while the slow one is still written.
        pc.shell(
            """(until grep -qs 'GONE0001.*"verdict":"FAILED"' /var/lib/recond/journal/*; do sleep 1; done;"""
            f""" pkill -9 -f 'wipe --id {TAG}') > /dev/null 2>&1 & true""",
            process,
        )
        wipe(pc, process, "premier")
        begun = time.monotonic()
        while OLD in gone.read_bytes()[: 4 * MIB]:
            assert process.poll() is None and time.monotonic() - begun < 300, pc.tail()
            time.sleep(0.2)
        assert "return" in pc.qmp("device_del", id="gone")
        pc.wait_for("premier-fini", process, 400)
        assert places(slow), "it was killed before the slow disk was done"
        wipe(pc, process, "second")
        pc.wait_for("second-fini", process, 600)
        pc.shell("sync", process)
    last, card = kept(path, tmp_path / "data")
    verdicts = {serial: one["verdict"] for serial, one in last.items()}
    assert verdicts == {
        "GOOD0001": "ERASED",
        "SLOW0001": "ERASED",
        "GONE0001": "FAILED",
        "BAD00001": "ERASED_WITH_EXCEPTIONS",
    }
    ranges = last["BAD00001"]["observed"]["bad_ranges"]
    assert ranges == [{"offset": BAD_SECTOR * 512, "length": BAD_SECTORS * 512}]
    assert "protégé en écriture" in " ".join(pc.said().split())
    assert (places(good), places(slow)) == ([], [])
    assert set(places(bad)) <= set(range(BAD_SECTOR, BAD_SECTOR + BAD_SECTORS))
    assert places(gone) and digest(locked) == untouched
    told = {disk["serial"]: disk["wipe"] for disk in card["disks"]}
    assert told == {**verdicts, "RDONLY01": None}
    words = {serial: outcome_of([WipeVerdict(verdict) if verdict else None]) for serial, verdict in told.items()}
    assert {serial for serial, word in words.items() if word is LabelOutcome.ERASED} == {"GOOD0001", "SLOW0001"}
    assert set(words.values()) == {LabelOutcome.ERASED, LabelOutcome.NOT_ERASED}
    assert label_from_card(card).outcome is LabelOutcome.NOT_ERASED, "one disk that is not erased is enough"
