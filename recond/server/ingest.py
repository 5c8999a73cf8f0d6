"""Taking events in, exactly once: what is answered "stored" or "duplicate" is in the database, committed."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db import connection, transaction
from django.utils import timezone

from recond.server import bulk, cards, identity
from recond.server.accept import Line, is_later, read_lines
from recond.server.models import Awaited, Blob, Event, Stick

EVENTS: Final = bulk.Table(
    "recond_event",
    (
        ("id", "text"), ("type", "text"), ("run", "text"), ("seq", "integer"), ("uid", "text"), ("tag", "text"),
        ("sha256", "text"), ("body", "text"), ("stick_id", "bigint"), ("received_at", "timestamptz"),
    ),
    "(id) DO NOTHING",
)  # fmt: skip
INSERT_ROWS: Final = 200
SEEN_AGAIN: Final = timedelta(seconds=5)
"""When a stick was heard last is written down no more often: requests of one moment would wait for each other at its row."""

TURN: Final = threading.Lock()


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
    with _turn(), transaction.atomic(durable=True):
        answers = store(lines, stick)
        now = timezone.now()
        if stick is not None and (stick.last_seen_at is None or now - stick.last_seen_at > SEEN_AGAIN):
            Stick.objects.filter(pk=stick.pk).update(last_seen_at=now)
    return answers


def _turn() -> AbstractContextManager[object]:
    # SQLite has one writer. Who waits here is woken when it may go; who waits there sleeps and tries again, and is overtaken.
    return TURN if connection.vendor == "sqlite" else nullcontext()


def store(lines: list[Line], stick: Stick | None) -> list[Answer]:
    """Store events and bring their machines' cards up to date, within a transaction of the caller."""
    answers = _store(lines, stick)
    stored = [line for line, answer in zip(lines, answers, strict=True) if answer.status == "stored"]
    whose = {_whose(line) for line in stored}
    hands = identity.Hands({uid for uid, _ in whose})
    # What was read from the request is not read again from the text that was stored of it.
    read = {line.body: line.item for line in stored if line.item is not None}
    cards.rebuild({hands.card_of(uid, run) for uid, run in whose}, hands, read)
    _await(stored)
    return answers


def _await(lines: list[Line]) -> None:
    """Note the attachments that new events name and that did not come before them."""
    named = {
        str(one["sha256"]): line.item
        for line in lines
        if line.item is not None and line.item.get("attachments") and not is_later(line.item)
        for one in line.item["attachments"]
    }
    if not named:
        return
    names = sorted(named)
    held = {
        one
        for start in range(0, len(names), INSERT_ROWS)
        for one in Blob.objects.filter(pk__in=names[start : start + INSERT_ROWS]).values_list("pk", flat=True)
    }
    rows = [
        Awaited(sha256=sha256, event=item["id"], uid=item["machine"]["uid"])
        for sha256, item in sorted(named.items())
        if sha256 not in held
    ]
    Awaited.objects.bulk_create(rows, INSERT_ROWS, ignore_conflicts=True)


def _whose(line: Line) -> tuple[str, str]:
    assert line.item is not None
    return str(line.item["machine"]["uid"]), str(line.item["run"])


def _store(lines: list[Line], stick: Stick | None) -> list[Answer]:
    """Add the events that are not there yet and answer for each line."""
    good = {str(line.item["id"]): line for line in reversed(lines) if line.item is not None}
    now, owner = timezone.now(), stick.pk if stick else None
    # In one order everywhere: two requests with the same events wait for each other instead of dying together.
    added = set(bulk.put(EVENTS, [(*_row(good[name]), owner, now) for name in sorted(good)]))
    new = {name: good[name].sha256 for name in added}
    # What was here before decides for the others, also what somebody stored while this insertion waited for it.
    others = [name for name in good if name not in new]
    held = dict(Event.objects.filter(pk__in=others).values_list("id", "sha256")) if others else {}
    seen: set[str] = set()
    return [_answer(line, new, held, seen) for line in lines]


def _answer(line: Line, new: Mapping[str, str], held: Mapping[str, str], seen: set[str]) -> Answer:
    if line.item is None:
        return Answer(line.id, "rejected", line.reason)
    name = str(line.item["id"])
    if name in new and name not in seen:
        seen.add(name)
        return Answer(line.id, "stored")
    if line.sha256 != (held.get(name) or new.get(name)):
        return Answer(line.id, "conflict", "another event with this id is stored")
    return Answer(line.id, "duplicate")


def _row(line: Line) -> tuple[str | int, ...]:
    assert line.item is not None
    item, machine = line.item, line.item["machine"]
    tag = machine.get("tag") or ""
    return item["id"], item["type"], item["run"], item["seq"], machine["uid"], tag, line.sha256, line.body
