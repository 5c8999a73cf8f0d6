"""A station on loop devices: what is there at the start is never touched, each plugged disk ends with its own verdict."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pexpect
import pytest

from recond.core import canonical

pytestmark = pytest.mark.root

MIB = 1 << 20
OLD = b"DONOR-SECRET-0123456789-ABCDEFG!"


@dataclass
class Dock:
    """Files that become disks when they are plugged in, and the station that watches them."""

    folder: Path
    plugged: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[str] | None = None

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def disk(self, name: str, mib: int, *, sparse_at: Path | None = None) -> Path:
        path = (sparse_at or self.folder / "dock") / f"{name}.img"
        path.parent.mkdir(parents=True, exist_ok=True)
        if sparse_at is None:
            path.write_bytes(OLD * (mib * MIB // len(OLD)))
        else:
            with path.open("wb") as file:
                file.truncate(mib * MIB)
        return path

    def plug(self, path: Path) -> str:
        done = subprocess.run(("losetup", "--find", "--show", str(path)), capture_output=True, text=True, check=True)
        self.plugged[path.stem] = done.stdout.strip()
        return self.plugged[path.stem]

    def start(self, *words: str) -> None:
        command = (
            sys.executable,
            "-m",
            "recond",
            "--data",
            str(self.data),
            "station",
            "--practice",
            str(self.folder / "dock"),
        )
        self.process = subprocess.Popen((*command, *words), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        assert self.process.stdout is not None
        assert "branchez un disque" in self.process.stdout.readline()

    def end(self, timeout: float = 90) -> tuple[int, str]:
        assert self.process is not None
        out, _ = self.process.communicate(timeout=timeout)
        return self.process.returncode, out

    def cards(self) -> list[dict[str, Any]]:
        return [canonical.loads(path.read_bytes()) for path in sorted((self.data / "records").glob("*.json"))]

    def attached(self, path: Path) -> bool:
        done = subprocess.run(("losetup", "--associated", str(path)), capture_output=True, text=True, check=True)
        return bool(done.stdout.strip())


@pytest.fixture
def dock(tmp_path: Path) -> Iterator[Dock]:
    made = Dock(tmp_path)
    (tmp_path / "dock").mkdir()
    try:
        yield made
    finally:
        if made.process is not None and made.process.poll() is None:
            made.process.kill()
            made.process.wait()
        listed = json.loads(
            subprocess.run(("losetup", "--json"), capture_output=True, text=True, check=True).stdout or "{}"
        )
        for one in listed.get("loopdevices", []):
            if str(tmp_path) in str(one["back-file"]):
                subprocess.run(("losetup", "--detach", one["name"]), check=False)


def test_each_plugged_disk_goes_its_own_way_and_what_was_there_is_never_touched(dock: Dock) -> None:
    there, one, two = dock.disk("there", 16), dock.disk("one", 32), dock.disk("two", 48)
    dock.plug(there)
    dock.start("--count", "2")
    dock.plug(one)
    dock.plug(two)
    code, out = dock.end()
    assert code == 0, out
    assert there.read_bytes() == OLD * (16 * MIB // len(OLD))
    for path in (one, two):
        assert OLD[:16] not in path.read_bytes() and not dock.attached(path), "erased, and let go of"
    assert dock.attached(there)
    cards = dock.cards()
    assert len(cards) == 2 and len({card["tag"] for card in cards}) == 2
    assert [disk["wipe"] for card in cards for disk in card["disks"]] == ["ERASED", "ERASED"]
    assert all((dock.data / "labels" / f"{card['tag']}.png").is_file() for card in cards)
    done = subprocess.run(
        (sys.executable, "-m", "recond", "--data", str(dock.data), "verify"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0 and "la chaîne des 2 certificat(s) est entière" in done.stdout


def test_one_that_was_there_pulled_and_put_back_is_still_not_offered(dock: Dock) -> None:
    there = dock.disk("there", 16)
    device = dock.plug(there)
    dock.start()
    subprocess.run(("losetup", "--detach", device), check=True)
    time.sleep(2)
    dock.plug(there)
    time.sleep(5)
    assert dock.process is not None
    dock.process.send_signal(signal.SIGINT)
    code, out = dock.end()
    assert "déjà branché au démarrage" in out and code == 0
    assert there.read_bytes() == OLD * (16 * MIB // len(OLD)) and dock.cards() == []


def test_a_failing_disk_is_not_erased_and_the_other_is(dock: Dock, tmp_path: Path) -> None:
    weak_place = tmp_path / "dock" / "weak"
    weak_place.mkdir()
    subprocess.run(("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(weak_place)), check=True)
    try:
        weak, good = dock.disk("weak", 32, sparse_at=weak_place), dock.disk("good", 32)
        dock.start("--count", "2")
        dock.plug(weak)
        dock.plug(good)
        code, out = dock.end()
        assert code == 10, out
        by_size = {card["disks"][0]["serial"]: card["disks"][0]["wipe"] for card in dock.cards()}
        assert sorted(by_size.values()) == ["ERASED", "FAILED"]
        assert "NON EFFACE" in out and OLD[:16] not in good.read_bytes()
    finally:
        if dock.attached(weak_place / "weak.img"):
            subprocess.run(("losetup", "--detach", dock.plugged["weak"]), check=False)
        subprocess.run(("umount", "--lazy", str(weak_place)), check=True)


def test_ctrl_c_interrupts_what_is_under_way_and_says_so(dock: Dock) -> None:
    big = dock.disk("big", 768)
    dock.start()
    dock.plug(big)
    deadline = time.monotonic() + 40
    while not any("wipe.started" in path.read_text() for path in (dock.data / "journal").glob("*.ndjson")):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert dock.process is not None
    dock.process.send_signal(signal.SIGINT)
    code, out = dock.end()
    (card,) = dock.cards()
    if card["disks"][0]["wipe"] == "ERASED":
        pytest.fail("the disk was too fast for this test")
    assert card["disks"][0]["wipe"] == "INTERRUPTED" and code == 130, out
    assert "NON EFFACE" in out
    # The same disk plugged into a new station goes on, and is proved by a whole read-back.
    subprocess.run(("losetup", "--detach", dock.plugged["big"]), check=True)
    dock.start("--count", "1")
    dock.plug(big)
    code, out = dock.end()
    (card,) = dock.cards()
    assert code == 0 and card["disks"][0]["wipe"] == "ERASED", out
    assert OLD[:16] not in big.read_bytes()


def test_each_disk_has_its_own_word_and_enter_alone_leaves_it_untouched(dock: Dock) -> None:
    refused, agreed = dock.disk("refused", 16), dock.disk("agreed", 16)
    words = ["-m", "recond", "--data", str(dock.data), "station", "--practice", str(dock.folder / "dock"), "--ask"]
    child: pexpect.spawn[str] = pexpect.spawn(
        sys.executable, [*words, "--count", "2"], encoding="utf-8", timeout=60, env={**os.environ, "TERM": "linux"}
    )
    try:
        child.expect("branchez un disque")
        dock.plug(refused)
        child.expect("DETRUIRE +puis")
        child.expect(" > ")
        child.send("\r")
        child.expect("NON EFFACE ; ")
        dock.plug(agreed)
        child.expect("DETRUIRE +puis")
        child.expect(" > ")
        assert OLD[:16] in agreed.read_bytes()
        child.send("DETRUIRE\r")
        child.expect(" EFFACE ; RETIREZ-LE")
        child.expect(pexpect.EOF)
        child.close()
    finally:
        child.close(force=True)
    assert child.exitstatus == 4
    assert refused.read_bytes() == OLD * (16 * MIB // len(OLD)) and OLD[:16] not in agreed.read_bytes()
