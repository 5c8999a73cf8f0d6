"""A drive tests itself while the audit goes on: real processes, a drive of our own that answers as smartctl does."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from recond.core.disk import Bus, Disk, DiskIdentity, Medium
from recond.core.machine import AuditedDisk, Verdict
from recond.flow.audit import audit
from recond.flow.selftest import SelfTests
from recond.host.local import LocalHost
from recond.probe.selftest import Length, why_no_test

FAKE = Path(__file__).with_name("fake_drive.py")
OLD = [{"type": {"value": 1}, "status": {"value": 0}, "lifetime_hours": 50}]


def disk(bus: Bus = Bus.SATA, **more: Any) -> Disk:
    return Disk(
        "sdx", "/dev/sdx", "/sys/none", DiskIdentity("M", "S1", None, 10**9), bus=bus, medium=Medium.HDD, **more
    )


@pytest.fixture
def drive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Put a fake smartctl on the path; return the folder in which it keeps what it was asked."""

    def make(**plan: Any) -> Path:
        tool = tmp_path / "smartctl"
        tool.write_text(f'#!/bin/sh\nexec {sys.executable} {FAKE} "$@"\n')
        tool.chmod(0o755)
        (tmp_path / "plan.json").write_text(json.dumps({"polls": 2, "result": 0, "log": OLD, **plan}))
        monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
        monkeypatch.setenv("FAKE_DRIVE", str(tmp_path))
        return tmp_path

    return make


def after_test(tests: SelfTests | None = None, one: Disk | None = None) -> AuditedDisk:
    tests = tests or SelfTests(pause=lambda seconds: False)
    return audit(LocalHost(), disks=(one or disk(),), tests=tests).disks[0]


def asked(folder: Path) -> list[str]:
    return (folder / "asked").read_text().splitlines()


def test_a_test_that_ends_well_is_a_pass_and_is_told_on_the_way(drive: Callable[..., Path]) -> None:
    folder, told = drive(), []
    found = after_test(SelfTests(tell=lambda one, share, left: told.append((share, left)), pause=lambda seconds: False))
    assert (found.health.verdict, found.smart.selftest, found.smart.selftest_note) == (Verdict.PASS, "passed", None)
    assert told[0] == (0, 60) and told[1][0] == 10 and told[1][1] == 54
    calls = asked(folder)
    assert [call.split()[1] for call in calls] == ["-x", "-t", "-c", "-c", "-c", "-x"]
    assert calls[1] == "--json=o -t short /dev/sdx"


def test_a_test_that_fails_fails_the_disk(drive: Callable[..., Path]) -> None:
    drive(result=0x70)
    found = after_test()
    assert found.health.verdict is Verdict.FAIL
    assert "le dernier autotest a échoué" in [reason.text for reason in found.health.reasons]


def test_a_test_that_never_ends_is_stopped_at_its_deadline_and_is_unknown(drive: Callable[..., Path]) -> None:
    folder = drive(polls=10_000, log=[])
    found = after_test()
    assert "pas fini en 3 minutes, arrêté" in str(found.smart.selftest_note)
    # Twice the drive's own minute and one more, asked every 15 s.
    assert sum(" -c " in call for call in asked(folder)) == 180 // 15
    assert any(" -X " in call for call in asked(folder))
    assert found.health.verdict is Verdict.WATCH, "stopped: its own log says so"


def test_one_that_ctrl_c_stops_is_stopped_in_the_drive_too(drive: Callable[..., Path]) -> None:
    folder, tests = drive(polls=10_000), SelfTests()
    tests.stop.set()
    start = time.monotonic()
    found = after_test(tests)
    assert time.monotonic() - start < 5
    assert found.smart.selftest_note == "arrêté avant la fin"
    assert any(" -X " in call for call in asked(folder))
    assert found.health.verdict is not Verdict.PASS


@pytest.mark.parametrize(
    ("plan", "verdict", "note"),
    [
        ({"refuses": "Self-test command failed"}, Verdict.UNKNOWN, "refusé"),
        (
            {"refuses": "Can't start self-test without aborting current test (90% remaining)"},
            Verdict.UNKNOWN,
            "aucun résultat",
        ),
        ({"writes_log": False}, Verdict.UNKNOWN, "aucun résultat"),
        ({"supported": False}, Verdict.PASS, None),
        # What smartctl 7.4 says of an NVMe drive without one, with a good exit status.
        ({"says": "Self-tests not supported"}, Verdict.PASS, None),
        ({"mute": True}, Verdict.WATCH, "ne dit pas où il en est"),
    ],
)
def test_what_did_not_test_itself_is_not_called_tested(
    drive: Callable[..., Path], plan: dict[str, Any], verdict: Verdict, note: str | None
) -> None:
    drive(**plan)
    found = after_test()
    assert found.health.verdict is verdict
    assert (note or "") in str(found.smart.selftest_note)
    assert (found.smart.selftest_note is None) == (note is None)


@pytest.mark.parametrize("one", [disk(Bus.USB), disk(removable=True)])
def test_never_over_usb(drive: Callable[..., Path], one: Disk) -> None:
    folder = drive()
    after_test(one=one)
    assert not any(" -t " in call for call in asked(folder))


def test_the_long_one_has_the_drives_own_time(drive: Callable[..., Path]) -> None:
    folder, told = drive(), []
    tests = SelfTests(Length.LONG, tell=lambda one, share, left: told.append(left), pause=lambda seconds: False)
    assert after_test(tests).health.verdict is Verdict.PASS
    assert "--json=o -t long /dev/sdx" in asked(folder)
    assert told[0] == 90 * 60


def test_the_commands_of_an_nvme_drive_tell_whether_it_has_the_test() -> None:
    def said(line: str) -> dict[str, Any]:
        return {"smartctl": {"output": ["=== START", line]}}

    assert why_no_test(said("Optional Admin Commands (0x010a):   Format NS_Mngmt Drbl_Bf_Cfg")) is not None
    assert why_no_test(said("Optional Admin Commands (0x0017):   Security Format Frmw_DL Self_Test")) is None
    assert why_no_test({}) is None


def test_one_that_is_under_way_already_is_followed_and_not_started_again(drive: Callable[..., Path]) -> None:
    folder = drive(refuses="Can't start self-test without aborting current test (80% remaining)", polls=3)
    (folder / "state.json").write_text(json.dumps({"polls": 0, "log": OLD}))
    found = after_test(SelfTests(Length.LONG, pause=lambda seconds: False))
    assert (found.health.verdict, found.smart.selftest, found.smart.selftest_note) == (Verdict.PASS, "passed", None)
    assert not any(" -X " in call for call in asked(folder))
