"""Writing many rows fast, on either database, for bench-server; and holding a sample of the cards against the real functions."""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg

from scripts.benchload import Scale

CHUNK = 500
EVENT = ("id", "type", "run", "seq", "uid", "tag", "sha256", "body", "stick_id", "received_at")
CARD = ("uid", "tag", "lot", "model", "state", "word", "colour", "grade", "sorting", "locked", "ready", "rank", "laptop", "ram_mib",
        "month", "made_by", "place_id", "tile", "body", "seen_at")  # fmt: skip
WORDS, PRINT = ("card_id", "text"), ("uid", "kind", "value")
PLACES, NEEDS, HANDOVERS, ACTIONS = 20, 300, 20_000, 20_000
STICKS, PAIRS, LISTED = 60, 600, 4


class Store:
    """The database, written beside the server."""

    def __init__(self, data: Path, address: str | None) -> None:
        self.address = address
        self.line: Any = psycopg.connect(address) if address else sqlite3.connect(data / "recond.sqlite3")
        if not address:
            self.line.execute("PRAGMA synchronous=OFF")

    def put(self, table: str, columns: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> None:
        """Add rows: COPY on PostgreSQL, one statement many times on SQLite."""
        names = ", ".join(columns)
        if self.address:
            with self.line.cursor() as cursor, cursor.copy(f"COPY recond_{table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join("?" * len(columns))
            plain = (tuple(_sqlite(value) for value in row) for row in rows)
            self.line.executemany(f"INSERT INTO recond_{table} ({names}) VALUES ({marks})", plain)

    def done(self) -> None:
        """Commit, and let the planner look at what is there, as the databases do by themselves in time."""
        self.line.commit()
        if self.address:
            self.line.autocommit = True
            self.line.execute("VACUUM ANALYZE")
        else:
            self.line.execute("ANALYZE")
            self.line.commit()
            self.line.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.line.close()


def _sqlite(value: Any) -> Any:
    return value.strftime("%Y-%m-%d %H:%M:%S.%f") if isinstance(value, datetime) else value


def load(scale: Scale, data: Path, address: str | None) -> None:
    """Fill an empty server: machines with their events and cards, lots, places, needs, hand-overs, moves and actions."""
    store = Store(data, address)
    day = datetime(2026, 1, 5, tzinfo=UTC)
    places = [(n + 1, f"Atelier {n + 1}", "workshop", "", "44000", "", "", n % 2 == 0) for n in range(PLACES)]
    store.put("place", ("id", "name", "kind", "address", "postcode", "hours", "contact", "helps"), places)
    place_of = {lot: 1 + n % PLACES for n, lot in enumerate(scale.lots)}
    lots = [
        (lot, f"Donateur {n % 90}", 40, 250.5, place_of[lot], "", day.date().isoformat())
        for n, lot in enumerate(scale.lots)
    ]
    store.put("lot", ("name", "donor", "expected", "weight_kg", "place_id", "note", "received_on"), lots)
    uids: list[tuple[str, str, bool]] = []
    for start in range(0, scale.machines, CHUNK):
        part = list(scale.rows(range(start, min(start + CHUNK, scale.machines))))
        store.put("event", EVENT, (row for one in part for row in one["event"]))
        found = [one["card"][0] for one in part]
        store.put("card", CARD, (_card(row, place_of) for row in found))
        store.put("words", WORDS, (row for one in part for row in one["words"]))
        store.put("print", PRINT, (row for one in part for row in one["print"]))
        uids += [(row[0], row[1]["tag"], row[1]["ready"]) for row in found]
    _people(store, uids, day)
    _beside(store, scale.lots, sorted(uid for uid, _, _ in uids), day)
    store.done()


def _card(row: tuple[Any, ...], place_of: dict[str, int]) -> tuple[Any, ...]:
    uid, columns, body, day = row
    known = {**columns, "uid": uid, "body": body, "seen_at": day, "place_id": place_of[columns["lot"]]}
    known["month"] = f"{day:%Y-%m}"
    return tuple(known[name] for name in CARD)


def _people(store: Store, uids: list[tuple[str, str, bool]], day: datetime) -> None:
    rng = random.Random(1)
    needs = [
        (n + 1, f"École {n}", "school", "", "", 20, "any", 4, "", day, None if n < 60 else day) for n in range(NEEDS)
    ]
    store.put(
        "need",
        (
            "id",
            "asker",
            "kind",
            "contact",
            "postcode",
            "count",
            "chassis",
            "min_ram_gib",
            "note",
            "created_at",
            "closed_at",
        ),
        needs,
    )
    ready = [one for one in uids if one[2]]
    given = rng.sample(ready, min(HANDOVERS, len(ready) * 2 // 3))
    # Of hand-overs most are gifts; a loan in ten is still out.
    rows = [
        (uid, tag, "loan" if n % 10 == 0 else "gift", f"Famille {n}", day.date().isoformat(), "léa", 1 + n % NEEDS,
         None if n % 10 else day.date().isoformat() if n % 100 else None, 1 + n % PLACES)
        for n, (uid, tag, _) in enumerate(given)
    ]  # fmt: skip
    store.put("handover", ("uid", "tag", "kind", "beneficiary", "at", "by", "need_id", "returned_on", "place_id"), rows)
    acts = [(day + timedelta(minutes=n), "léa", "remise", tag, "don") for n, (_, tag, _) in enumerate(uids[:ACTIONS])]
    store.put("action", ("at", "by", "what", "target", "detail"), acts)
    moves = [
        (uid, "", 1 + n % PLACES, 1 + (n + 1) % PLACES, day, "léa") for n, (uid, _, _) in enumerate(uids[:ACTIONS])
    ]
    store.put("move", ("uid", "lot", "source_id", "target_id", "at", "by"), moves)


def _beside(store: Store, lots: list[str], uids: list[str], day: datetime) -> None:
    """Write what other pages list: sticks, cards that may be one machine, what donors announced, attachments not come."""
    sticks = [(f"clé {n}", "", f"{n:064x}", day, day) for n in range(STICKS)]
    store.put("stick", ("name", "public_key", "token_sha256", "created_at", "last_seen_at"), sticks)
    twins = [(one, two, 2, "open") for one, two in zip(uids[:PAIRS], uids[PAIRS : 2 * PAIRS], strict=True)]
    store.put("pair", ("one", "other", "score", "said"), twins)
    told = [
        (lot, "LENOVO", "ThinkPad T480", f"PF{n:05d}{k}", f"pf{n:05d}{k}", "", "")
        for n, lot in enumerate(lots)
        for k in range(LISTED)
    ]
    store.put("announced", ("lot", "maker", "model", "serial", "serial_key", "asset", "note"), told)
    late = [(f"{n:064x}", uid, uid, day) for n, uid in enumerate(uids[:STICKS])]
    store.put("awaited", ("sha256", "event", "uid", "since"), late)


def check(sample: list[str]) -> int:
    """Make the sample's cards again with the server's own functions; returns how many were held against what was loaded.

    Raises AssertionError for the first that differs.
    """
    from django.db import transaction

    from recond.server import cards
    from recond.server.models import Card, Print, Words

    for uid in sample:
        before = _state(Card.objects.get(pk=uid), Words.objects.get(pk=uid), Print.objects.filter(uid=uid))
        with transaction.atomic():
            cards.rebuild([uid])
            after = _state(Card.objects.get(pk=uid), Words.objects.get(pk=uid), Print.objects.filter(uid=uid))
            transaction.set_rollback(True)
        assert before == after, f"{uid}: the loader's card is not the server's\n{before}\n{after}"
    return len(sample)


def _state(card: Any, words: Any, prints: Any) -> tuple[Any, ...]:
    columns = {name: getattr(card, name) for name in CARD if name not in ("seen_at", "body", "month")}
    return columns, json.dumps(card.body, sort_keys=True), words.text, sorted(prints.values_list("kind", "value"))
