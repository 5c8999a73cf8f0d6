"""What an erase method is, and what it is handed. A method is one file of this package with a `METHOD`.

To add one: write `recond/erase/NAME.py` with a class that has what `Method` asks for and `METHOD = ThatClass()`;
`registry.methods()` finds it, `core.policy` ranks it, the flow runs it. Helpers that are no method go to `medium/`.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from recond.core.disk import Disk
from recond.core.plan import PlanItem
from recond.core.ports import BlockDevice, Command, Completed, Host, Warrant
from recond.core.progress import Phase
from recond.core.verdict import Level, Observed, WipeVerdict
from recond.core.wiperesult import CommandRecord


class Evidence(StrEnum):
    """On what a method was ever seen to work: goes on each certificate, and to docs/erase-methods.md as a table."""

    SIMULATED = "simulated"
    EMULATED = "emulated"
    HARDWARE = "hardware"


SUSPEND, DCO = "suspend", "dco"
"""What needs a word of its own (`recond wipe --allow`): a sleep of some seconds that may leave the screen black, and the
undoing of what a maker or an administrator set in the drive's configuration (DCO)."""


@dataclass(frozen=True, slots=True)
class Unsupported:
    """Why a method cannot be used on a disk, in French, as the screen shows it."""

    reason: str


@dataclass(frozen=True, slots=True)
class Reached:
    """The level that a method reaches on a disk, the text that says so, and what it does not cover."""

    level: Level
    basis: str
    caveats: tuple[str, ...] = ()


class WipeStates(Protocol):
    """Where a wipe keeps how far it is: runs/RUN/wipe-KEY.json, KEY being `Disk.key`."""

    def load(self, key: str) -> Mapping[str, Any] | None:
        """Return what was kept, None when there is nothing or it cannot be read."""
        ...

    def save(self, key: str, state: Mapping[str, object]) -> None:
        """Keep a state in the place of the last; when this returns, a power cut does not lose it.

        Raises OSError or RecondError when it cannot be kept.
        """
        ...

    def clear(self, key: str) -> None:
        """Forget the state, if there is one. Raises as `save` does."""
        ...


class Passwords(Protocol):
    """Where ATA passwords are kept before they are set: in the data folder, for ever, found again by any later run."""

    def keep(self, key: str, password: str) -> None:
        """Keep a password of the disk with this `Disk.key`; when this returns, a power cut does not lose it.

        Raises OSError or RecondError when it cannot be kept: then it must not be set.
        """
        ...

    def known(self, key: str) -> tuple[str, ...]:
        """Return the passwords ever kept for this disk, the last one first."""
        ...


class Stop(Protocol):
    """Tells whether to stop: the person asked, or the flow has given this disk up."""

    def is_set(self) -> bool: ...


Tell = Callable[[Phase, int, int | None], None]
"""Told of progress: phase, bytes done in it, bytes in all (None = unknown). Cheap, callable from any thread."""


@dataclass(slots=True)
class Job:
    """One disk to erase: everything a method may use. Nothing else of the machine is in its reach.

    `held`: blocks that were seen before they were marked or erased, by their offset. It outlives a failed method: what
    the next one finds may be the failed one's zeros, and the donor's data may still come back from below them.
    """

    host: Host
    warrant: Warrant
    item: PlanItem
    states: WipeStates
    tell: Tell
    stop: Stop
    passwords: Passwords | None = None
    allowed: frozenset[str] = frozenset()
    psid: str | None = None
    sleep: Callable[[float], None] = time.sleep
    commands: list[CommandRecord] = field(default_factory=list)
    held: dict[int, set[bytes]] = field(default_factory=dict)

    @property
    def disk(self) -> Disk:
        """Return the disk as it was seen when the warrant was made."""
        return self.warrant.disk

    def device(self) -> BlockDevice:
        """Return the held disk. Raises GuardError when the warrant is closed or lent."""
        return self.warrant.device()

    def now_s(self) -> float:
        """Return the host's monotonic clock in seconds."""
        return self.host.moment().mono_s

    def run(self, command: Command) -> Completed:
        """Run a program under this disk's warrant and note it for the certificate."""
        started = self.host.moment()
        done = self.host.run(command, self.warrant)
        self.commands.append(
            CommandRecord(
                argv=done.argv,
                status=done.status,
                why=done.why,
                started=started,
                duration_s=round(done.duration_s, 3),
                stdout_sha256=hashlib.sha256(done.stdout).hexdigest(),
                stderr=done.stderr[-400:].decode("utf-8", "replace"),
            )
        )
        return done


class Method(Protocol):
    """One way to erase a disk."""

    @property
    def name(self) -> str:
        """Return the word of `--method`, plans and records: "overwrite-aes"."""
        ...

    @property
    def title(self) -> str:
        """Return what the screen calls it, in French."""
        ...

    @property
    def rank(self) -> int | None:
        """Return how early the policy tries it (low first); None = only when asked for by name."""
        ...

    @property
    def evidence(self) -> Evidence:
        """Return on what this method was seen to work."""
        ...

    def supports(self, host: Host, disk: Disk) -> Unsupported | None:
        """Return why this disk cannot be erased this way, None when it can. Reads only."""
        ...

    def reaches(self, disk: Disk) -> Reached:
        """Return the level it reaches on this disk when it succeeds."""
        ...

    def wipe(self, job: Job) -> Observed:
        """Erase the disk and return what was observed afterwards. Raises OSError or RecondError only before it wrote."""
        ...

    def judge(self, seen: Observed) -> WipeVerdict:
        """Decide from what was observed."""
        ...
