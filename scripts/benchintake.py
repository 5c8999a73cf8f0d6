"""How fast events come in: the server over HTTP, and the database alone with the same rows in the same run, for bench-server."""

from __future__ import annotations

import gzip
import hashlib
import http.client
import itertools
import json
import sqlite3
import statistics
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg

from recond.core import canonical
from tests.server.conftest import LiveServer
from tests.server.story import HDD, NVME, Story, disk, machine

STICKS, BATCH = 8, 100
COLUMNS = ("id", "type", "run", "seq", "uid", "tag", "sha256", "body", "stick_id", "received_at")
ROUNDS = 3
"""The server and the database take turns, so that a busy moment of the machine falls on both."""

Batch = list[dict[str, Any]]
Send = Callable[[], list[float]]
"""Sends what it was made with, and returns how long each request or transaction took."""
Way = Callable[[list[Batch]], Send]


def batches() -> Iterator[Batch]:
    """Return what sticks push: whole runs, one after the other, a hundred events a request."""
    number, waiting = 1, []
    while True:
        waiting += _run(number).events
        number += 1
        while len(waiting) >= BATCH:
            yield waiting[:BATCH]
            waiting = waiting[BATCH:]


def _run(number: int) -> Story:
    """Return the run of a machine with serial numbers of its own, as machines have."""
    one, two = (replace(identity, serial=f"{identity.serial}{number}") for identity in (NVME, HDD))
    found = machine(disk(one), disk(two))
    system = replace(found.system, serial=f"PF{number:06d}", uuid=str(uuid.uuid5(uuid.NAMESPACE_OID, str(number))))
    found = replace(found, system=system, batteries=())
    return Story(number).audit(found).wipe(one).wipe(two).install(one).end()


def measure(live: LiveServer, seconds: float) -> dict[str, Any]:
    """Return the rates of the server, of the database alone, an insert a transaction and a hundred."""
    live.start()
    source = batches()
    try:
        with tempfile.TemporaryDirectory() as folder:
            tokens = [
                str(live.enrol(Path(folder) / f"{number}.json", f"stick {number}")["token"]) for number in range(STICKS)
            ]
        trial = _timed(_server(live, tokens), _shares(source, 1))
        count = max(1, round(seconds / ROUNDS / max(trial["seconds"], 0.01)))
        table = _bare_table(live)
        ways: dict[str, tuple[Way, int]] = {
            "server": (_server(live, tokens), count),
            "bare_by_hundreds": (_bare(live, table, BATCH), count),
            "bare": (_bare(live, table, 1), max(1, count // 2)),
        }
        found: dict[str, list[dict[str, float]]] = {name: [] for name in ways}
        for _ in range(ROUNDS):
            for name, (way, each) in ways.items():
                found[name].append(_timed(way, _shares(source, each)))
                if name == "server":
                    _until_cards(live, found[name][-1])
    finally:
        live.kill()
    told: dict[str, Any] = {name: {key: round(statistics.median(one[key] for one in runs), 1) for key in runs[0]}
                            for name, runs in found.items()}  # fmt: skip
    told["ratio"] = round(told["server"]["events_s"] / told["bare"]["events_s"], 3)
    told["ratio_by_hundreds"] = round(told["server"]["events_s"] / told["bare_by_hundreds"]["events_s"], 3)
    with_cards = told["server"]["with_cards_events_s"]
    told["ratio_with_cards"] = round(with_cards / told["bare_by_hundreds"]["events_s"], 3)
    return told


def _until_cards(live: LiveServer, told: dict[str, float]) -> None:
    """Wait until the server made the cards of all that it took in, and add what that makes of its rate."""
    begun = time.perf_counter()
    while _notes(live):
        time.sleep(0.01)
    after_s = time.perf_counter() - begun
    told["cards_after_ms"] = after_s * 1e3
    told["with_cards_events_s"] = told["events_s"] * told["seconds"] / (told["seconds"] + after_s)


def _notes(live: LiveServer) -> int:
    sql = "SELECT count(*) FROM recond_stale"
    if live.database:
        with psycopg.connect(live.database) as line:
            return int(line.execute(sql).fetchall()[0][0])
    with closing(sqlite3.connect(live.data / "server" / "recond.sqlite3")) as line:
        return int(line.execute(sql).fetchall()[0][0])


def _shares(source: Iterator[Batch], each: int) -> list[list[Batch]]:
    return [[next(source) for _ in range(each)] for _ in range(STICKS)]


def _timed(way: Way, shares: list[list[Batch]]) -> dict[str, float]:
    ready = [way(share) for share in shares]  # What a stick does at home is not the server's time.
    with ThreadPoolExecutor(STICKS) as pool:
        begun = time.perf_counter()
        took = [one for part in pool.map(lambda send: send(), ready) for one in part]
        whole_s = time.perf_counter() - begun
    events = sum(len(batch) for share in shares for batch in share)
    took.sort()
    p99 = took[min(len(took) - 1, int(len(took) * 0.99))]
    return {
        "seconds": whole_s,
        "events_s": events / whole_s,
        "p50_ms": statistics.median(took) * 1e3,
        "p99_ms": p99 * 1e3,
    }


def _server(live: LiveServer, tokens: list[str]) -> Way:
    turns = itertools.cycle(tokens)  # each of the eight sends with a key of its own, as sticks do

    def send(bodies: list[bytes], token: str) -> list[float]:
        headers = {"Authorization": f"Bearer {token}", "Content-Encoding": "gzip"}
        line = http.client.HTTPConnection("127.0.0.1", live.port, timeout=120)
        took = []
        for body in bodies:
            begun = time.perf_counter()
            line.request("POST", "/api/v1/events", body, headers)
            results = json.loads(line.getresponse().read())["results"]
            took.append(time.perf_counter() - begun)
            assert {one["status"] for one in results} == {"stored"}, results[:3]
        line.close()
        return took

    def way(share: list[Batch]) -> Send:
        packed = [gzip.compress(b"\n".join(canonical.encode(item) for item in batch), 1) for batch in share]
        token = next(turns)
        return lambda: send(packed, token)

    return way


def _rows(batch: Batch) -> list[tuple[Any, ...]]:
    found = []
    for item in batch:
        body = canonical.encode(item)
        digest, uid, tag = hashlib.sha256(body).hexdigest(), item["machine"]["uid"], item["machine"]["tag"]
        found.append(
            (
                item["id"],
                item["type"],
                item["run"],
                item["seq"],
                uid,
                tag,
                digest,
                body.decode(),
                None,
                "2026-11-23 09:00:00+00",
            )
        )
    return found


def _bare_table(live: LiveServer) -> str:
    """Make a table like the server's own, with its indexes, in the server's database."""
    if live.database:
        with psycopg.connect(live.database) as line:
            line.execute("CREATE TABLE bare_event (LIKE recond_event INCLUDING ALL)")
        return "bare_event"
    with sqlite3.connect(live.data / "server" / "recond.sqlite3") as line:
        made = line.execute(
            "SELECT sql FROM sqlite_master WHERE tbl_name = 'recond_event' AND sql IS NOT NULL"
        ).fetchall()
        for (sql,) in made:
            line.execute(sql.replace("recond_event", "bare_event").replace('INDEX "', 'INDEX "bare_'))
    return "bare_event"


def _bare(live: LiveServer, table: str, size: int) -> Way:
    names = ", ".join(COLUMNS)

    def send(parts: list[list[tuple[Any, ...]]]) -> list[float]:
        mark = "%s" if live.database else "?"
        sql = f"INSERT INTO {table} ({names}) VALUES ({', '.join([mark] * len(COLUMNS))})"
        line: Any
        if live.database:
            line = psycopg.connect(live.database)
        else:
            line = sqlite3.connect(live.data / "server" / "recond.sqlite3", timeout=60, isolation_level="IMMEDIATE")
            line.execute("PRAGMA synchronous=FULL")
        took = []
        for part in parts:
            begun = time.perf_counter()
            line.cursor().executemany(sql, part)
            line.commit()
            took.append(time.perf_counter() - begun)
        line.close()
        return took

    def way(share: list[Batch]) -> Send:
        rows = [row for batch in share for row in _rows(batch)]
        parts = [rows[at : at + size] for at in range(0, len(rows), size)]
        return lambda: send(parts)

    return way
