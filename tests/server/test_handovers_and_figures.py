"""Hand-overs by place with their papers, and the figures: each machine counted once."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from django.test import Client

from tests.server.story import NVME, Story, disk, machine
from tests.server.test_pages import browser, number, send
from tests.server.test_workshop import account, give, place, ready, text

__all__ = ["browser"]

pytestmark = pytest.mark.usefixtures("site")


def test_handovers_by_place_with_their_papers(browser: Client) -> None:
    from recond.server.work import Handover

    north, south = place(f"Nord {number()}"), place(f"Sud {number()}")
    one, two = ready(), ready()
    assert give(browser, one, place=str(north), at="2026-03-01", beneficiary="Mme Nord") == 302
    assert give(browser, two, place=str(south), kind="gift", at="2026-06-01", beneficiary="M. Sud") == 302
    said = text(browser, f"/remises/?place={north}")
    assert "Mme Nord" in said and "M. Sud" not in said and "1 remise" in said
    assert (
        f"/remises/{Handover.objects.get(uid=one.uid).pk}/convention.pdf"
        in browser.get(f"/remises/?place={north}").content.decode()
    )
    assert "M. Sud" not in text(browser, "/remises/?until=2026-04-01") and "Mme Nord" not in text(
        browser, "/remises/?since=2026-04-01"
    )
    assert "M. Sud" not in text(browser, "/remises/?out=on")
    paper = browser.get(f"/remises/registre.pdf?place={north}")
    assert paper.headers["Content-Type"] == "application/pdf" and paper.content.startswith(b"%PDF")
    assert browser.get("/remises/registre.pdf?since=hier").status_code == 400
    name = f"Nord2 {number()}"
    place(name)
    assert "Mme Nord" not in text(account(f"n{number()}", "bénévole", name), "/remises/")


def test_the_page_of_needs_shows_the_loans_due_first_and_leads_to_all(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from recond.server import pages_needs

    for day in range(1, 5):
        give(browser, ready(), kind="loan", at="2020-01-01", due_on=f"2020-02-0{day}", beneficiary=f"Famille {day}")
    monkeypatch.setattr(pages_needs, "LOANS", 3)
    said = browser.get("/besoins/").content.decode()
    assert [f"Famille {day}" in said for day in range(1, 5)] == [True, True, True, False]
    assert "/remises/?out=on" in said and "Tous les prêts en cours" in said
    monkeypatch.undo()
    assert "Famille 4" in browser.get("/besoins/").content.decode()


def test_a_return_before_the_handover_is_refused(browser: Client) -> None:
    from recond.server.work import Handover

    story = ready()
    give(browser, story, at="2026-11-23")
    row = Handover.objects.get(uid=story.uid)
    assert "avant la remise" in browser.post(f"/remises/{row.pk}/", {"on": "2026-11-22"}).content.decode()
    assert Handover.objects.get(pk=row.pk).returned_on is None


def test_a_return_pressed_twice_is_one_return(browser: Client) -> None:
    from recond.server import stock
    from recond.server.models import Event
    from recond.server.work import Handover

    story = ready()
    give(browser, story)
    once, twice = (Handover.objects.get(uid=story.uid) for _ in range(2))
    stock.take_back(once, "lea")
    stock.take_back(twice, "lea")
    assert Event.objects.filter(uid=story.uid, body__contains='"action":"returned"').count() == 1


def test_the_figures_count_each_machine_once(browser: Client) -> None:
    from recond.server import counts
    from recond.server.models import Card
    from recond.server.work import Handover, Lot

    lot, donor = f"fig-{number()}", f"Mairie {number()}"
    browser.post(
        "/lots/nouveau",
        {"name": lot, "donor": donor, "expected": "9", "weight_kg": "12.5", "received_on": "2026-02-03"},
    )
    for _ in range(2):
        ready(lot)
    give(browser, ready(lot), kind="gift", at="2026-02-10")
    give(browser, ready(lot), at="2026-02-11")
    for what, end in (("repair", "aside"), ("parts", "aside"), (None, "received")):
        story = Story(number(), lot=lot).audit(machine(disk(NVME)))
        if what:
            story.add("grade.set", {"grade": "C", "reason": "x", "raise": None, "sorting": what, "repairs": ["vis"]})
        send(story.add("state.set", {"state": end}))
    failed = Story(number(), lot=lot).audit(machine(disk(NVME))).wipe(NVME, "FAILED").end("aside", 10)
    send(failed)
    rows_ = {row.name: row for row in counts.by_lot(Card.objects.all(), Lot.objects.all())}
    row = rows_[lot]
    assert dict(row.outcomes) == {"ready": 2, "given": 1, "lent": 1, "repair": 1, "parts": 1, "bad": 1, "going": 1}
    assert (row.seen, row.expected, row.kg, row.donor) == (8, 9, row.kg, donor) and float(row.kg or 0) == 12.5
    assert counts.together("", rows_.values()).seen == Card.objects.count(), "every machine once"
    assert {one.name: one.seen for one in counts.by_donor(rows_.values())}[donor] == 8
    month = {one.name: one for one in counts.by_month(Handover.objects.all(), Lot.objects.all())}["2026-02"]
    assert month.given >= 1 and month.lent >= 1 and float(month.received_kg or 0) >= 12.5
    said = text(browser, "/chiffres/")
    assert lot in said and donor in said and "CO2 évité n'est pas donné" in said and "données" in said
    svg = browser.get("/chiffres/").content.decode()
    assert 'class="c1"' in svg and svg.count("aria-hidden") >= svg.count("<svg")


def test_the_pieces_of_a_bar_fill_it() -> None:
    from recond.server.counts import Tally
    from recond.server.pages_figures import WIDTH, stacked

    row = Tally("x")
    row.outcomes.update({"given": 1, "ready": 2, "going": 4})
    pieces = stacked(row, 7)
    assert pieces[0].x == 0 and pieces[-1].x + pieces[-1].width == WIDTH
    assert all(a.x + a.width == b.x for a, b in pairwise(pieces))
    assert stacked(Tally("y"), 0) == []


def test_many_machines_are_counted_once_a_minute_and_the_page_says_when(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.core.cache import cache

    from recond.server import pages_figures

    ready()
    assert "Compté le" not in text(browser, "/chiffres/")
    monkeypatch.setattr(pages_figures, "MANY", 1)
    try:
        seen = re.search(r"(\d+) machines? vues?", text(browser, "/chiffres/"))
        ready()
        again = text(browser, "/chiffres/")
        assert seen and seen[0] in again and "Compté le" in again
        where = f"Nord {number()}"
        place(where)
        assert "0 machine" in text(account(f"n{number()}", "lecture", where), "/chiffres/"), "each place has its own"
    finally:
        cache.clear()
