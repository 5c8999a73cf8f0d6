"""What the steps of the chain share: the host, the record, the settings, and the person (or nobody) in front."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from recond.core.disk import Disk
from recond.core.errors import ExitCode, RecondError
from recond.core.guard import Surroundings, boot_medium, stick_marker
from recond.core.machine import Machine
from recond.core.plan import Plan
from recond.core.ports import Host
from recond.core.progress import Progress
from recond.core.settings import Settings
from recond.core.verdict import Level, VerifyMode
from recond.flow.record import Recorder
from recond.probe.disks import read_disks
from recond.probe.surroundings import read_surroundings
from recond.sink.lookup import Seen
from recond.sink.store import Store


class Talk(Protocol):
    """How the chain speaks to the person. Implemented by `recond.cli`; nothing here knows of a screen."""

    def step(self, title: str) -> None:
        """Say which step begins."""

    def note(self, text: str, *, good: bool | None = None) -> None:
        """Say one line; `good` None = neither good nor bad."""

    def fault(self, error: RecondError) -> None:
        """Say what stopped a step, and what to do next."""

    def machine(self, machine: Machine) -> None:
        """Show what the audit found."""

    def show(self, plan: Plan) -> None:
        """Show a plan that nobody is asked to confirm."""

    def confirm(self, plan: Plan) -> str | None:
        """Show the plan and return its id when the person confirmed it, else None.

        Raises GuardError when nobody is there to confirm and no PLAN-ID was given.
        """
        ...

    def progress(self, progress: Progress) -> None:
        """Show how far one disk is."""

    def working(self, title: str, share: float | None) -> None:
        """Show how far a step of the installation is, 0 to 1; None = it cannot say."""

    def worked(self, title: str) -> None:
        """Take a step that is over off the screen; how it ended is told otherwise."""


@dataclass
class Chain:
    """One machine on its way. `practice_file` set = practice: no disk but the one on that file exists for the chain.

    `docked` set = a station: the "machine" is this one disk in a dock, and no disk of `before` is ever touched.
    `paper`: the label at the end came out of a printer.
    `told`: what was said before the plan about the system to come, and need not be said again.
    `choose`: asks a person which of several likely machines this is, None = nobody is there; its None = none of them.
    """

    host: Host
    store: Store
    settings: Settings
    talk: Talk
    image_folders: tuple[Path, ...]
    level: Level = Level.CLEAR
    verify: VerifyMode = VerifyMode.FULL
    method: str | None = None
    profile: str = "auto"
    tag: str | None = None
    lot: str | None = None
    operator: str | None = None
    practice_file: str | None = None
    selftest: bool = False
    ram_test: bool = False
    docked: Disk | None = None
    before: tuple[Disk, ...] | None = None
    named: frozenset[str] = frozenset()
    only: frozenset[str] | None = None
    allowed: frozenset[str] = frozenset()
    psid: str | None = None
    cancel: threading.Event = field(default_factory=threading.Event)
    told: set[str] = field(default_factory=set)
    recorder: Recorder | None = None
    machine: Machine | None = None
    codes: list[ExitCode] = field(default_factory=list)
    paper: bool = False
    on_run: Callable[[str], None] | None = None
    choose: Callable[[tuple[Seen, ...]], Seen | None] | None = None

    @property
    def record(self) -> Recorder:
        """Return the recorder of this run; the audit makes it, so nothing may be recorded before."""
        assert self.recorder is not None, "the audit comes first"
        return self.recorder

    def look(self) -> tuple[tuple[Disk, ...], Surroundings]:
        """Read the disks as they are now, and what protects them."""
        disks = read_disks(self.host, loops=self.practice_file is not None)
        around = read_surroundings(self.host, disks, practice_file=self.practice_file, named=self.named)
        return disks, replace(around, before=self.before)

    def own_disks(self) -> tuple[Disk, ...]:
        """Return the disks that belong to this machine: in practice the practice disk, else all but recond's sticks."""
        disks, around = self.look()
        if self.docked is not None:
            return tuple(
                disk for disk in disks if (disk.path, disk.identity) == (self.docked.path, self.docked.identity)
            )
        if self.practice_file is not None:
            return tuple(disk for disk in disks if disk.by_loop_file == self.practice_file)
        return tuple(disk for disk in disks if not (boot_medium(disk, around) or stick_marker(disk, around)))
