"""A drive that never answers: the real door to the system, a smartctl that sleeps for ever and heeds no polite signal."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from recond.core.machine import Verdict
from recond.core.ports import Command, Completed
from recond.flow.audit import audit
from recond.host.local import LocalHost
from recond.host.record import ReplayHost

MACHINE = Path(__file__).resolve().parents[1] / "machines/two-disks-one-failing"
DEADLINE_S = 1.5
HUNG = "#!/bin/sh\ntrap '' TERM INT HUP\necho $$ >> \"$0.pids\"\nwhile :; do sleep 3600; done\n"


class Hung(ReplayHost):
    """A recorded machine on which smartctl is really started."""

    def run(self, command: Command, warrant: Any = None) -> Completed:
        """Start what is asked of smartctl, answer the rest from the recording."""
        if command.argv[0] == "smartctl":
            return LocalHost().run(command)
        return super().run(command, warrant)


def test_a_disk_that_hangs_delays_the_audit_by_its_deadline_at_most(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = tmp_path / "smartctl"
    fake.write_text(HUNG)
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    start = time.monotonic()
    audit(ReplayHost(MACHINE))
    usual = time.monotonic() - start
    start = time.monotonic()
    machine = audit(Hung(MACHINE), deadline_s=lambda disk: DEADLINE_S)
    took = time.monotonic() - start
    asked = [one for one in machine.disks if one.health.verdict is Verdict.UNKNOWN]
    assert len(asked) == len(machine.disks) >= 2
    assert all("répond" in one.health.reasons[0].text for one in asked), [one.health for one in asked]
    # Both hang at once, and cost one deadline, not two (and what a busy machine needs to start and kill them).
    assert took < usual + DEADLINE_S + 4
    assert took >= DEADLINE_S
    pids = [int(line) for line in Path(f"{fake}.pids").read_text().split()]
    assert len(pids) >= 2 and not any(Path(f"/proc/{pid}").exists() for pid in pids), "left running"
    assert replace(machine, disks=()) == replace(audit(ReplayHost(MACHINE)), disks=()), "the rest is read as ever"
