"""What became of one disk of a wipe: the facts that the record, the certificate and the screens are made from."""

from __future__ import annotations

from dataclasses import dataclass

from recond.core.disk import Disk
from recond.core.event import Moment
from recond.core.machine import Smart
from recond.core.verdict import Level, Observed, WipeVerdict


@dataclass(frozen=True, slots=True)
class CommandRecord:
    """One call of a program during the wipe. `status` None = it did not end by itself, `why` says how."""

    argv: tuple[str, ...]
    status: int | None
    why: str | None
    started: Moment
    duration_s: float
    stdout_sha256: str
    stderr: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """A method that was tried before the one that the result is about, and how it ended."""

    method: str
    verdict: WipeVerdict
    error: str | None
    observed: Observed


@dataclass(frozen=True, slots=True)
class WipeResult:
    """One disk after its wipe. `level` is what the method reaches on this disk when the verdict is ERASED, by `basis`;
    `caveats` say in French what that does not cover. `smart_after`: what the drive said of itself when it was over.
    `attempts`: what failed before; `short`: the level asked for was not reached; `evidence`: on what this method was ever
    seen to work (simulated, emulated, hardware)."""

    disk: Disk
    method: str
    level: Level
    basis: str
    caveats: tuple[str, ...]
    observed: Observed
    verdict: WipeVerdict
    started: Moment
    ended: Moment
    commands: tuple[CommandRecord, ...] = ()
    smart_after: Smart | None = None
    attempts: tuple[Attempt, ...] = ()
    short: str | None = None
    evidence: str | None = None
