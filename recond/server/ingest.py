"""Taking events in, exactly once: what is answered "stored" or "duplicate" is in the database, committed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection, transaction
from django.utils import timezone

from recond.server import cards, identity
from recond.server.accept import Line, is_later, read_lines
from recond.server.models import Awaited, Blob, Event, Stick

COLUMNS = ("id", "type", "run", "seq", "uid", "tag", "sha256", "body", "stick_id", "received_at")
INSERT_ROWS = 200


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
        answers = store(lines, stick)
        if stick is not None:
            Stick.objects.filter(pk=stick.pk).update(last_seen_at=timezone.now())
    return answers


def store(lines: list[Line], stick: Stick | None) -> list[Answer]:
    """Store events and bring their machines' cards up to date, within a transaction of the caller."""
    answers = _store(lines, stick)
    stored = {_whose(line) for line, answer in zip(lines, answers, strict=True) if answer.status == "stored"}
    cards.rebuild(identity.belong(stored))
    _await([line for line, answer in zip(lines, answers, strict=True) if answer.status == "stored"])
    return answers


def _await(lines: list[Line]) -> None:
    """Note the attachments that new events name and that did not come before them."""
    named = {
        str(one["sha256"]): line.item
        for line in lines
        if line.item is not None and not is_later(line.item)
        for one in line.item.get("attachments") or ()
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
    new = _insert([_row(good[name], stick) for name in sorted(good)])
    # What was here before decides for the others, also what somebody stored while this insertion waited for it.
    held = dict(Event.objects.filter(pk__in=[name for name in good if name not in new]).values_list("id", "sha256"))
    seen: set[str] = set()
    return [_answer(line, new, held, seen) for line in lines]


def _insert(rows: list[Event]) -> dict[str, str]:
    """Add the events whose id is not there yet; returns id and digest of those that were added."""
    digests = {row.id: row.sha256 for row in rows}
    new: dict[str, str] = {}
    names = ", ".join(COLUMNS)
    marks = f"({', '.join(['%s'] * len(COLUMNS))})"
    with connection.cursor() as cursor:
        for start in range(0, len(rows), INSERT_ROWS):
            part = rows[start : start + INSERT_ROWS]
            sql = f"INSERT INTO recond_event ({names}) VALUES {', '.join([marks] * len(part))}"
            now = connection.ops.adapt_datetimefield_value(timezone.now())
            values = [value for row in part for value in (*(getattr(row, name) for name in COLUMNS[:-1]), now)]
            cursor.execute(f"{sql} ON CONFLICT (id) DO NOTHING RETURNING id", values)
            new.update({name: digests[name] for (name,) in cursor.fetchall()})
    return new


def _answer(line: Line, new: Mapping[str, str], held: Mapping[str, str], seen: set[str]) -> Answer:
    if line.item is None:
        return Answer(line.id, "rejected", line.reason)
    name = str(line.item["id"])
    if name in new and name not in seen:
        seen.add(name)
        return Answer(line.id, "stored")
    digest = hashlib.sha256(line.body).hexdigest()
    if digest != (held.get(name) or new.get(name)):
        return Answer(line.id, "conflict", "another event with this id is stored")
    return Answer(line.id, "duplicate")


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
