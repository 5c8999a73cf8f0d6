"""Events that the server itself adds to a machine's record, for what a person did on the pages."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from django.utils import timezone

from recond.core import canonical, event
from recond.core.event import Actor, Moment
from recond.server import ingest
from recond.server.accept import read_line
from recond.server.models import Card
from recond.server.words import STICK


def new_id(after: str | None = None) -> str:
    """Return a new UUIDv7."""
    return event.uuid7(timezone.now(), secrets.token_bytes(10), after)


def newest(card: Card) -> str:
    """Return the last run of a card, "" when it has none."""
    run = card.body.get("run") if isinstance(card.body, Mapping) else None
    return str(run or "")


def add(card: Card, kind: str, payload: Mapping[str, object], by: str, after: str = "") -> str:
    """Add an event to a card's record and make the card again, within a transaction of the caller; returns its id.

    It comes after every run of the machine, and after the run `after`, whatever the clocks say.
    """
    run = new_id(max(newest(card), after) or None)
    name = new_id(run)
    told = event.make(
        event_id=name,
        kind=kind,
        run=run,
        seq=1,
        prev=None,
        uid=card.uid,
        tag=card.tag or None,
        moment=Moment(timezone.now(), "server", 0.0, True),
        actor=Actor(by[:40] or None, STICK, "recond serve"),
        lot=card.lot or None,
        payload=payload,
    )
    (answer,) = ingest.store([read_line(canonical.encode(told))], None)
    if answer.status != "stored":
        raise RuntimeError(f"{kind} could not be recorded: {answer.reason}")
    return name
