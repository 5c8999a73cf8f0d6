"""A program beside recond: it ends with the `with`, and when recond itself is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from recond.core.errors import EnvironmentFault
from recond.core.ports import Command
from recond.host.daemon import beside

HOLDER = """
import sys, time
from pathlib import Path
from recond.core.ports import Command
from recond.host.daemon import beside
with beside(Command(("sleep", sys.argv[2])), Path(sys.argv[1]), ""):
    print("there", flush=True)
    time.sleep(60)
"""


def sleeping(seconds: str) -> list[int]:
    found = []
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = place.read_bytes().split(b"\0")
        except OSError:
            continue
        if words[:2] == [b"sleep", seconds.encode()]:
            found.append(int(place.parent.name))
    return found


def gone(seconds: str) -> bool:
    for _ in range(80):
        if not sleeping(seconds):
            return True
        time.sleep(0.1)
    return False


def test_it_ends_with_the_block(tmp_path: Path) -> None:
    seconds = f"6{os.getpid()}"
    with beside(Command(("sleep", seconds)), tmp_path / "log", ""):
        assert sleeping(seconds)
    assert gone(seconds)


def test_it_ends_when_recond_is_killed(tmp_path: Path) -> None:
    seconds = f"7{os.getpid()}"
    words = (sys.executable, "-c", HOLDER, str(tmp_path / "log"), seconds)
    holder = subprocess.Popen(words, stdout=subprocess.PIPE)
    assert holder.stdout is not None and holder.stdout.readline() == b"there\n"
    assert sleeping(seconds)
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    assert gone(seconds)


@pytest.mark.parametrize("words", [("recond-no-such-program",), ("sh", "-c", "echo le port est pris; exit 3")])
def test_one_that_does_not_run_is_told(tmp_path: Path, words: tuple[str, ...]) -> None:
    with (
        pytest.raises(EnvironmentFault, match=r"arrêté aussitôt : (.*No such file|le port est pris)") as told,
        beside(Command(words), tmp_path / "log", "faites ceci"),
    ):
        raise AssertionError("never reached")
    assert told.value.hint == "faites ceci"
