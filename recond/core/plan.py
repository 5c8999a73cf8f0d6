"""A plan: what would be destroyed, on which disks, how; with an id that a person (or an armed lot) confirms."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from recond.core import canonical
from recond.core.disk import Disk, DiskIdentity
from recond.core.guard import Refusal
from recond.core.verdict import Level, VerifyMode


class Deed(StrEnum):
    """What kind of destruction a plan is for."""

    WIPE = "wipe"
    INSTALL = "install"
    STICK = "stick"


@dataclass(frozen=True, slots=True)
class PlanItem:
    """One disk and what is done to it. `method` is an erase method's name, or the profile's for an install; `then` are
    the methods tried in turn when it fails; `wanted` is the level that was asked for."""

    identity: DiskIdentity
    method: str
    level: Level | None = None
    verify: VerifyMode = VerifyMode.FULL
    then: tuple[str, ...] = ()
    wanted: Level | None = None


@dataclass(frozen=True, slots=True)
class Protected:
    """A disk that is not in the plan, with every reason why."""

    disk: Disk
    refusals: tuple[Refusal, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What would happen. `disks` are the disks as seen when the plan was made, one for each item, in the same order.

    `why`: for each item, in French, why this method; `shortfalls`: for each item what was asked and cannot be reached on
    this disk, None = nothing. Neither is part of the id, which holds what is done: methods and levels.
    """

    deed: Deed
    items: tuple[PlanItem, ...]
    disks: tuple[Disk, ...] = ()
    protected: tuple[Protected, ...] = ()
    why: tuple[tuple[str, ...], ...] = ()
    shortfalls: tuple[str | None, ...] = ()

    @property
    def full_id(self) -> str:
        """Return the SHA-256 over deed, identities (model, serial, WWN, size), methods, levels and verify modes."""
        items = sorted((canonical.plain(item) for item in self.items), key=repr)
        return canonical.digest({"deed": self.deed, "items": items})

    @property
    def id(self) -> str:
        """Return the short id that people read and type: "7F3A-91C2"."""
        head = self.full_id[:8].upper()
        return f"{head[:4]}-{head[4:]}"


def same_id(typed: str, plan: Plan) -> bool:
    """Tell whether `typed` (any case, with or without the dash) is the plan's id."""
    return typed.strip().upper().replace("-", "") == plan.id.replace("-", "")
