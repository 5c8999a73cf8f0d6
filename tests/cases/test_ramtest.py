"""The memory test with the real memtester on a little memory, and with one that finds errors, hangs or is not there."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest

from recond.core.machine import Machine, Memory, Verdict
from recond.core.ports import Completed, Counts
from recond.flow.ramtest import check_memory
from recond.host.local import LocalHost
from recond.probe import memtester

MIB = 1 << 20


class SmallHost(LocalHost):
    """This machine as if only a little of its memory were free."""

    def __init__(self, free_mib: int) -> None:
        super().__init__()
        self.free_mib = free_mib

    def read(self, path: str, limit: int = 1 << 20) -> bytes | None:
        return f"MemAvailable: {self.free_mib << 10} kB\n".encode() if path == "/proc/meminfo" else None

    def names(self, path: str) -> tuple[str, ...]:
        return ()

    def counts(self) -> Counts:
        return Counts(memory_bytes=1 << 30, threads=2, cores=2, max_mhz=None)


MACHINE = Machine(memory=Memory(total_bytes=1 << 30, os_visible_bytes=1 << 30))


def fake(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    tool = folder / "memtester"
    tool.write_text("#!/bin/sh\n" + script)
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")


def test_the_real_one_tests_what_it_says() -> None:
    told: list[float] = []
    found = check_memory(MACHINE, SmallHost(300 + 16), threading.Event(), told.append).memory
    assert found.test is not None and found.test.why_not is None and not found.test.failures
    assert (found.test.tested_bytes, found.test.share_pct) == (16 * MIB, 1)
    assert found.health.verdict is Verdict.PASS and "1 % de la mémoire" in found.health.reasons[0].text
    assert told[0] == 0.0 and told[-1] == 1.0 and told == sorted(told)


FOUND = """printf 'got  64MB (67108864 bytes), trying mlock ...locked.\\n  Random Value : '
echo 'FAILURE: 0x1234 != 0x1235 at offset 0x0000000000000010.' >&2
printf '\\nDone.\\n'; exit 4
"""


def test_one_wrong_word_fails_the_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake(tmp_path, FOUND, monkeypatch)
    found = check_memory(MACHINE, SmallHost(600), threading.Event(), lambda share: None).memory
    assert found.health.verdict is Verdict.FAIL
    assert "0x1234 != 0x1235" in found.health.reasons[0].text


def test_a_hanging_one_stops_when_asked_and_nothing_is_called_tested(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake(tmp_path, f"echo $$ >> {tmp_path}/pids\nsleep 60\n", monkeypatch)
    stop = threading.Event()
    threading.Timer(0.5, stop.set).start()
    start = time.monotonic()
    found = check_memory(MACHINE, SmallHost(600), stop, lambda share: None).memory
    assert time.monotonic() - start < 5
    assert found.health.verdict is Verdict.UNKNOWN and "arrêté" in found.health.reasons[0].text
    assert found.test is not None and found.test.tested_bytes == 0


def test_no_memtester_and_no_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few = check_memory(MACHINE, SmallHost(200), threading.Event(), lambda share: None).memory
    assert "pas assez de mémoire libre" in few.health.reasons[0].text
    monkeypatch.setenv("PATH", str(tmp_path))
    none = check_memory(MACHINE, SmallHost(600), threading.Event(), lambda share: None).memory
    assert none.health.verdict is Verdict.UNKNOWN and "n'est pas installé" in none.health.reasons[0].text


@pytest.mark.parametrize(
    ("free_mib", "workers", "sizes"),
    [(100, 4, ()), (316, 4, (16,)), (620, 4, (80,) * 4), (8192, 4, (1843,) * 4), (420, 4, (120,))],
)
def test_most_of_what_is_free_and_never_all(free_mib: int, workers: int, sizes: tuple[int, ...]) -> None:
    found = memtester.shares(free_mib * MIB, workers)
    assert found == sizes
    assert sum(found) * MIB <= max(0, free_mib * MIB - memtester.RESERVE_BYTES)


def test_a_status_that_tells_of_an_error_counts_without_a_word() -> None:
    assert memtester.failures(Completed((), 2, b"", b"", 1.0)) == ("memtester : code 2",)
    assert memtester.failures(Completed((), 1, b"", b"", 1.0)) == ()
