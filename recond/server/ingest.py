"""Taking events in, exactly once: what is answered "stored" or "duplicate" is in the database, committed."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from django.db import connection, transaction
from django.utils import timezone

from recond.server import bulk, cards, freshen, identity
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
NOTED: Final = replace(
    EVENTS, also=("id, uid, run", "INSERT INTO recond_stale (uid, run) SELECT DISTINCT uid, run FROM new")
)
"""The same, and whose cards they overtake (`freshen.note`)."""
INSERT_ROWS: Final = 200
SEEN_AGAIN: Final = timedelta(seconds=5)
"""When a stick was heard last is written down no more often: requests of one moment would wait for each other at its row."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one event: stored, duplicate, conflict or rejected."""

    id: str | None
    status: str
    reason: str | None = None


def take(body: bytes, stick: Stick | None) -> list[Answer]:
    """Store the events of a request and note whose cards they overtake, in one transaction.

    `stick` None = read from a file by the coordinator: the cards are made at once. Raises ValueError for too many lines.
    """
    lines = read_lines(body)
    now = timezone.now()
    seen = stick is not None and (stick.last_seen_at is None or now - stick.last_seen_at > SEEN_AGAIN)
    with freshen.turn(), _durably(lines, seen):
        answers, stored = _store(lines, stick, NOTED)
        if connection.vendor == "sqlite":
            freshen.note(stored)
        if stick is not None and seen:
            Stick.objects.filter(pk=stick.pk).update(last_seen_at=now)
    if stick is None:
        freshen.catch_up()
    else:
        freshen.told(stored)
    return answers


def _durably(lines: list[Line], seen: bool) -> AbstractContextManager[object]:
    """Return what is around the statements of a request: what comes out of it is committed."""
    whole = transaction.atomic(durable=True)
    alone = not seen and not any(line.item and line.item.get("attachments") for line in lines)
    if connection.vendor == "sqlite" or not alone or connection.in_atomic_block:
        return whole  # which refuses to be inside another, where "stored" would be answered before it is
    # Events and notes are one statement, that is a transaction of its own: begin and commit would be two questions more.
    return nullcontext()


def store(lines: list[Line], stick: Stick | None) -> list[Answer]:
    """Store events and bring their machines' cards up to date, within a transaction of the caller."""
    answers, stored = _store(lines, stick)
    whose = {freshen.whose(line) for line in stored}
    hands = identity.Hands({uid for uid, _ in whose})
    cards.rebuild({hands.card_of(uid, run) for uid, run in whose}, hands)
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


def _store(lines: list[Line], stick: Stick | None, table: bulk.Table = EVENTS) -> tuple[list[Answer], list[Line]]:
    """Add the events that are not there yet; returns the answer for each line, and the lines that were added."""
    good = {str(line.item["id"]): line for line in reversed(lines) if line.item is not None}
    now, owner = timezone.now(), stick.pk if stick else None
    # In one order everywhere: two requests with the same events wait for each other instead of dying together.
    added = set(bulk.put(table, [(*_row(good[name]), owner, now) for name in sorted(good)]))
    new = {name: good[name].sha256 for name in added}
    # What was here before decides for the others, also what somebody stored while this insertion waited for it.
    others = [name for name in good if name not in new]
    held = dict(Event.objects.filter(pk__in=others).values_list("id", "sha256")) if others else {}
    seen: set[str] = set()
    answers = [_answer(line, new, held, seen) for line in lines]
    stored = [line for line, answer in zip(lines, answers, strict=True) if answer.status == "stored"]
    _await(stored)
    return answers, stored


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
