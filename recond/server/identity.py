"""Which events belong to which machine's card, and which cards may be one machine. Nothing is joined but by a person."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from django.db.models import Q

from recond.core.identity import Quality, fingerprints_of_json
from recond.core.same import Match, Met, Prints, doubles, matches
from recond.server import bulk
from recond.server.models import Card, Event, Pair, Print, Reassigned

CROWD = 12
"""A value that more cards than this share tells nobody from anybody: a fleet's, or junk that no list knows."""

AT_ONCE: Final = 5000
"""Ids in one question: SQLite takes 32,766 at most."""
NUL: Final = "\\u0000"
"""As JSON writes it."""

Json = Mapping[str, Any]

PRINTS: Final = bulk.Table("recond_print", (("uid", "text"), ("kind", "text"), ("value", "text")))


class Hands:
    """What persons gave from one card to another, as far as these uids are concerned. Mostly nothing."""

    def __init__(self, uids: Collection[str]) -> None:
        self.rows: dict[tuple[str, str], str] = {}
        seen: set[str] = set()
        ahead = set(uids)
        # Along every row that leads from or to these uids, until nothing new is met.
        while ahead:
            seen |= ahead
            rows = list(Reassigned.objects.filter(Q(uid__in=ahead) | Q(into__in=ahead)))
            self.rows |= {(row.uid, row.run): row.into for row in rows}
            ahead = {one for row in rows for one in (row.uid, row.into)} - seen

    def card_of(self, uid: str, run: str) -> str:
        """Return the uid of the card to which events of (uid, run) belong."""
        into = self.rows.get((uid, run)) or self.rows.get((uid, ""))
        while into is not None:
            uid, into = into, self.rows.get((into, ""))
        return uid

    def sources(self, uids: Collection[str]) -> Q:
        """Return the condition for all events that belong to these cards, and perhaps some that were given on."""
        every = set(uids) | {uid for uid, run in self.rows if not run and self.card_of(uid, "") in uids}
        condition = Q(uid__in=sorted(every))
        for uid, run in self.rows:
            if run and self.card_of(uid, run) in uids:
                condition |= Q(uid=uid, run=run)
        return condition


def belong(pairs: Iterable[tuple[str, str]]) -> set[str]:
    """Return the cards to which events of these (uid, run) belong."""
    pairs = set(pairs)
    hands = Hands({uid for uid, _ in pairs})
    return {hands.card_of(uid, run) for uid, run in pairs}


def card_of(uid: str) -> str:
    """Return the uid of the card that this uid's machine has now."""
    return Hands([uid]).card_of(uid, "")


def uids_of(uid: str) -> set[str]:
    """Return every uid under which this card's machine was recorded as a whole."""
    hands = Hands([uid])
    return {uid} | {one for one, run in hands.rows if not run and hands.card_of(one, "") == uid}


def events_of(uid: str) -> list[Event]:
    """Return a card's events in the order they were made, whatever uid they bear."""
    hands = Hands([uid])
    rows = Event.objects.filter(hands.sources([uid])).order_by("run", "seq", "id")
    return [row for row in rows if hands.card_of(row.uid, row.run) == uid]


def made_of(uids: Collection[str], hands: Hands, read: Mapping[str, Json]) -> dict[str, list[Json]]:
    """Return the events of several cards, in the order they were made. `read`: events by id that need not be read again."""
    rows = Event.objects.filter(hands.sources(uids)).order_by("run", "seq", "id")
    if read:
        heads = list(rows.values_list("id", "uid", "run"))
        left = [name for name, _, _ in heads if name not in read]
        bodies = dict(_bodies(left))
    else:
        whole = list(rows.values_list("id", "uid", "run", "body"))
        heads, bodies = [row[:3] for row in whole], {row[0]: row[3] for row in whole}
    found: dict[str, list[Json]] = {uid: [] for uid in uids}
    for name, uid, run in heads:
        card = hands.card_of(uid, run)
        if card in found:
            found[card].append(read[name] if name not in bodies else event_of(bodies[name]))
    return found


def _bodies(names: Sequence[str]) -> Iterator[tuple[str, str]]:
    for start in range(0, len(names), AT_ONCE):
        yield from Event.objects.filter(pk__in=names[start : start + AT_ONCE]).values_list("id", "body")


def event_of(body: str) -> Json:
    """Return an event as cards are made of it. PostgreSQL keeps no NUL in its JSON; the event itself has it as it came."""
    return dict(json.loads(body.replace(NUL, "\\ufffd") if NUL in body else body))


def prints_of(card: dict[str, Any]) -> Prints:
    """Return the good fingerprints of a card's last audit."""
    machine = card.get("machine")
    if not isinstance(machine, dict):
        return frozenset()
    good = (one for one in fingerprints_of_json(machine) if one.quality is Quality.GOOD)
    return frozenset((one.kind, one.value[:120]) for one in good)


def keep_prints(now: dict[str, Prints]) -> None:
    """Bring the fingerprints of these cards up to date, and the doubles they make likely."""
    held: dict[str, set[tuple[str, str]]] = {uid: set() for uid in now}
    for uid, kind, value in Print.objects.filter(uid__in=list(now)).values_list("uid", "kind", "value"):
        held[uid].add((kind, value))
    changed = {uid: prints for uid, prints in now.items() if prints != held[uid]}
    if not changed:
        return
    if before := [uid for uid in changed if held[uid]]:
        Print.objects.filter(uid__in=before).delete()
        # Without fingerprints a card is no likely double of any.
        Pair.objects.filter(Q(one__in=before) | Q(other__in=before), said=Pair.Said.OPEN).delete()
    bulk.put(PRINTS, [(uid, kind, value) for uid in sorted(changed) for kind, value in sorted(changed[uid])])
    find_doubles(changed)


def _sharing(prints: Collection[tuple[str, str]]) -> list[tuple[str, str, str]]:
    wanted = set(prints)
    rows = Print.objects.filter(value__in={value for _, value in wanted}).values_list("kind", "value", "uid")
    return [row for row in rows if (row[0], row[1]) in wanted]


def met(prints: Collection[tuple[str, str]]) -> dict[str, Met]:
    """Return the cards that have at least one of these values, with all their fingerprints; a crowd's values count nowhere."""
    return _met(_sharing(prints))


def _met(sharing: list[tuple[str, str, str]]) -> dict[str, Met]:
    crowd = Counter((kind, value) for kind, value, _ in sharing)
    theirs: dict[str, set[tuple[str, str]]] = {
        uid: set() for kind, value, uid in sharing if crowd[kind, value] <= CROWD
    }
    if not theirs:
        return {}
    for uid, kind, value in Print.objects.filter(uid__in=list(theirs)).values_list("uid", "kind", "value"):
        if crowd[kind, value] <= CROWD:
            theirs[uid].add((kind, value))
    cards = Card.objects.filter(pk__in=list(theirs)).values_list("uid", "tag", "model")
    return {uid: Met(uid, tag, model, frozenset(theirs[uid])) for uid, tag, model in cards}


def find_doubles(changed: dict[str, Prints]) -> None:
    """Note the cards that a person should compare with these; what a person already said stays said."""
    sharing = _sharing({one for prints in changed.values() for one in prints})
    owners = Counter((kind, value) for kind, value, _ in sharing)
    if max(owners.values(), default=0) < 2:
        return  # nobody else has any of these values: the rule, when machines come in
    known, found = _met(sharing), {}
    by_value: dict[tuple[str, str], list[Met]] = {}
    for card in known.values():
        for one in card.prints:
            by_value.setdefault(one, []).append(card)
    for uid in sorted(set(changed) & set(known)):
        near = {card.uid: card for one in known[uid].prints for card in by_value[one]}
        for score, other in doubles(known[uid], near.values()):
            found[min(uid, other), max(uid, other)] = score
    rows = [Pair(one=one, other=other, score=score) for (one, other), score in sorted(found.items())]
    Pair.objects.bulk_create(rows, ignore_conflicts=True)


def lookup(prints: Prints, model: str) -> list[Match]:
    """Return the machines that these fingerprints make likely, best first; shared values count for nobody."""
    known = met(prints).values()
    tags: dict[tuple[str, str], set[str]] = {}
    for card in known:
        for one in card.prints & prints:
            tags.setdefault(one, set()).update([card.tag] if card.tag else [])
    shared = frozenset(one for one, under in tags.items() if len(under) > 1)
    return matches(prints, model, known, shared)
