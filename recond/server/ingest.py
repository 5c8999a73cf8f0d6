"""Taking events in, exactly once: what is answered "stored" or "duplicate" is in the database, committed."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from recond.core import labelwords, projection
from recond.server.accept import Line, read_lines
from recond.server.models import Card, Event, Stick

LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one event: stored, duplicate, conflict or rejected."""

    id: str | None
    status: str
    reason: str | None = None


def take(body: bytes, stick: Stick | None) -> list[Answer]:
    """Store the events of a request and bring the cards of their machines up to date, in one transaction.

    `stick` None = read from a file by the coordinator. Raises ValueError for too many lines.
    """
    lines = read_lines(body)
    # Durable: a transaction inside another would answer "stored" before it is.
    with transaction.atomic(durable=True):
        answers = _store(lines, stick)
        stored = {_uid(line) for line, answer in zip(lines, answers, strict=True) if answer.status == "stored"}
        # In one order everywhere: two requests about the same machines wait for each other instead of dying together.
        for uid in sorted(stored):
            rebuild(uid)
        if stick is not None:
            Stick.objects.filter(pk=stick.pk).update(last_seen_at=timezone.now())
    return answers


def _uid(line: Line) -> str:
    assert line.item is not None
    return str(line.item["machine"]["uid"])


def _store(lines: list[Line], stick: Stick | None) -> list[Answer]:
    """Add the events that are not there yet and answer for each line."""
    good = {str(line.item["id"]): line for line in reversed(lines) if line.item is not None}
    held = _digests(good)
    Event.objects.bulk_create(
        (_row(good[name], stick) for name in sorted(good) if name not in held), batch_size=200, ignore_conflicts=True
    )
    # Somebody may have stored the same event between the look and the insertion: what is there now decides.
    now = _digests(good)
    seen = set(held)
    return [_answer(line, now, seen) for line in lines]


def _answer(line: Line, now: Mapping[str, str], seen: set[str]) -> Answer:
    if line.item is None:
        return Answer(line.id, "rejected", line.reason)
    name = str(line.item["id"])
    if now[name] != hashlib.sha256(line.body).hexdigest():
        return Answer(line.id, "conflict", "another event with this id is stored")
    if name in seen:
        return Answer(line.id, "duplicate")
    seen.add(name)
    return Answer(line.id, "stored")


def _digests(names: Iterable[str]) -> dict[str, str]:
    return dict(Event.objects.filter(pk__in=list(names)).values_list("id", "sha256"))


def _row(line: Line, stick: Stick | None) -> Event:
    assert line.item is not None
    item = line.item
    return Event(
        id=item["id"],
        type=item["type"],
        run=item["run"],
        seq=item["seq"],
        uid=item["machine"]["uid"],
        tag=item["machine"].get("tag") or "",
        sha256=hashlib.sha256(line.body).hexdigest(),
        body=line.body.decode(),
        stick=stick,
    )


def rebuild(uid: str) -> None:
    """Make a machine's card again from all its events.

    Whatever a payload holds, its event is stored; a card that cannot be made from it says so, in red.
    """
    # Whoever makes this card at the same time is waited for, so that the last one made has seen every event. (SQLite's
    # transactions are one after the other anyway, and its rows are not locked.)
    Card.objects.bulk_create([Card(uid=uid, state="received", body={})], ignore_conflicts=True)
    Card.objects.select_for_update().get(pk=uid)
    rows = Event.objects.filter(uid=uid).order_by("run", "seq").values_list("body", flat=True)
    events = [json.loads(body) for body in rows]
    try:
        card = projection.project(events)
        words = _words(card)
    except Exception as error:  # the payload is not ours, and the events must be kept
        LOG.warning("card of %s: %r", uid, error)
        card = _unreadable(events[-1], error)
        words = [card["tag"]]
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


def _words(card: dict[str, Any]) -> list[object]:
    """Return what a machine is searched by."""
    machine = card["machine"] or {}
    system = machine.get("system") or {}
    own = [system.get(key) for key in ("serial", "board_serial", "chassis_serial", "uuid", "product", "version")]
    macs = [one.get("mac") for one in machine.get("networks") or ()]
    disks = [value for disk in card["disks"] for value in (disk.get("serial"), disk.get("model"))]
    return [card["tag"], card["model"], labelwords.system_model(system), card["lot"], *own, *macs, *disks]


def _unreadable(last: dict[str, Any], error: Exception) -> dict[str, Any]:
    card = projection.project([])
    wall = last["time"]["wall"]
    card.update(
        uid=last["machine"]["uid"], tag=last["machine"].get("tag"), lot=last.get("lot"), state="unreadable",
        last_seen=wall, notes=[{"at": wall, "text": f"fiche illisible : {type(error).__name__} {error}"[:300]}],
    )  # fmt: skip
    return card
