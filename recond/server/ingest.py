"""Taking events in, exactly once: what is answered "stored" or "duplicate" is in the database, committed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from recond.server import cards, identity
from recond.server.accept import Line, read_lines
from recond.server.models import Event, Stick


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
        stored = {_whose(line) for line, answer in zip(lines, answers, strict=True) if answer.status == "stored"}
        cards.rebuild(identity.belong(stored))
        if stick is not None:
            Stick.objects.filter(pk=stick.pk).update(last_seen_at=timezone.now())
    return answers


def _whose(line: Line) -> tuple[str, str]:
    assert line.item is not None
    return str(line.item["machine"]["uid"]), str(line.item["run"])


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
