"""How the chain speaks with `--json`: every word of it is a line of JSON, and nobody is asked."""

from __future__ import annotations

import time
from collections.abc import Callable

from recond.cli.parts import jsonout
from recond.core import canonical
from recond.core.errors import RecondError
from recond.core.machine import Machine
from recond.core.plan import Plan
from recond.core.progress import Phase, Progress

EVERY_S = 1.0
"""How often one disk's or one step's progress is told."""


class JsonTalk:
    """A `flow.chain.Talk`. `answer` gives the confirmation: by --confirm or by an armed lot. `quiet`: no progress."""

    def __init__(self, answer: Callable[[Plan], str | None], *, quiet: bool = False) -> None:
        self.answer = answer
        self.quiet = quiet
        self.stopping: Callable[[], bool] = lambda: False
        self.operator: str | None = None
        self.errors: list[dict[str, object]] = []
        self._told: dict[str, float] = {}

    def step(self, title: str) -> None:
        """Say which step begins."""
        self._tell("step", title=title)

    def note(self, text: str, *, good: bool | None = None) -> None:
        """Say one line."""
        if good is False or not self.quiet:
            jsonout.tell("note", text=text, good=good)

    def fault(self, error: RecondError) -> None:
        """Say what stopped a step; the last object holds it too."""
        self.errors.append(jsonout.fault_of(error))
        jsonout.tell("error", **self.errors[-1])

    def machine(self, machine: Machine) -> None:
        """Say that the audit is over: what it found is in the record."""
        system = machine.system
        self._tell("audited", manufacturer=system.manufacturer, product=system.product, disks=len(machine.disks))

    def confirm(self, plan: Plan) -> str | None:
        """Tell the plan, then take what was given before."""
        self.show(plan)
        return self.answer(plan)

    def show(self, plan: Plan) -> None:
        """Tell a plan."""
        jsonout.tell("plan", **jsonout.plan_json(plan))

    def progress(self, progress: Progress) -> None:
        """Tell how far one disk is."""
        if progress.phase is Phase.DONE or self._due(f"{progress.disk}/{progress.phase}"):
            facts = canonical.plain(progress)
            assert isinstance(facts, dict)
            self._tell("progress", **facts, left_s=progress.left_s)

    def working(self, title: str, share: float | None) -> None:
        """Tell how far a step of the installation is."""
        if self._due(title):
            self._tell("working", title=title, share=share)

    def worked(self, title: str) -> None:
        """Tell that a step is over."""
        self._tell("worked", title=title)

    def _tell(self, event: str, **what: object) -> None:
        if not self.quiet:
            jsonout.tell(event, **what)

    def _due(self, key: str) -> bool:
        now = time.monotonic()
        if now - self._told.get(key, -EVERY_S) < EVERY_S:
            return False
        self._told[key] = now
        return True
