"""The power goes in the middle of an installation, for real: the next start of the stick finishes it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from recond.core.labeldata import label_from_card
from recond.core.projection import project
from scripts.vmlab import Drive, VirtualPC, donor_disk, mounted, partitions

CHECKOUT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.root, pytest.mark.vm, pytest.mark.timeout(3600)]

COPY = "Copie du système"
CUTS = (
    ("Partitions", 0.0),
    ("Systèmes de fichiers", 0.0),
    (COPY, 0.5),
    (COPY, 4.0),
    (COPY, 8.0),
    (COPY, 12.0),
    ("Démarrage", 0.3),
    ("Démarrage", 1.5),
    ("Contrôle du démarrage", 0.0),
    ("Contrôle des fichiers", 1.0),
)
"""What the unattended run says on the serial line as the step begins, and how many seconds later the power goes."""

START_S = 900.0


def stick(folder: Path) -> Path:
    """Return a stick of its own with an armed lot that starts by itself; RECOND_TEST_STICK names an image."""
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
        lot = ("-m", "recond", "--data", str(data), "batch", "new", "LOT-CUT", "--arm", "each", "--autostart")
        subprocess.run((sys.executable, *lot, "--profile", "debian-base"), check=True, cwd=CHECKOUT)
    return path


def events(path: Path, folder: Path) -> list[dict[str, Any]]:
    """Return every event on the stick, as a PC into which it is plugged reads them."""
    found = []
    # Not read-only: the journal of the file system is played back, as after any power cut.
    with mounted(path, partitions(path)[-1], folder / "mnt") as data:
        for journal in sorted((data / "journal").glob("*.ndjson")):
            found += [json.loads(line) for line in journal.read_bytes().splitlines() if line.endswith(b"}")]
    return found


def not_ready(path: Path, folder: Path) -> None:
    """The record on the stick and the label that it allows tell of a cut installation, and of nothing more."""
    card = project(events(path, folder))
    assert card["ready"] is False and card["install"]["result"] == "interrupted"
    assert label_from_card(card).os == "installation interrompue"


def finished(path: Path, drives: list[Drive], folder: Path, *, wipes: tuple[int, ...] = (1,)) -> None:
    """The next start of the stick finishes it: so many wipes, one kept, and an installed system."""
    pc = VirtualPC(folder / "last", drives, "bios", memory_mib=2048)
    with pc.running() as process:
        print(f"finished: powered off after {pc.wait_off(process, START_S):.0f} s")
    done = events(path, folder)
    assert project(done)["ready"] is True
    verdicts = [one["payload"]["verdict"] for one in done if one["type"] == "wipe.disk"]
    assert set(verdicts) == {"ERASED"} and len(verdicts) in wipes, verdicts


def test_cut_ten_times_and_finished(tmp_path: Path) -> None:
    path, disk = stick(tmp_path), tmp_path / "nvme.img"
    donor_disk(disk, 3072, b"DONNEES-DU-DONATEUR")
    drives = [Drive(disk, "nvme", "S4EUNX0M512345", boot=1), Drive(path, "usb", "AA04012700007654", boot=0)]
    for number, (title, later_s) in enumerate(CUTS):
        pc = VirtualPC(tmp_path / f"pc{number}", drives, "bios", memory_mib=2048)
        with pc.running() as process:
            took = pc.wait_for(title, process, START_S)
            time.sleep(later_s)
        print(f"cut {later_s} s into {title!r}, {took:.0f} s after power-on")
        not_ready(path, tmp_path)
    # Where the first cut comes before the new table is on the disk, nothing there tells that it is still as the drive's own
    # erasing left it (recond/flow/still_erased.py): it is erased again.
    finished(path, drives, tmp_path, wipes=(1, 2))
    alone = VirtualPC(tmp_path / "alone", drives[:1], "uefi", memory_mib=1024)
    with alone.running() as process:
        print(f"alone, UEFI: login after {alone.wait_for('login:', process, START_S):.0f} s")


def test_the_stick_pulled_out_in_mid_install_is_told_and_the_next_start_finishes_it(tmp_path: Path) -> None:
    path, disk = stick(tmp_path), tmp_path / "nvme.img"
    donor_disk(disk, 3072, b"DONNEES-DU-DONATEUR")
    drives = [Drive(disk, "nvme", "S4EUNX0M512345", boot=1), Drive(path, "usb", "AA04012700007654", boot=0)]
    pc = VirtualPC(tmp_path / "pc", drives, "bios", memory_mib=2048)
    with pc.running() as process:
        pc.wait_for(COPY, process, START_S)
        time.sleep(1.5)
        before = len(pc.said())
        assert "return" in pc.qmp("device_del", id="dev1")
        pc.wait_for("CLE RECOND A ETE RETIREE", process, 60)
        time.sleep(90)
        after = pc.said()[before:]
        pc.screenshot("pulled.ppm")
        assert process.poll() is None, "a PC that is off reads as one that is done"
    print(after)
    assert not re.search(r"\bPRET\b|prête|installé et vérifié|code 0\b", after)
    assert "CE PC RESTE ALLUME" in after and "défaut de recond" not in after
    not_ready(path, tmp_path)
    finished(path, drives, tmp_path)
