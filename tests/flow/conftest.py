"""A whole chain on loop devices, with a system image small enough for a test, run in a process that may be killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from recond.core import canonical
from tests.block.install_bench import make_image


class Bench:
    """`recond practice` in a folder of its own."""

    def __init__(self, folder: Path, images: Path) -> None:
        self.data = folder / "data"
        self.folder = folder
        self.env = {**os.environ, "RECOND_PROFILES": str(images)}
        self.process: subprocess.Popen[str] | None = None

    @property
    def practice(self) -> Path:
        """Return the practice's own data folder."""
        return self.data / "practice"

    def command(self, *words: str) -> tuple[str, ...]:
        """Return a recond command line on this data folder."""
        return (sys.executable, "-m", "recond", "--data", str(self.data), *words)

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run recond to its end."""
        return subprocess.run(self.command(*words), capture_output=True, text=True, env=self.env, check=False)

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Start recond and return at once."""
        self.process = subprocess.Popen(
            self.command(*words), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True, env=self.env
        )
        return self.process

    def events(self) -> list[dict[str, Any]]:
        """Return every event in the journals, run after run."""
        found = []
        for path in sorted((self.practice / "journal").glob("*.ndjson")):
            found += [canonical.loads(line) for line in path.read_bytes().split(b"\n")[:-1]]
        return found

    def wait_for(self, kind: str, deadline_s: float = 60) -> None:
        """Wait until the journal has an event of that type."""
        end = time.monotonic() + deadline_s
        while not any(event["type"] == kind for event in self.events()):
            assert time.monotonic() < end, f"no {kind} in {[event['type'] for event in self.events()]}"
            time.sleep(0.02)

    def kill(self) -> None:
        """kill -9, as a power cut for the process, and let go of the loop device as a reboot would."""
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.process = None

    def free_loops(self) -> None:
        """Detach what a killed process left attached."""
        listed = subprocess.run(("losetup", "--json"), capture_output=True, text=True, check=True).stdout
        for one in json.loads(listed or "{}").get("loopdevices", []):
            if str(self.folder) in str(one["back-file"]):
                subprocess.run(("partx", "--delete", one["name"]), capture_output=True, check=False)
                subprocess.run(("losetup", "--detach", one["name"]), check=False)


@pytest.fixture(scope="session")
def small_image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with an image that installs in a second or two."""
    folder = tmp_path_factory.mktemp("images")
    make_image(folder, bulk_mib=300)
    return folder


@pytest.fixture
def bench(tmp_path: Path, small_image: Path) -> Iterator[Bench]:
    """Return a bench; nothing is left attached or running."""
    made = Bench(tmp_path, small_image)
    yield made
    made.kill()
    made.free_loops()
