"""`--log FILE`: what was shown and called is there, line by line; a file that takes nothing stops recond before anything."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from recond.cli.parts.logfile import LogFile
from tests.flow.conftest import Bench

pytestmark = pytest.mark.root


def recond(*words: str) -> subprocess.CompletedProcess[str]:
    """Run recond with nobody at the keyboard."""
    command = (sys.executable, "-m", "recond", *words)
    return subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)


@pytest.mark.parametrize("where", ["/dev/full", "no/such/folder/log", ".", "{disk}"])
def test_a_log_that_takes_nothing_stops_before_anything(tmp_path: Path, bench: Bench, where: str) -> None:
    disk = tmp_path / "disk"
    disk.write_bytes(b"donor" * 400_000)
    command = ("losetup", "--find", "--show", str(disk))
    loop = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    data = tmp_path / "d"
    try:
        done = recond("--data", str(data), "--log", where.format(disk=loop), "wipe")
    finally:
        subprocess.run(("losetup", "--detach", loop), check=True)
    assert done.returncode == 5 and "--log" in done.stderr and "->" in done.stderr and not done.stdout
    assert not data.exists() and disk.read_bytes() == b"donor" * 400_000


def test_what_was_shown_and_called_is_in_the_log(bench: Bench, tmp_path: Path) -> None:
    log = tmp_path / "log"
    done = bench.run("--log", str(log), "practice", "--no-serve", "--size", "1024")
    text = log.read_text(encoding="utf-8")
    assert done.returncode == 0 and log.stat().st_mode & 0o077 == 0
    shown = [line for line in done.stdout.splitlines() if line.strip()]
    assert len(shown) > 20 and not [line for line in shown if line not in text]
    journal = next(bench.practice.rglob("commands.ndjson")).read_text().splitlines()
    called = [line for line in text.splitlines() if line.startswith("$ ")]
    # The run's journal begins with the run; the log has the programs that looked at the machine before too.
    assert len(called) >= len(journal) > 5 and any("unsquashfs" in line and "-> 0," in line for line in called)


def test_a_log_is_added_to_and_a_refusal_is_in_it(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("before\n")
    done = recond("--data", str(tmp_path / "d"), "--log", str(log), "show", "last")
    text = log.read_text()
    assert done.returncode == 2 and text.startswith("before\n# recond ") and done.stderr.strip() in text


def test_a_log_that_breaks_later_stops_nothing(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    log = LogFile(tmp_path / "log")
    full = os.open("/dev/full", os.O_WRONLY)
    os.dup2(full, log._file.fileno())
    os.close(full)
    log.shown("one\n")
    log.shown("two\n")
    assert log.lost and capfd.readouterr().err.count("travail continue") == 1


def test_what_is_drawn_again_in_place_is_kept_now_and_then_without_its_escapes(tmp_path: Path) -> None:
    log = LogFile(tmp_path / "log")
    for share in range(50):
        log.shown(f"\r\x1b[1A\x1b[J\x1b[1msdb {share} %\x1b[0m\n")
    log.shown("done\a\n")
    assert (tmp_path / "log").read_text().splitlines()[1:] == ["sdb 0 %", "done"]
