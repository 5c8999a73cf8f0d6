"""Nothing to do is not a success: what `recond wipe` answers when there is no disk."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from recond.core.disk import Disk
from recond.core.errors import NOTHING_MODIFIED, EnvironmentFault, ExitCode, NotKept, RecondError, worst
from recond.core.labeldata import LabelOutcome
from recond.core.machine import Machine
from recond.core.plan import Plan
from recond.core.progress import Progress
from recond.core.settings import Settings
from recond.flow import label_step, practice_disk
from recond.flow.chain import Chain
from recond.flow.run import run
from recond.host.local import LocalHost
from recond.sink.certificates import Certificates
from recond.sink.store import Store
from recond.ui.result import Headline, headline

pytestmark = pytest.mark.root


class Silent:
    """Keeps what it is told; confirms nothing."""

    def __init__(self) -> None:
        self.faults: list[RecondError] = []

    def step(self, title: str) -> None: ...
    def note(self, text: str, *, good: bool | None = None) -> None: ...
    def machine(self, machine: Machine) -> None: ...
    def show(self, plan: Plan) -> None: ...
    def progress(self, progress: Progress) -> None: ...
    def working(self, title: str, share: float | None) -> None: ...
    def worked(self, title: str) -> None: ...

    def fault(self, error: RecondError) -> None:
        self.faults.append(error)

    def confirm(self, plan: Plan) -> str | None:
        return None


@pytest.mark.parametrize(("kind", "code"), [("wipe", ExitCode.GUARD), ("run", ExitCode.OK)])
def test_a_machine_without_a_disk(tmp_path: Path, kind: str, code: ExitCode) -> None:
    host, talk = LocalHost(), Silent()
    # No loop device stands on this file, so the chain sees a machine without any disk.
    chain = Chain(host, Store(tmp_path, host), Settings(), talk, (), practice_file=str(tmp_path / "none.img"))
    outcome = run(chain, kind, install=False)
    assert outcome.code is code
    assert bool(talk.faults) is (kind == "wipe")


class Sure(Silent):
    """Confirms what is shown."""

    def confirm(self, plan: Plan) -> str | None:
        return plan.id


def test_a_wipe_that_could_not_be_kept_does_not_answer_that_nothing_was_modified(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Certificates, certificate: Mapping[str, Any]) -> Path:
        raise EnvironmentFault("la clé est pleine")

    monkeypatch.setattr(Certificates, "keep", full)
    host, talk = LocalHost(), Sure()
    disk = practice_disk.make(host, tmp_path / "disk", 256 << 20)
    with practice_disk.attached(host, disk):
        chain = Chain(host, Store(tmp_path, host), Settings(), talk, (), practice_file=str(disk))
        outcome = run(chain, "practice", install=False)
    assert outcome.code is ExitCode.WIPE_UNPROVEN, "5 means that nothing was modified"
    assert label_step.label_of(chain).outcome is LabelOutcome.NOT_ERASED


class TwoDisks(Chain):
    """A machine with the practice disk and one that a guard protects: a loop device that is not the practice disk."""

    def own_disks(self) -> tuple[Disk, ...]:
        folder = str(Path(str(self.practice_file)).parent)
        return tuple(disk for disk in self.look()[0] if (disk.by_loop_file or "").startswith(folder))


def test_a_protected_disk_beside_an_erased_one_does_not_answer_that_nothing_was_modified(tmp_path: Path) -> None:
    host, talk = LocalHost(), Sure()
    disk = practice_disk.make(host, tmp_path / "disk", 256 << 20)
    other = tmp_path / "disk/other.img"
    other.write_bytes(bytes(8 << 20))
    with practice_disk.attached(host, disk), practice_disk.attached(host, other):
        chain = TwoDisks(host, Store(tmp_path, host), Settings(), talk, (), practice_file=str(disk))
        outcome = run(chain, "practice", install=False)
    verdicts = [one["payload"]["verdict"] for one in chain.store.events(outcome.run) if one["type"] == "wipe.disk"]
    assert verdicts == ["ERASED"]
    assert outcome.code is ExitCode.WIPE_UNPROVEN, "3 means that nothing was modified"
    assert label_step.label_of(chain).outcome is LabelOutcome.NOT_ERASED


def test_a_stick_that_goes_after_the_wipe_is_an_error_that_denies_nothing(tmp_path: Path) -> None:
    """The journal cannot be read nor written any more: no defect of recond (1), and not "nothing was modified" (3 to 8)."""
    host = LocalHost()

    class Pulls(Sure):
        def note(self, text: str, *, good: bool | None = None) -> None:
            if "EFFACE et relu" in text:
                for journal in (tmp_path / "journal").glob("*.ndjson"):
                    journal.unlink()
                    journal.mkdir()

    disk = practice_disk.make(host, tmp_path / "disk", 256 << 20)
    with practice_disk.attached(host, disk):
        chain = Chain(host, Store(tmp_path, host), Settings(), Pulls(), (), practice_file=str(disk))
        with pytest.raises(NotKept) as told:
            run(chain, "practice", install=False)
    assert told.value.code is ExitCode.WIPE_UNPROVEN
    assert told.value.hint


class Mistaken(Silent):
    """Confirms another plan than the one shown."""

    def confirm(self, plan: Plan) -> str | None:
        return "0000-0000"


def test_another_plan_than_the_one_shown_has_a_code_of_its_own_and_nothing_is_modified(tmp_path: Path) -> None:
    host, talk = LocalHost(), Mistaken()
    disk = practice_disk.make(host, tmp_path / "disk", 256 << 20)
    before = disk.read_bytes()
    with practice_disk.attached(host, disk):
        chain = Chain(host, Store(tmp_path / "d", host), Settings(), talk, (), practice_file=str(disk))
        outcome = run(chain, "wipe", install=False)
    assert outcome.code is ExitCode.PLAN_CHANGED and int(outcome.code) == 8
    assert talk.faults[0].code is ExitCode.PLAN_CHANGED and talk.faults[0].hint
    assert disk.read_bytes() == before and ExitCode.PLAN_CHANGED in NOTHING_MODIFIED
    card = json.loads(outcome.card.read_bytes())
    assert headline(card, outcome.code) is Headline.NOT_WIPED


def test_a_wipe_that_failed_outranks_a_plan_that_changed() -> None:
    assert worst(ExitCode.PLAN_CHANGED, ExitCode.WIPE_FAILED) is ExitCode.WIPE_FAILED
    assert worst(ExitCode.PLAN_CHANGED, ExitCode.CANCELLED, ExitCode.PUSH_PENDING) is ExitCode.PLAN_CHANGED
