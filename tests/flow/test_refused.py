"""`recond wipe` as its user runs it: what it refuses, with a message, exit code 3, and not one byte written."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.root


def recond(data: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run recond with nobody at the keyboard."""
    command = (sys.executable, "-m", "recond", "--data", str(data), *words)
    return subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)


def test_without_a_confirmed_plan_nothing_is_wiped(tmp_path: Path) -> None:
    """This machine's own disks: no plan of theirs can be confirmed by nobody, and the system's disk is protected."""
    done = recond(tmp_path, "wipe")
    assert done.returncode == 3, done.stdout + done.stderr
    assert "recond : " in done.stderr and "->" in done.stderr


def test_practice_that_is_to_ask_needs_somebody_to_ask(tmp_path: Path) -> None:
    done = recond(tmp_path, "practice", "--ask", "--no-serve", "--size", "768")
    assert done.returncode == 2, done.stdout + done.stderr
    assert "terminal" in done.stderr and not (tmp_path / "practice/disk").exists()


def test_an_unknown_disk_is_named_in_the_message(tmp_path: Path) -> None:
    done = recond(tmp_path, "wipe", "sdzz", "--plan")
    assert done.returncode == 2 and "sdzz" in done.stderr
