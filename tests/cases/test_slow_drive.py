"""A drive that hangs delays the audit to its deadline and no further; real processes, so not a unit test."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from recond.core.disk import Bus, Disk, DiskIdentity, Medium
from recond.core.machine import Verdict
from recond.flow.audit import ask, audit
from recond.host.local import LocalHost


def disk(name: str, bus: Bus = Bus.SATA) -> Disk:
    return Disk(name, f"/dev/{name}", "/sys/none", DiskIdentity("M", name, None, 10**9), bus=bus, medium=Medium.HDD)


def fake(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    tool = folder / "smartctl"
    tool.write_text("#!/bin/sh\n" + script)
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")


def test_hanging_drives_are_waited_for_together_and_only_to_their_deadline(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The tool starts a child that keeps its output open: killing the tool alone would not be enough.
    fake(tmp_path, f"sleep 60 &\necho $! > {tmp_path}/child.$$\nsleep 60\n", monkeypatch)
    start = time.monotonic()
    machine = audit(LocalHost(), disks=(disk("sdx"), disk("sdy"), disk("sdz")), deadline_s=lambda _: 1.0)
    assert time.monotonic() - start < 4.0
    assert [audited.health.verdict for audited in machine.disks] == [Verdict.UNKNOWN] * 3
    assert "n'a pas répondu" in machine.disks[0].health.reasons[0].text
    children = [int(path.read_text()) for path in tmp_path.glob("child.*")]
    assert len(children) == 3
    assert not [child for child in children if _alive(child)]


class HungHost(LocalHost):
    """A machine whose battery gauge never answers, as an embedded controller that has died does."""

    def names(self, path: str) -> tuple[str, ...]:
        if path == "/sys/class/power_supply":
            time.sleep(60)
        return super().names(path)


def test_a_part_that_hangs_in_the_kernel_is_unknown_and_the_audit_ends() -> None:
    start = time.monotonic()
    machine = audit(HungHost(), disks=(), part_deadline_s=1.0)
    assert time.monotonic() - start < 6.0
    assert any("batterie" in note and "pas de réponse en 1 s" in note for note in machine.unknown)
    (battery,) = machine.batteries
    assert battery.health.verdict is Verdict.UNKNOWN, "none would be a claim"
    assert machine.cpu.model, "the others were read"


def _alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().split(") ")[1][0] != "Z"
    except OSError:
        return False


def test_an_unknown_bridge_is_asked_by_type_within_one_deadline(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = '{"smartctl": {"exit_status": 1, "messages": [{"string": "/dev/sdx: Unknown USB bridge [0x1:0x2]"}]}}'
    fake(tmp_path, f"echo \"$@\" >> {tmp_path}/asked\nsleep 0.8\necho '{answer}'\nexit 1\n", monkeypatch)
    start = time.monotonic()
    said = ask(LocalHost(), disk("sdx", Bus.USB), 3.0)
    assert time.monotonic() - start < 4.0
    asked = (tmp_path / "asked").read_text().splitlines()
    assert asked[0].endswith("-f old /dev/sdx")
    assert "-d sat" in asked[1]
    assert 2 <= len(asked) <= 4
    assert not isinstance(said, str) or "boîtier" in said


def test_a_drive_whose_tool_is_not_installed_is_unknown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert ask(LocalHost(), disk("sdx"), 1.0) == "smartctl n'est pas installé"
