"""Two cards that are one machine, one card that is two: said by a person, recorded as events, undone in one step."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from recond.core.words import N_
from recond.server import cards, identity, records
from recond.server.models import Card, Event, Pair, Reassigned

MERGE, SPLIT = "identity.merge", "identity.split"


class Impossible(ValueError):
    """Why two cards are not joined, or one is not split; in French."""


def merge(into: str, other: str, by: str) -> str:
    """Give all events of `other` to the card `into`; returns the id of the identity.merge that says so. Raises Impossible."""
    with transaction.atomic(durable=True):
        kept, gone = _both(into, other)
        name = records.new_id()
        # First whose events they are, then the event: the card is made once, of all of them.
        Reassigned.objects.create(uid=other, run="", into=into, event=name)
        said = records.add(kept, MERGE, {"from": other, "into": into}, by, after=records.newest(gone))
        Reassigned.objects.filter(event=name).update(event=said)
        cards.rebuild([other])
        _answer(into, other, Pair.Said.SAME)
    return said


def two(one: str, other: str) -> None:
    """Note that these are two machines, so that nobody is asked again."""
    with transaction.atomic(durable=True):
        _answer(one, other, Pair.Said.TWO)


def _both(into: str, other: str) -> tuple[Card, Card]:
    if into == other:
        raise Impossible(N_("c'est la même fiche"))
    cards.lock([uid for uid in (into, other) if Card.objects.filter(pk=uid).exists()])
    found = Card.objects.in_bulk([into, other])
    if len(found) < 2:
        raise Impossible(N_("l'une des deux fiches n'existe plus : elle a été réunie entre-temps"))
    return found[into], found[other]


def _answer(one: str, other: str, said: str) -> None:
    first, second = sorted((one, other))
    Pair.objects.update_or_create(one=first, other=second, defaults={"said": said})


def split(uid: str, runs: Collection[str], by: str) -> tuple[str, str]:
    """Give these runs of a card to a new one; returns the new card's uid and the event's id. Raises Impossible."""
    new, name = records.new_id(), records.new_id()
    with transaction.atomic(durable=True):
        cards.lock([uid, new])
        card = Card.objects.filter(pk=uid).first()
        events = identity.events_of(uid)
        wanted = {(row.uid, row.run) for row in events if row.run in runs}
        if card is None or not wanted:
            raise Impossible(N_("choisissez au moins un passage"))
        if not any(row.run not in runs and not row.type.startswith("identity.") for row in events):
            raise Impossible(N_("il ne resterait rien à cette fiche : laissez-lui au moins un passage"))
        for source, run in sorted(wanted):
            row, _ = Reassigned.objects.get_or_create(uid=source, run=run, defaults={"into": new, "event": name})
            if row.into != new:
                raise Impossible(N_("ce passage a déjà été donné d'une autre fiche : annulez d'abord cela"))
        said = records.add(card, SPLIT, {"from": uid, "into": new, "runs": sorted(runs)}, by)
        Reassigned.objects.filter(event=name).update(event=said)
        cards.rebuild([new])
        _answer(uid, new, Pair.Said.TWO)
    return new, said


def undo(event_id: str, by: str) -> str:
    """Take back what an identity.merge or identity.split did; returns the uid of the card it was done to. Raises Impossible."""
    with transaction.atomic(durable=True):
        event = Event.objects.filter(pk=event_id, type__in=(MERGE, SPLIT), stick=None).first()
        rows = list(Reassigned.objects.filter(event=event_id))
        if event is None or not rows:
            raise Impossible(N_("c'est déjà annulé"))
        Reassigned.objects.filter(event=event_id).delete()
        touched = identity.belong([(row.uid, row.run) for row in rows] + [(row.into, "") for row in rows])
        touched.add(identity.card_of(event.uid))
        cards.rebuild(touched)
        card = Card.objects.get(pk=identity.card_of(event.uid))
        kind = SPLIT if event.type == MERGE else MERGE
        records.add(card, kind, {"undo": event_id}, by)
        for row in rows:
            _answer(row.uid, row.into, Pair.Said.TWO if event.type == MERGE else Pair.Said.SAME)
    return card.uid
