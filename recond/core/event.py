"""Events: what happened, append-only, chained by hash within a run. Nothing is ever edited; a correction is an event.

The format is `recond.event/1`, see docs/contracts.md and docs/schemas/.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from recond.core import canonical
from recond.core.words import N_

SCHEMA: Final = "recond.event/1"

TYPES: Final = frozenset(
    {
        "run.started",
        "run.ended",
        "audit.hardware",
        "audit.disk_health",
        "audit.firmware_lock",
        "test.result",
        "grade.set",
        "wipe.planned",
        "wipe.started",
        "wipe.disk",
        "wipe.verified",
        "install.started",
        "install.completed",
        "label.printed",
        "lot.assigned",
        "state.set",
        "part.replaced",
        "note.added",
        "handover.recorded",
        "identity.merge",
        "identity.split",
        "correction",
    }
)


@dataclass(frozen=True, slots=True)
class Moment:
    """When, without trusting the wall clock: a dead CMOS battery boots in 2009, so order comes from `seq` and `mono_s`."""

    wall: datetime
    boot_id: str
    mono_s: float
    trusted: bool = False


@dataclass(frozen=True, slots=True)
class Actor:
    """Who: the operator's initials, the stick, the tool's version and the stick image's."""

    operator: str | None
    stick: str
    tool: str
    image: str | None = None


def uuid7(wall: datetime, random: bytes, after: str | None = None) -> str:
    """Return a UUIDv7 (RFC 9562, 5.7) for a time and at least 10 random bytes, later than the UUIDv7 `after`.

    Ids sort in the order in which they were made, whatever the clock says (RFC 9562, 6.2): a PC with a dead clock battery
    begins each boot in 2009, and its second run must not be read as coming before the first.
    """
    import uuid  # an audit makes no event, and this loads a dozen modules

    millis = int(wall.timestamp() * 1000) & ((1 << 48) - 1)
    if after is not None:
        millis = min(max(millis, (uuid.UUID(after).int >> 80) + 1), (1 << 48) - 1)
    noise = int.from_bytes(random[:10], "big")
    value = millis << 80 | 0x7 << 76 | (noise >> 68) << 64 | 0b10 << 62 | (noise & ((1 << 62) - 1))
    return str(uuid.UUID(int=value))


def make(
    *,
    event_id: str,
    kind: str,
    run: str,
    seq: int,
    prev: str | None,
    uid: str,
    tag: str | None,
    moment: Moment,
    actor: Actor,
    lot: str | None,
    payload: Mapping[str, object],
    attachments: tuple[Mapping[str, object], ...] = (),
) -> dict[str, Any]:
    """Return one event as plain JSON. Raises ValueError for a type that no reader knows."""
    if kind not in TYPES:
        raise ValueError(f"unknown event type: {kind}")
    return {
        "schema": SCHEMA,
        "id": event_id,
        "type": kind,
        "run": run,
        "seq": seq,
        "prev": prev,
        "machine": {"uid": uid, "tag": tag},
        "time": {
            "wall": moment.wall.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "trusted": moment.trusted,
            "boot_id": moment.boot_id,
            "mono_s": round(moment.mono_s, 3),
        },
        "actor": canonical.plain(actor),
        "lot": lot,
        "payload": canonical.plain(payload),
        "attachments": [canonical.plain(item) for item in attachments],
    }


def chain_fault(events: list[dict[str, Any]]) -> str | None:
    """Return what is wrong with a run's chain (a gap, a changed event), or None when it is whole."""
    prev: str | None = None
    for number, event in enumerate(events, start=1):
        if event.get("seq") != number:
            return N_("événement {number} attendu, {seq} trouvé").format(number=number, seq=event.get("seq"))
        if event.get("prev") != prev:
            return N_("l'événement {number} ne suit pas le précédent : le journal a été modifié").format(number=number)
        prev = canonical.digest(event)
    return None
