"""Events of every version that sticks ever wrote are read for ever; those of a version to come are kept, and shown as such.

`events/recond.event-N.ndjson` is never written again: a stick may come back after years. The file of version 2 is of a
recond that does not exist yet.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from recond.core import event
from recond.server.accept import LATER, fault
from tests.server.test_pages import Page, browser, see

__all__ = ["browser"]

FOLDER = Path(__file__).parent / "events"
DOCS = Path(__file__).parents[2] / "docs/schemas"
UID = "019b0000-0000-7000-8000-000000000042"


def lines(version: int) -> list[bytes]:
    return (FOLDER / f"recond.event-{version}.ndjson").read_bytes().splitlines()


def test_every_version_has_its_events_and_its_schema() -> None:
    known = int(event.SCHEMA.rpartition("/")[2])
    for version in range(1, known + 1):
        assert {json.loads(one)["type"] for one in lines(version)} == event.TYPES, "one of every type"
        assert (DOCS / f"event-{version}.json").exists()
    assert not LATER.fullmatch(event.SCHEMA) and LATER.fullmatch(f"recond.event/{known + 1}")


@pytest.mark.parametrize("line", lines(1), ids=lambda line: json.loads(line)["type"])
def test_an_old_event_is_valid_and_taken(line: bytes) -> None:
    from jsonschema import Draft202012Validator

    item = json.loads(line)
    for name in ("event-1.json", "event-1-payloads.json"):
        Draft202012Validator(json.loads((DOCS / name).read_text())).validate(item)
    assert fault(item) is None


def put(*bodies: bytes) -> list[str]:
    from recond.server import ingest

    return [answer.status for answer in ingest.take(b"\n".join(bodies), None)]


def forget() -> None:
    from recond.server.models import Card, Event

    Event.objects.filter(uid=UID).delete()
    Card.objects.filter(pk=UID).delete()


@pytest.fixture
def fresh(browser: Client) -> Any:
    forget()
    yield browser
    forget()


def test_an_old_run_makes_the_card_it_always_made(fresh: Client) -> None:
    from recond.server.models import Card, Event

    assert set(put(*lines(1))) == {"stored"}
    card = Card.objects.get(pk=UID)
    assert (card.tag, card.lot, card.grade, card.word, card.ready) == (
        "MDL-0042-2",
        "2026-07-CD44-01",
        "B",
        "PRÊTÉE",
        False,
    )
    assert [(one["model"], one["wipe"]) for one in card.body["disks"]] == [
        ("SAMSUNG MZVLB256HAHQ-000L7", "ERASED"), ("WDC WD5000LPLX-60ZNTT1", "ERASED"),
    ]  # fmt: skip
    assert card.body["install"]["result"] == "ok" and card.body["operator"] == "LM"
    assert [row.body.encode() for row in Event.objects.filter(uid=UID).order_by("seq")] == lines(1)
    see(fresh, f"/machines/{UID}/")


def test_events_of_a_later_version_are_kept_and_nothing_is_called_done(fresh: Client) -> None:
    from recond.server.models import Card, Event

    # All but the last four: it is ready, in the workshop.
    assert set(put(*lines(1)[:-4])) == {"stored"}
    assert Card.objects.get(pk=UID).ready
    assert put(*lines(2), *lines(2)) == ["stored", "stored", "duplicate", "duplicate"]
    card = Card.objects.get(pk=UID)
    assert not card.ready and card.word == "À VÉRIFIER" and card.body["ready"] is False
    kept = Event.objects.filter(uid=UID, run=json.loads(lines(2)[0])["run"]).order_by("seq")
    assert [row.body.encode() for row in kept] == lines(2)
    page: Page = see(fresh, f"/machines/{UID}/")
    assert (
        "Événement d'un recond plus récent" in page.text
        and "recond.event/2" in page.text
        and "robot.dance" in page.text
    )
    assert "mettez ce serveur à jour" in page.text and "PRÊTE" not in page.text


def test_a_machine_known_by_later_events_alone_has_its_page(fresh: Client) -> None:
    assert put(*lines(2)) == ["stored", "stored"]
    page: Page = see(fresh, f"/machines/{UID}/")
    assert "MDL-0042-2" in page.text and "À VÉRIFIER" in page.text
