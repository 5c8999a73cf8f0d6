"""What a run has reached, read from its events alone: so a run that was cut off can go on, and never claims too much."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from recond.core.disk import DiskIdentity
from recond.core.identity import contradict
from recond.core.verdict import WipeVerdict


@dataclass(frozen=True, slots=True)
class RunState:
    """`wipes`: the last verdict of each disk in this run, None = started and not ended. `install` likewise: "ok",
    "failed", "interrupted", "started" or None = not begun. `ended`: the exit code of run.ended, None = not ended."""

    wipes: Mapping[DiskIdentity, WipeVerdict | None]
    started: Mapping[DiskIdentity, Mapping[str, Any]]
    install: str | None
    install_payload: Mapping[str, Any] | None
    installed_name: str | None
    ended: int | None

    @property
    def erased(self) -> frozenset[DiskIdentity]:
        """Return the disks that were read back as erased in this run."""
        return frozenset(disk for disk, verdict in self.wipes.items() if verdict is WipeVerdict.ERASED)

    @property
    def installed_on(self) -> DiskIdentity | None:
        """Return the disk on which an installation began after its last wipe, however that ended."""
        return None if self.install_payload is None else identity_of(self.install_payload["disk"])

    @property
    def cut_off(self) -> tuple[DiskIdentity, ...]:
        """Return the disks whose wipe began and has no end in the record."""
        return tuple(disk for disk, verdict in self.wipes.items() if verdict is None)


def same_pc(machine: Mapping[str, Any], events: Sequence[Mapping[str, Any]]) -> bool:
    """Tell whether an open run is this machine's although nothing identifies it for sure (junk serial numbers).

    True when every disk on which the run had begun is here again, the model is the same, and no good fingerprint says
    otherwise. A disk that moved to another PC must not carry the first one's record with it.
    """
    state = read_run(events)
    here = {identity_of(one["disk"]["identity"]) for one in machine["disks"]}
    before = next((event["payload"]["machine"] for event in events if event["type"] == "audit.hardware"), None)
    if before is None or not state.wipes or not set(state.wipes) <= here:
        return False
    return _model(before) == _model(machine) and not contradict(before, machine)


def _model(machine: Mapping[str, Any]) -> tuple[Any, Any]:
    system = machine.get("system") or {}
    return system.get("manufacturer"), system.get("product")


def identity_of(value: Mapping[str, Any]) -> DiskIdentity:
    """Return the identity in an event's `disk`."""
    return DiskIdentity(value.get("model"), value.get("serial"), value.get("wwn"), int(value.get("size_bytes") or 0))


def read_run(events: Iterable[Mapping[str, Any]]) -> RunState:
    """Go through a run's events in order."""
    wipes: dict[DiskIdentity, WipeVerdict | None] = {}
    started: dict[DiskIdentity, Mapping[str, Any]] = {}
    install: str | None = None
    install_payload: Mapping[str, Any] | None = None
    name: str | None = None
    ended: int | None = None
    for event in events:
        kind, payload = event["type"], event["payload"]
        if kind == "wipe.started":
            identity = identity_of(payload["disk"])
            wipes[identity] = None
            started[identity] = payload
            if install_payload is not None and identity_of(install_payload["disk"]) == identity:
                install, install_payload = None, None
        elif kind == "wipe.disk":
            wipes[identity_of(payload["disk"])] = WipeVerdict(payload["verdict"])
        elif kind == "install.started":
            install, install_payload = "started", payload
        elif kind == "install.completed":
            install, name = str(payload["result"]), payload.get("hostname")
        elif kind == "run.ended":
            ended = int(payload["exit_code"])
        elif kind == "run.started":
            ended = None
    return RunState(wipes, started, install, install_payload, name, ended)
