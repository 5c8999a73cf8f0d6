"""Loop devices on files made for one test, always given back; and the chain's ports around them.

Only loop devices whose file lies in the test's own folder are ever put in a plan.
"""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from recond.core.disk import Bus, Disk
from recond.core.guard import Surroundings
from recond.core.plan import Plan
from recond.core.progress import Progress
from recond.core.verdict import Level, VerifyMode
from recond.flow import wipe
from recond.host.local import LocalHost
from recond.probe.disks import read_disks
from recond.probe.surroundings import read_surroundings
from recond.sink.wipe_states import WipeStates

MIB = 1 << 20
OLD = b"DONOR-SECRET-0123456789-ABCDEFG!"
"""32 bytes that fill every donor disk: one left anywhere shows by a search."""


@dataclass
class Loop:
    """One loop device and its file."""

    path: str
    file: Path

    @property
    def name(self) -> str:
        return self.path.removeprefix("/dev/")

    def data(self) -> bytes:
        """Return what is on the medium: the file itself."""
        return self.file.read_bytes()


def losetup(*args: str) -> str:
    done = subprocess.run(["losetup", *args], check=True, capture_output=True, text=True, timeout=30)
    return done.stdout.strip()


@pytest.fixture
def make_loop(tmp_path: Path) -> Iterator[Callable[..., Loop]]:
    """Return a maker of loop devices: `make_loop(size, *losetup options, file=…)`."""
    made: list[Loop] = []

    def make(size: int, *options: str, file: Path | None = None) -> Loop:
        if file is None:
            file = tmp_path / f"disk{len(made)}.img"
            file.write_bytes((OLD * (size // len(OLD) + 1))[:size])
        loop = Loop(losetup("--find", "--show", *options, str(file)), file)
        made.append(loop)
        return loop

    try:
        yield make
    finally:
        for loop in made:
            _give_back(loop)


@pytest.fixture
def small_place(tmp_path: Path) -> Iterator[Path]:
    """Return a folder with room for 24 MiB only: a loop device on a larger sparse file there fails on the way."""
    folder = tmp_path / "small"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(folder)], check=True, timeout=30)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True, timeout=30)


def _give_back(loop: Loop) -> None:
    # A hold of a process just killed goes with it, a moment later.
    for _ in range(50):
        if (
            str(loop.file)
            not in subprocess.run(["losetup", "--list", loop.path], capture_output=True, text=True).stdout
        ):
            return
        subprocess.run(["losetup", "--detach", loop.path], capture_output=True, timeout=30)
        time.sleep(0.1)
    raise AssertionError(f"{loop.path} is still there")


@dataclass
class Bench:
    """A machine whose disks are the loop devices of the test and nothing else. `as_bus`: what they pass for, because
    outside practice a loop device is never touched."""

    folder: Path
    loops: list[Loop]
    host: LocalHost = field(default_factory=LocalHost)
    as_bus: Bus = Bus.SATA
    around: dict[str, object] = field(default_factory=dict)
    level: Level = Level.CLEAR
    verify: VerifyMode = VerifyMode.FULL
    method: str | None = None
    told: list[Progress] = field(default_factory=list)
    began: list[str] = field(default_factory=list)

    def disks(self) -> tuple[Disk, ...]:
        own = {str(loop.file) for loop in self.loops}
        found = read_disks(self.host, loops=True)
        return tuple(replace(disk, bus=self.as_bus) for disk in found if disk.by_loop_file in own)

    def plan(self) -> tuple[Plan, Surroundings]:
        disks = self.disks()
        around = replace(read_surroundings(self.host, disks), **self.around)  # type: ignore[arg-type]
        plan = wipe.make_plan(self.host, disks, around, level=self.level, method=self.method, verify=self.verify)
        return plan, around

    @property
    def states(self) -> WipeStates:
        return WipeStates(self.folder / "run")

    def state_files(self) -> list[dict[str, object]]:
        return [json.loads(path.read_bytes()) for path in sorted((self.folder / "run").glob("wipe-*.json"))]


@pytest.fixture
def bench(tmp_path: Path) -> Callable[..., Bench]:
    """Return a maker of benches on the given loop devices."""
    return lambda *loops, **options: Bench(tmp_path, list(loops), **options)
