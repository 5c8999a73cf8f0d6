"""The second reading, after the wipe: what grew fails the disk, in the record and in the grade."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from recond.core.errors import RecondError
from recond.core.event import Actor
from recond.core.machine import Machine
from recond.core.plan import Plan
from recond.core.progress import Progress
from recond.core.settings import Settings
from recond.flow import after_wipe
from recond.flow.audit import audit
from recond.flow.chain import Chain
from recond.flow.record import Recorder
from recond.host.local import LocalHost
from recond.sink.store import Store
from tests.cases.test_selftest import disk, drive

__all__ = ["drive"]


class Heard:
    """Keeps what the chain says."""

    def __init__(self) -> None:
        self.notes: list[tuple[str, bool | None]] = []

    def note(self, text: str, *, good: bool | None = None) -> None:
        self.notes.append((text, good))

    def step(self, title: str) -> None: ...
    def fault(self, error: RecondError) -> None: ...
    def machine(self, machine: Machine) -> None: ...
    def show(self, plan: Plan) -> None: ...
    def confirm(self, plan: Plan) -> str | None: ...
    def progress(self, progress: Progress) -> None: ...
    def working(self, title: str, share: float | None) -> None: ...
    def worked(self, title: str) -> None: ...


def wiped(folder: Path, verdict: str) -> tuple[Chain, Heard]:
    """Return a chain whose one disk was audited, then wiped with this verdict."""
    host, heard = LocalHost(), Heard()
    store = Store(folder, host)
    chain = Chain(host, store, Settings(), heard, ())
    chain.recorder = Recorder(host, store, Actor("LM", store.stick_id, "recond test"), tag="PC-0001-8")
    chain.machine = audit(host, disks=(disk(),))
    chain.record.emit("run.started", {"kind": "wipe", "tag": "PC-0001-8", "lot": None})
    chain.record.emit("audit.hardware", {"machine": chain.machine})
    chain.record.emit("wipe.disk", {"disk": disk().identity, "verdict": verdict})
    return chain, heard


def told(chain: Chain, kind: str) -> list[dict[str, Any]]:
    return [event["payload"] for event in chain.store.events(chain.record.run) if event["type"] == kind]


def test_a_counter_that_grew_fails_the_disk_and_the_machine(drive: Callable[..., Path], tmp_path: Path) -> None:
    drive(later={"5": 3})
    chain, heard = wiped(tmp_path / "d", "ERASED")
    after_wipe.read_again(chain)
    said = told(chain, "audit.disk_health")[-1]
    assert (said["verdict"], said["when"], said["reasons"][0]["rule"]) == (
        "fail",
        "after_wipe",
        "after-wipe-reallocated",
    )
    mark = told(chain, "grade.set")[-1]
    assert (mark["grade"], mark["sorting"]) == ("R", "repair") and "disque en panne" in mark["reason"]
    assert any("EN PANNE après l'effacement : secteurs réalloués : 0 avant" in text for text, _ in heard.notes)
    card = chain.store.save_card(chain.record.uid)
    assert (card["disks"][0]["health"], card["grade"], card["sorting"]) == ("fail", "R", "repair")


def test_a_sector_still_pending_fails_also_when_the_wipe_failed(drive: Callable[..., Path], tmp_path: Path) -> None:
    drive(later={"197": 1})
    chain, _ = wiped(tmp_path / "d", "FAILED")
    after_wipe.read_again(chain)
    assert told(chain, "audit.disk_health")[-1]["reasons"][0]["rule"] == "after-wipe-pending"


def test_a_disk_that_is_as_before_is_said_to_have_been_read_again(drive: Callable[..., Path], tmp_path: Path) -> None:
    drive()
    chain, heard = wiped(tmp_path / "d", "ERASED")
    after_wipe.read_again(chain)
    assert told(chain, "audit.disk_health")[-1]["verdict"] == "pass"
    assert heard.notes[0][1] is True


@pytest.mark.parametrize("verdict", ["INTERRUPTED"])
def test_an_interrupted_wipe_proves_nothing_and_is_not_read_again(
    drive: Callable[..., Path], tmp_path: Path, verdict: str
) -> None:
    drive(later={"5": 3})
    chain, heard = wiped(tmp_path / "d", verdict)
    after_wipe.read_again(chain)
    assert not told(chain, "audit.disk_health") and not told(chain, "grade.set") and not heard.notes
