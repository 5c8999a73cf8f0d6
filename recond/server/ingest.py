"""Taking events in, exactly once: what is answered "stored" or "duplicate" is in the database, committed."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from recond.core import canonical, projection
from recond.server.models import Card, Event, Stick

MAX_LINES = 1000
TEXT_LIMITS = {"type": 40, "run": 36, "id": 36}


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one event: stored, duplicate, conflict or rejected."""

    id: str | None
    status: str
    reason: str | None = None


def fault(item: object) -> str | None:
    """Return why this is no event of recond.event/1 that can be kept, None when it is one."""
    if not isinstance(item, Mapping):
        return "not an object"
    if item.get("schema") != "recond.event/1":
        return f"schema {str(item.get('schema'))[:40]!r} is not known"
    for key, limit in TEXT_LIMITS.items():
        if not isinstance(item.get(key), str) or not 0 < len(item[key]) <= limit:
            return f"{key}: a text of at most {limit} characters is expected"
    for key in ("id", "run"):
        try:
            uuid.UUID(item[key])
        except ValueError:
            return f"{key}: a UUID is expected"
    if isinstance(item.get("seq"), bool) or not isinstance(item.get("seq"), int) or not 0 < item["seq"] < 1 << 31:
        return "seq: a positive number is expected"
    machine = item.get("machine")
    if not isinstance(machine, Mapping) or not isinstance(machine.get("uid"), str) or not 0 < len(machine["uid"]) <= 36:
        return "machine.uid: a UUID is expected"
    if not isinstance(machine.get("tag"), str | None) or len(machine.get("tag") or "") > 40:
        return "machine.tag: a short text or null is expected"
    if not isinstance(item.get("payload"), Mapping):
        return "payload: an object is expected"
    time = item.get("time")
    if not isinstance(time, Mapping) or not isinstance(time.get("wall"), str):
        return "time.wall: a text is expected"
    return None


def read_lines(body: bytes) -> list[tuple[dict[str, Any] | None, Answer | None]]:
    """Split NDJSON; each line is an event or an answer that says why not. Raises ValueError for too many lines."""
    lines = [line for line in body.split(b"\n") if line.strip()]
    if len(lines) > MAX_LINES:
        raise ValueError(f"more than {MAX_LINES} events in one request")
    found: list[tuple[dict[str, Any] | None, Answer | None]] = []
    for line in lines:
        try:
            item = json.loads(line, parse_constant=_no_constant)
        except (ValueError, RecursionError):
            found.append((None, Answer(None, "rejected", "not JSON")))
            continue
        reason = fault(item)
        if reason is None:
            found.append((item, None))
        else:
            known = item.get("id") if isinstance(item, Mapping) else None
            found.append((None, Answer(known if isinstance(known, str) else None, "rejected", reason)))
    return found


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def take(body: bytes, stick: Stick) -> list[Answer]:
    """Store the events of a request and bring the cards of their machines up to date, in one transaction."""
    lines = read_lines(body)
    with transaction.atomic():
        answers = [answer or _store(item, stick) for item, answer in lines if item is not None or answer is not None]
        touched = {
            item["machine"]["uid"]
            for (item, _), answer in zip(lines, answers, strict=True)
            if item is not None and answer.status == "stored"
        }
        for uid in touched:
            rebuild(uid)
        Stick.objects.filter(pk=stick.pk).update(last_seen_at=timezone.now())
    return answers


def _store(item: dict[str, Any] | None, stick: Stick) -> Answer:
    assert item is not None
    body = canonical.encode(item)
    digest = hashlib.sha256(body).hexdigest()
    held = Event.objects.filter(pk=item["id"]).values_list("sha256", flat=True).first()
    if held is not None:
        if held == digest:
            return Answer(item["id"], "duplicate")
        return Answer(item["id"], "conflict", "another event with this id is stored")
    Event.objects.create(
        id=item["id"],
        type=item["type"],
        run=item["run"],
        seq=item["seq"],
        uid=item["machine"]["uid"],
        tag=item["machine"].get("tag") or "",
        sha256=digest,
        body=body.decode(),
        stick=stick,
    )
    return Answer(item["id"], "stored")


def rebuild(uid: str) -> None:
    """Make a machine's card again from all its events. A card that cannot be made says so and hides nothing."""
    rows = Event.objects.filter(uid=uid).order_by("run", "seq").values_list("body", flat=True)
    events = [json.loads(body) for body in rows]
    try:
        card = projection.project(events)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        last = events[-1]
        card = projection.project([])
        card.update(uid=uid, tag=last["machine"].get("tag"), state="unreadable", last_seen=last["time"]["wall"])
        card["notes"] = [{"at": last["time"]["wall"], "text": f"fiche illisible : {type(error).__name__} {error}"}]
    words = [card["tag"], card["model"], card["lot"], *(d.get("serial") for d in card["disks"]), *_serials(card)]
    Card.objects.update_or_create(
        uid=uid,
        defaults={
            "tag": str(card["tag"] or "")[:40],
            "lot": str(card["lot"] or "")[:60],
            "model": str(card["model"] or "")[:200],
            "state": str(card["state"])[:20],
            "search": " ".join(str(word) for word in words if word).lower(),
            "body": card,
        },
    )


def _serials(card: dict[str, Any]) -> list[object]:
    system = (card["machine"] or {}).get("system") or {}
    return [system.get(key) for key in ("serial", "board_serial", "uuid")]
