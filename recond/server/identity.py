"""Which events belong to which machine's card, and which cards may be one machine. Nothing is joined but by a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Q

from recond.core.identity import Quality, fingerprints_of_json
from recond.core.same import Match, Met, Prints, doubles, matches
from recond.server.models import Card, Event, Pair, Print, Reassigned

CROWD = 12
"""A value that more cards than this share tells nobody from anybody: a fleet's, or junk that no list knows."""


def belongs(uid: str, run: str) -> str:
    """Return the uid of the card to which events of (uid, run) belong."""
    return _follow({(row.uid, row.run): row.into for row in _rows_from([uid])}, uid, run)


def belong(pairs: Iterable[tuple[str, str]]) -> set[str]:
    """Return the cards to which these (uid, run) belong."""
    pairs = list(pairs)
    known = {(row.uid, row.run): row.into for row in _rows_from({uid for uid, _ in pairs})}
    return {_follow(known, uid, run) for uid, run in pairs}


def _follow(known: dict[tuple[str, str], str], uid: str, run: str) -> str:
    into = known.get((uid, run)) or known.get((uid, ""))
    while into is not None:
        uid, into = into, known.get((into, ""))
    return uid


def _rows_from(uids: Collection[str]) -> list[Reassigned]:
    """Return the rows that lead on from these uids, and on from there."""
    found: list[Reassigned] = []
    seen: set[str] = set()
    ahead = set(uids)
    while ahead:
        seen |= ahead
        rows = list(Reassigned.objects.filter(uid__in=ahead))
        found += rows
        ahead = {row.into for row in rows} - seen
    return found


def uids_of(uid: str) -> set[str]:
    """Return every uid under which this card's machine was recorded as a whole."""
    found, ahead = {uid}, {uid}
    while ahead:
        ahead = set(Reassigned.objects.filter(into__in=ahead, run="").values_list("uid", flat=True)) - found
        found |= ahead
    return found


def whose(uids: Collection[str]) -> Q:
    """Return the condition for the events of these cards, theirs and those given to them (some may be given on: `belong`)."""
    taken = list(Reassigned.objects.filter(into__in=uids))
    if not taken:
        return Q(uid__in=list(uids))
    every = {one for uid in uids for one in uids_of(uid)}
    condition = Q(uid__in=every)
    for row in Reassigned.objects.filter(into__in=every).exclude(run=""):
        condition |= Q(uid=row.uid, run=row.run)
    return condition


def events_of(uid: str) -> list[Event]:
    """Return a card's events in the order they were made, whatever uid they bear."""
    rows = list(Event.objects.filter(whose([uid])).order_by("run", "seq", "id"))
    known = {(row.uid, row.run): row.into for row in _rows_from({row.uid for row in rows})}
    return [row for row in rows if _follow(known, row.uid, row.run) == uid] if known else rows


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
    Print.objects.filter(uid__in=[uid for uid in changed if held[uid]]).delete()
    Print.objects.bulk_create(
        [Print(uid=uid, kind=kind, value=value) for uid in sorted(changed) for kind, value in sorted(changed[uid])]
    )
    for uid in sorted(changed):
        find_doubles(uid, changed[uid])


def met(prints: Prints, but: str = "") -> list[Met]:
    """Return the cards that share at least one of these values, with all their fingerprints."""
    rows = Print.objects.filter(value__in=[value for _, value in prints]).values_list("kind", "value", "uid")
    sharing = [row for row in rows if (row[0], row[1]) in prints and row[2] != but]
    crowd = Counter((kind, value) for kind, value, _ in sharing)
    uids = {uid for kind, value, uid in sharing if crowd[kind, value] <= CROWD}
    if not uids:
        return []
    theirs: dict[str, set[tuple[str, str]]] = {uid: set() for uid in uids}
    for uid, kind, value in Print.objects.filter(uid__in=uids).values_list("uid", "kind", "value"):
        if crowd[kind, value] <= CROWD:
            theirs[uid].add((kind, value))
    cards = Card.objects.filter(pk__in=uids).values_list("uid", "tag", "model")
    return [Met(uid, tag, model, frozenset(theirs[uid])) for uid, tag, model in cards]


def find_doubles(uid: str, prints: Prints) -> None:
    """Note the cards that a person should compare with this one; what a person already said stays said."""
    mine = Card.objects.filter(pk=uid).values_list("uid", "tag", "model").first()
    if mine is None:
        return
    found = {other: score for score, other in doubles(Met(*mine, prints), met(prints, uid))}
    Pair.objects.filter(Q(one=uid) | Q(other=uid), said=Pair.Said.OPEN).delete()
    rows = [Pair(one=min(uid, other), other=max(uid, other), score=score) for other, score in sorted(found.items())]
    Pair.objects.bulk_create(rows, ignore_conflicts=True)


def lookup(prints: Prints, model: str) -> list[Match]:
    """Return the machines that these fingerprints make likely, best first; shared values count for nobody."""
    known = met(prints)
    tags: dict[tuple[str, str], set[str]] = {}
    for card in known:
        for one in card.prints & prints:
            tags.setdefault(one, set()).update([card.tag] if card.tag else [])
    shared = frozenset(one for one, under in tags.items() if len(under) > 1)
    return matches(prints, model, known, shared)
