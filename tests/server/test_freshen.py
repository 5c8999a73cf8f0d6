"""Cards are made soon after their events, for many requests at once: none is forgotten, and no page shows one overtaken."""

from __future__ import annotations

import contextlib
import dataclasses
import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
import pytest
import requests
from django.test import Client

from recond.core import canonical
from tests.server.conftest import LiveServer
from tests.server.story import NVME, Story, disk, machine, whole


def ask(live: LiveServer, sql: str) -> list[tuple[Any, ...]]:
    """Ask the database beside the server."""
    if live.database:
        with psycopg.connect(live.database) as line:
            return line.execute(sql).fetchall()
    with contextlib.closing(sqlite3.connect(live.data / "server" / "recond.sqlite3")) as base:
        return base.execute(sql).fetchall()


def push(live: LiveServer, token: str, events: list[dict[str, Any]]) -> None:
    body = b"\n".join(canonical.encode(item) for item in events)
    answer = requests.post(
        f"{live.url}/api/v1/events", data=body, headers={"Authorization": f"Bearer {token}"}, timeout=60
    )
    assert answer.status_code == 200, answer.text
    assert {one["status"] for one in answer.json()["results"]} == {"stored"}


def test_killed_before_the_card_was_made_it_is_made_at_the_next_start(server: LiveServer, tmp_path: Path) -> None:
    token = server.enrol(tmp_path / "enrolment.json")["token"]
    for number in range(20):
        story = whole(number)
        push(server, token, story.events)
        server.kill()
        if not ask(server, f"SELECT 1 FROM recond_card WHERE uid = '{story.uid}'"):
            break
        server.start()  # it was quicker than the kill
    else:
        raise AssertionError("the kill never met a card that waits: is it made before the answer?")
    assert ask(server, f"SELECT count(*) FROM recond_event WHERE uid = '{story.uid}'") == [(len(story.events),)]
    assert ask(server, "SELECT DISTINCT uid FROM recond_stale") == [(story.uid,)], (
        "the note is as durable as the events"
    )
    server.start()
    deadline = time.monotonic() + 30
    while not ask(server, f"SELECT 1 FROM recond_card WHERE uid = '{story.uid}' AND word = 'PRÊTE'"):
        assert time.monotonic() < deadline, "nobody asked for a page, and the card is never made"
        time.sleep(0.05)
    while ask(server, "SELECT 1 FROM recond_stale"):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_what_was_answered_stored_is_on_the_pages_and_in_the_lookup(server: LiveServer, tmp_path: Path) -> None:
    token = server.enrol(tmp_path / "enrolment.json")["token"]
    for number in range(6):
        story = whole(number)
        push(server, token, story.events)
        if number % 2:
            assert story.tag in requests.get(f"{server.url}/?q={story.tag}", timeout=30).text
        asked = {"tag": story.tag}
        known = requests.get(
            f"{server.url}/api/v1/machines/lookup", asked, headers={"Authorization": f"Bearer {token}"}, timeout=30
        ).json()["machines"]
        assert [(one["uid"], one["state"]) for one in known] == [(story.uid, "ready")]


def test_events_that_come_while_their_card_is_being_made_are_in_it(server: LiveServer, tmp_path: Path) -> None:
    token = server.enrol(tmp_path / "enrolment.json")["token"]
    story = Story(1).audit(machine(disk(NVME)))
    head = len(story.events)
    for number in range(60):
        story.add("note.added", {"text": f"remarque {number}"})
    push(server, token, story.events[:head])

    def one(item: dict[str, Any]) -> None:
        push(server, token, [item])
        requests.get(f"{server.url}/machines/{story.uid}/", timeout=60)  # which has the card made, between the others

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(one, story.events[head:]))
    page = requests.get(f"{server.url}/machines/{story.uid}/", timeout=60)
    assert page.status_code == 200
    assert ask(server, "SELECT count(*) FROM recond_stale") == [(0,)]
    ((body,),) = ask(server, f"SELECT body FROM recond_card WHERE uid = '{story.uid}'")
    assert str(body).count("remarque ") == 60


def test_texts_that_hold_what_separates_columns_are_stored_whole(server: LiveServer, tmp_path: Path) -> None:
    token = server.enrol(tmp_path / "enrolment.json")["token"]
    found = machine(disk(NVME))
    found = dataclasses.replace(
        found, system=dataclasses.replace(found.system, product="T\x1e4\x1d8", serial="A\x1eB\x00C")
    )
    story = Story(7, lot=None).audit(found)
    push(server, token, story.events)
    other = whole(8)
    push(server, token, other.events)
    assert {one[0] for one in ask(server, "SELECT tag FROM recond_event")} == {story.tag, other.tag}
    page = requests.get(f"{server.url}/machines/{story.uid}/", timeout=30)
    assert page.status_code == 200 and story.tag in page.text
    assert ask(server, f"SELECT lot, tag FROM recond_card WHERE uid = '{story.uid}'") == [("", story.tag)]
    ((model,),) = ask(server, f"SELECT model FROM recond_card WHERE uid = '{story.uid}'")
    assert model == "LENOVO T\x1e4\x1d8"


@pytest.fixture
def stick(site: Path) -> Iterator[Any]:
    """Return a stick known to the server of this process, where no thread makes cards."""
    from recond.server import freshen
    from recond.server.models import Stick

    freshen.catch_up()
    found, _ = Stick.objects.get_or_create(name="cartes", token_sha256="c" * 64)
    yield found
    freshen.catch_up()


def taken(stick: Any, *stories: Story) -> None:
    from recond.server import ingest

    for story in stories:
        answers = ingest.take(b"\n".join(canonical.encode(item) for item in story.events), stick)
        assert {answer.status for answer in answers} == {"stored"}


def test_a_card_that_the_database_refuses_holds_up_no_other(stick: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import DataError

    from recond.server import bulk, freshen
    from recond.server.models import Card, Stale

    good, bad = whole(501), whole(502)
    taken(stick, good, bad)
    assert not Card.objects.filter(pk__in=[good.uid, bad.uid]).exists()
    put = bulk.put

    def refuse(table: bulk.Table, rows: Any) -> Any:
        if table.name == "recond_words" and any(row[0] == bad.uid for row in rows):
            raise DataError("too much")
        return put(table, rows)

    monkeypatch.setattr(bulk, "put", refuse)
    freshen.catch_up()
    assert Card.objects.get(pk=good.uid).word == "PRÊTE"
    assert Card.objects.get(pk=bad.uid).word == "FICHE ILLISIBLE"
    assert not Stale.objects.exists()


def test_who_brings_more_than_may_wait_makes_cards_first(stick: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from recond.server import freshen
    from recond.server.models import Card, Stale

    monkeypatch.setattr(freshen, "MOST", 2)
    monkeypatch.setattr(freshen, "_waiting", 0)
    stories = [whole(510 + number) for number in range(3)]
    taken(stick, *stories[:2])
    assert Stale.objects.count() == 2
    taken(stick, stories[2])
    assert not Stale.objects.exists()
    assert Card.objects.filter(pk__in=[one.uid for one in stories], word="PRÊTE").count() == 3


def test_while_one_makes_cards_the_others_are_answered(stick: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from recond.server import freshen
    from recond.server.models import Stale

    monkeypatch.setattr(freshen, "MOST", 1)
    monkeypatch.setattr(freshen, "_waiting", 0)
    with freshen._ONE:  # somebody is at it: who waited for it here would never come back
        taken(stick, whole(515), whole(516))
        assert freshen._waiting == Stale.objects.count() == 2
    taken(stick, whole(517))
    assert not Stale.objects.exists() and freshen._waiting == 0


def test_nothing_leaves_on_a_card_that_events_have_overtaken(stick: Any) -> None:
    from datetime import date

    from recond.server import freshen, stock
    from recond.server.models import Card
    from recond.server.work import Handover

    story = whole(520)
    taken(stick, story)
    freshen.catch_up()
    card = Card.objects.get(pk=story.uid)
    assert card.word == "PRÊTE"
    again = Story(521, uid=story.uid).add("run.started", {"kind": "run", "tag": story.tag, "lot": story.lot})
    again.audit(machine(disk(NVME)))
    taken(stick, again)
    with pytest.raises(ValueError, match="PRÊTE"):
        stock.hand_over(card, Handover(kind="gift", beneficiary="Famille M.", at=date(2026, 11, 23)), "léa")


def test_a_page_asks_for_its_cards(stick: Any) -> None:
    from django.contrib.auth.models import User

    User.objects.all().delete()
    story = whole(530)
    taken(stick, story)
    answer = Client(headers={"host": "127.0.0.1"}).get(f"/machines/{story.uid}/")
    assert answer.status_code == 200 and story.tag in answer.content.decode()
