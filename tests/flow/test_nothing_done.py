"""Nothing to do is not a success: what `recond wipe` answers when there is no disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from recond.core.errors import ExitCode, RecondError
from recond.core.machine import Machine
from recond.core.plan import Plan
from recond.core.progress import Progress
from recond.core.settings import Settings
from recond.flow.chain import Chain
from recond.flow.run import run
from recond.host.local import LocalHost
from recond.sink.store import Store

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
