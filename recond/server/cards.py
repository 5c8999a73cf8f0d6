"""The cards: each machine's projection of its events, and the columns that lists, queues and figures read."""

from __future__ import annotations

import logging
import zlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import Count, QuerySet
from django.utils import timezone

from recond.core import canonical, labelwords, projection
from recond.core.words import N_
from recond.server import bulk, identity, shown
from recond.server.accept import is_later
from recond.server.models import Card, Event, Reassigned, Twice
from recond.server.work import Lot, Whereabouts

LOG = logging.getLogger(__name__)

RULES: Final = 2
"""Raised when cards made by older rules would show something else: `refresh` then makes them again, once."""

COLUMNS: Final = (
    "tag", "lot", "model", "state", "word", "colour", "grade", "sorting", "locked", "ready", "rank", "laptop", "ram_mib",
    "place_id", "month", "made_by", "tile", "body",
)  # fmt: skip
TYPES: Final = {
    "locked": "boolean", "ready": "boolean", "laptop": "boolean", "rank": "integer", "ram_mib": "integer",
    "place_id": "bigint", "made_by": "integer", "tile": "jsonb", "body": "jsonb",
}  # fmt: skip
CARDS: Final = bulk.Table(
    "recond_card",
    (("uid", "text"), *((name, TYPES.get(name, "text")) for name in COLUMNS), ("seen_at", "timestamptz")),
    bulk.replacing("uid", (*COLUMNS, "seen_at")),
)
WORDS: Final = bulk.Table("recond_words", (("card_id", "text"), ("text", "text")), bulk.replacing("card_id", ("text",)))
LOCK_CLASS, LOCKS = 0x7265636F, 1024
"""Locks of other programs in the same database have other classes."""
SOME: Final = 500
"""Names in one question: SQLite takes no more than some thousand."""
RANKS: Final = {"A": 0, "B": 1, "C": 2}
LAPTOPS: Final = ("laptop", "notebook", "convertible", "tablet")
MAX_MIB: Final = (1 << 31) - 1


def rebuild(
    uids: Collection[str], hands: identity.Hands | None = None, read: Mapping[str, Mapping[str, Any]] | None = None
) -> None:
    """Make these machines' cards again from all their events, within a transaction of the caller.

    Whatever a payload holds, its event is stored; a card that cannot be made from it says so, in red. A uid whose events
    were all given to another card has none. `hands`, `read`: what the caller read already: whose events they are, and events
    by their id.
    """
    if not uids:
        return
    lock(uids)
    kept = identity.made_of(uids, hands or identity.Hands(uids), read or {})
    made = {uid: _made(uid, events) for uid, events in sorted(kept.items()) if events}
    places = _places({uid: one.columns["lot"] for uid, one in made.items()})
    bulk.put(CARDS, [_row(uid, {**one.columns, "place_id": places.get(uid)}) for uid, one in made.items()])
    bulk.put(WORDS, [(uid, one.words) for uid, one in made.items()])
    if gone := set(uids) - set(made):
        Card.objects.filter(pk__in=gone).delete()
    cards = {uid: made[uid].columns["body"] if uid in made else {} for uid in sorted(uids)}
    identity.keep_prints({uid: identity.prints_of(card) for uid, card in cards.items()})
    tags = {one.columns["tag"] for one in made.values()} - {""}
    # Once it can be seen: of two transactions that give one tag to two machines, the later one sees both.
    transaction.on_commit(lambda: _note_doubled(tags), robust=True)


def doubled(cards: QuerySet[Card]) -> QuerySet[Card, str]:
    """Return the tags that two of these machines bear now, in their order."""
    return _shared(cards.filter(tag__in=Twice.objects.values("tag")))


def find_doubled() -> None:
    """Look at all tags, once at the start of a server: who was cut off between a card and its note is found here."""
    _keep_doubled(Card.objects.exclude(tag=""))


def _note_doubled(tags: Collection[str]) -> None:
    ordered = sorted(tags)
    for start in range(0, len(ordered), SOME):
        _keep_doubled(Card.objects.filter(tag__in=ordered[start : start + SOME]))


def _keep_doubled(among: QuerySet[Card]) -> None:
    # Kept for good: whoever shows them looks whether they still are, and one taken away could be another's just noted.
    if rows := [Twice(tag) for tag in _shared(among)]:
        Twice.objects.bulk_create(rows, SOME, ignore_conflicts=True)


def _shared(among: QuerySet[Card]) -> QuerySet[Card, str]:
    return among.values_list("tag", flat=True).annotate(n=Count("*")).filter(n__gt=1).order_by("tag")


def _row(uid: str, values: Mapping[str, Any]) -> tuple[Any, ...]:
    return uid, *(values[name] for name in COLUMNS), timezone.now()


def give_up(uid: str, error: Exception) -> None:
    """Say in red of a card that the database does not take what its events make of it; they are kept."""
    LOG.error("card of %s: %r", uid, error)
    last = identity.made_of([uid], identity.Hands([uid]), {})[uid][-1]
    values = columns(_unreadable(uid, last, error))
    bulk.put(CARDS, [_row(uid, {**values, "place_id": None})])
    transaction.on_commit(lambda: _note_doubled({values["tag"]} - {""}), robust=True)


def lock(uids: Collection[str]) -> None:
    """Wait for whoever makes these cards at the same time, so that the last one made has seen every event.

    In one order everywhere: two requests about the same machines wait for each other instead of dying together. SQLite's
    transactions are one after the other anyway. PostgreSQL's locks are numbers, held to the end of the transaction and let
    go once it can be seen; a uid has one of a thousand, so that no transaction fills the server's table of locks.
    """
    if uids:
        _lock({zlib.crc32(uid.encode()) % LOCKS for uid in uids})


def lock_pass() -> None:
    """Wait, to the end of the transaction, for the other process that makes the cards of what was noted: one at a time does."""
    _lock({LOCKS})


def _lock(numbers: set[int]) -> None:
    if connection.vendor == "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, n) FROM unnest(%s::int[]) AS n", [LOCK_CLASS, sorted(numbers)])


@dataclass(frozen=True, slots=True)
class _Made:
    """A card's row, but where it is, and what it is searched by."""

    columns: dict[str, Any]
    words: str


def _made(uid: str, events: list[Mapping[str, Any]]) -> _Made:
    later = [one for one in events if is_later(one)]
    events = [one for one in events if not is_later(one)] if later else events
    try:
        card = projection.project([_named(one) for one in events])
        card["uid"] = uid
        _not_understood(card, later)
        return _Made(columns(card), searched_by(card))
    except Exception as error:  # the payload is not ours, and the events must be kept
        LOG.warning("card of %s: %r", uid, error)
        card = _unreadable(uid, (events or later)[-1], error)
        return _Made(columns(card), searched_by(card))


def _named(event: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return an event with its machine's name as a text: a lone disk's is a sentence of ours ("Disque {model}")."""
    machine = event["payload"].get("machine") if event["type"] == "audit.hardware" else None
    system = machine.get("system") if isinstance(machine, Mapping) else None
    if (
        not isinstance(machine, Mapping)
        or not isinstance(system, Mapping)
        or not isinstance(system.get("product"), Mapping)
    ):
        return event
    named = {**machine, "system": {**system, "product": canonical.texts(system["product"])}}
    return {**event, "payload": {**event["payload"], "machine": named}}


def _not_understood(card: dict[str, Any], later: list[Mapping[str, Any]]) -> None:
    """Mark a card that has events of later versions: what they say is not known here, so nothing is called done for it."""
    if not later:
        return
    card["later"] = len(later)
    card["ready"] = False
    tag = later[-1]["machine"].get("tag")
    card["tag"] = card["tag"] or (tag if isinstance(tag, str) else None)


def columns(card: dict[str, Any]) -> dict[str, Any]:
    """Return the columns of a card's row, but where it is."""
    try:
        # Of the machine a tile shows no sentence; to go through it would cost more than all the rest.
        told = canonical.texts({key: value for key, value in card.items() if key != "machine"})
        tile = shown.tile({**told, "machine": card["machine"]})
    except Exception as error:  # the payload is not ours; one card that cannot be shown must not hide the others
        LOG.warning("tile of %s: %r", card["uid"], error)
        tile = shown.broken(shown.line(card["tag"])[:40])
    machine = card["machine"] or {}
    ram = _ram_mib(machine.get("memory") or {})
    return {
        "tag": str(card["tag"] or "")[:40],
        "lot": str(card["lot"] or "")[:60],
        "model": str(card["model"] or "")[:200],
        "state": str(card["state"])[:20],
        "word": tile.state.text[:60],
        "colour": tile.state.colour,
        "grade": shown.line(card["grade"])[:20],
        "sorting": shown.line(card["sorting"])[:20],
        "locked": (machine.get("firmware") or {}).get("admin_password") is True,
        "ready": card.get("ready") is True and (card.get("handover") or {}).get("action") != "given",
        "rank": RANKS.get(str(card["grade"]), 9),
        "laptop": str((machine.get("system") or {}).get("chassis")) in LAPTOPS,
        "ram_mib": ram,
        "month": f"{timezone.localtime():%Y-%m}",
        "made_by": RULES,
        "tile": shown.kept(tile, card.get("repairs")),
        "body": card,
    }


def _ram_mib(memory: dict[str, Any]) -> int:
    # A module's size is a round number; what the system sees is a little less (video memory, firmware).
    value = memory.get("total_bytes") or memory.get("os_visible_bytes") or 0
    return min(max(0, value >> 20), MAX_MIB) if isinstance(value, int) else 0


def searched_by(card: dict[str, Any]) -> str:
    """Return what a machine is searched by: tag, names, lot and every number, in small letters."""
    machine = card["machine"] or {}
    system = machine.get("system") or {}
    own = [system.get(key) for key in ("serial", "board_serial", "chassis_serial", "uuid", "product", "version")]
    macs = [one.get("mac") for one in machine.get("networks") or ()]
    disks = [value for disk in card["disks"] for value in (disk.get("serial"), disk.get("model"))]
    every = [card["tag"], card["model"], labelwords.system_model(system), card["lot"], *own, *macs, *disks]
    return " ".join(str(word) for word in every if word).lower()


def _places(lots: dict[str, str]) -> dict[str, int]:
    """Return where these machines (uid -> lot) are: where each was taken, else where its lot is."""
    names = set(lots.values()) - {""}
    stands = dict(Lot.objects.filter(name__in=names).values_list("name", "place_id")) if names else {}
    own = dict(Whereabouts.objects.filter(pk__in=list(lots)).values_list("uid", "place_id"))
    found = {uid: own.get(uid) or stands.get(lot) for uid, lot in lots.items()}
    return {uid: place for uid, place in found.items() if place is not None}


def settle(cards: Any) -> None:
    """Bring `place` of these cards up to date after a move, or after a lot was given a place."""
    lots = dict(cards.values_list("uid", "lot"))
    places = _places(lots)
    by_place: dict[int | None, list[str]] = {}
    for uid in lots:
        by_place.setdefault(places.get(uid), []).append(uid)
    for place, uids in by_place.items():
        for start in range(0, len(uids), 500):
            Card.objects.filter(pk__in=uids[start : start + 500]).update(place=place)


def _unreadable(uid: str, last: Mapping[str, Any], error: Exception) -> dict[str, Any]:
    card = projection.project([])
    wall = (last.get("time") or {}).get("wall") if isinstance(last.get("time"), dict) else None
    card.update(
        uid=uid, tag=last["machine"].get("tag"), lot=last.get("lot"), state="unreadable",
        last_seen=wall, notes=[{"at": wall, "text": canonical.free(_why(error))}],
    )  # fmt: skip
    return card


def _why(error: Exception) -> str:
    return N_("fiche illisible : {name} {error}").format(name=type(error).__name__, error=str(error)[:250])


def refresh(batch: int = 100) -> int:
    """Make again the cards that older rules made; returns how many. It may be cut off and called again."""
    return _again(lambda last: Card.objects.filter(uid__gt=last, made_by__lt=RULES), batch)


def rebuild_all(batch: int = 100) -> int:
    """Make every card again from the events; returns how many were made. The server may run meanwhile."""
    made = _again(lambda last: Event.objects.filter(uid__gt=last), batch)
    # Cards of runs that a person parted from their machine bear a uid that no event does.
    return made + _again(
        lambda last: Card.objects.filter(uid__gt=last, uid__in=Reassigned.objects.values("into")), batch
    )


def _again(known: Callable[[str], QuerySet[Any]], batch: int) -> int:
    made, last = 0, ""
    while uids := list(known(last).order_by("uid").values_list("uid", flat=True).distinct()[:batch]):
        with transaction.atomic(durable=True):
            whose = identity.belong([(uid, "") for uid in uids])
            rebuild(whose)
        made, last = made + len(whose), uids[-1]
    return made
