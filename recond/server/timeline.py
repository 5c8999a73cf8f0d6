"""What happened to a machine, event by event, and the pieces that came with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from recond.core import canonical
from recond.core.words import N_, joined
from recond.server import blobs, words
from recond.server.accept import SHA256, is_later
from recond.server.models import Event
from recond.server.shown import clock, line, stick


@dataclass(frozen=True, slots=True)
class Moment:
    """One event. `said` is its outcome, `about` the object, `who` the person and the stick."""

    wall: str
    title: str
    said: str
    about: str
    who: str


@dataclass(frozen=True, slots=True)
class Piece:
    """An attachment. `held` False = an event names it and it never came."""

    sha256: str
    name: str
    held: bool
    is_label: bool


def moment(row: Event) -> Moment:
    """Return one event as it is told. Whatever its payload holds, something is told."""
    body = canonical.loads(row.body)
    if is_later(body):
        return _later(row, body)
    payload = body["payload"]
    values = (payload.get(key) for key in ("verdict", "result", "outcome", "state", "grade", "text"))
    said = next((line(value) for value in values if isinstance(value, str | int)), "")
    actor = body.get("actor") or {}
    return Moment(
        wall=clock(body["time"]["wall"]),
        title=words.TOLD.get(row.type, row.type),
        said=words.SAID.get(said, said),
        about=_about(payload),
        who=joined(", ", (part for part in (line(actor.get("operator")), stick(actor.get("stick"))) if part)),
    )


def _later(row: Event, body: Mapping[str, Any]) -> Moment:
    time = body.get("time")
    wall = time.get("wall") if isinstance(time, Mapping) else None
    about = f"{line(row.type)}, {line(body['schema'])}"
    return Moment(clock(wall), N_("Événement d'un recond plus récent"), N_("non compris de ce serveur"), about, "")


def _about(payload: Mapping[str, Any]) -> str:
    disk, profile = payload.get("disk"), payload.get("profile")
    if isinstance(profile, Mapping):
        return f"{line(profile.get('name'))} {line(profile.get('version'))}".strip()
    if isinstance(disk, Mapping):
        return " ".join(part for part in (line(disk.get("model")), line(disk.get("serial"))) if part)
    return line(payload["file"]) if isinstance(payload.get("file"), str) else ""


def pieces(rows: Iterable[Event]) -> list[Piece]:
    """Return the attachments of a machine's events, each once, the last named first."""
    found: dict[str, Piece] = {}
    for row in rows:
        body = canonical.loads(row.body)
        for one in () if is_later(body) else body.get("attachments") or ():
            sha256 = one["sha256"]
            if SHA256.fullmatch(sha256):
                found.pop(sha256, None)
                is_label = row.type == "label.printed"
                found[sha256] = Piece(sha256, line(one.get("name")) or sha256[:12], blobs.held(sha256), is_label)
    return list(reversed(found.values()))
