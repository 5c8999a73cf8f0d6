"""A wipe cut off by SIGKILL: the record knows that it began, the place is kept, the next wipe goes on and proves all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from recond.core.verdict import WipeVerdict
from recond.host.block import DirectDevice
from tests.block.conftest import MIB, OLD, Bench, Loop
from tests.block.test_wipe import execute

pytestmark = pytest.mark.root

SIZE = 320 * MIB


def killed_midway(loop: Loop, bench: Bench) -> int:
    """Start a wipe in a process of its own, kill it once it has kept its place; return the kept offset."""
    words = [sys.executable, "-m", "tests.block.wipe_for_kill", loop.path, str(loop.file), str(bench.folder)]
    root = Path(__file__).resolve().parents[2]
    process = subprocess.Popen(words, cwd=root, env={**os.environ, "PYTHONPATH": str(root)})
    try:
        deadline = time.monotonic() + 60
        while not any(int(str(state["written"])) > 0 for state in bench.state_files()):
            assert process.poll() is None and time.monotonic() < deadline, "the wipe ended or never began"
            time.sleep(0.05)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait(30)
    (state,) = bench.state_files()
    return int(str(state["written"]))


def test_after_kill_9_the_wipe_goes_on_and_the_whole_disk_is_proved(
    make_loop: Callable[..., Loop], bench: Callable[..., Bench], monkeypatch: pytest.MonkeyPatch
) -> None:
    loop = make_loop(SIZE)
    own = bench(loop)
    kept = killed_midway(loop, own)
    assert (own.folder / "started").read_text() == loop.name, "the start was recorded before the kill"
    data = loop.data()
    assert 0 < kept < SIZE
    assert OLD[:16] not in data[:kept], "what is kept as written is written"
    assert OLD[:16] in data[kept:], "it was cut off in the middle"
    offsets: list[int] = []
    real = DirectDevice.write_from

    def watched(self: DirectDevice, offset: int, buffer: memoryview) -> int:
        offsets.append(offset)
        return real(self, offset, buffer)

    monkeypatch.setattr(DirectDevice, "write_from", watched)
    (result,) = execute(own)
    assert result.verdict is WipeVerdict.ERASED
    assert min(offsets) == kept
    assert result.observed.bytes_verified == SIZE
    assert OLD[:16] not in loop.data()
    assert own.state_files() == []


def test_what_was_lost_after_the_kill_is_found_by_the_last_read_back(
    make_loop: Callable[..., Loop], bench: Callable[..., Bench]
) -> None:
    loop = make_loop(SIZE)
    own = bench(loop)
    kept = killed_midway(loop, own)
    with loop.file.open("r+b") as file:
        file.seek(kept // 2)
        file.write(OLD)
    (result,) = execute(own)
    assert result.verdict is WipeVerdict.FAILED and result.observed.mismatches
