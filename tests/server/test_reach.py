"""A workshop sees and moves its own, the coordination all: tried on every page that shows a lot, a need, a paper, a move."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.server.story import Story
from tests.server.test_pages import browser, number
from tests.server.test_workshop import account, give, place, ready, text

__all__ = ["browser"]


class Two:
    """Two workshops, each with a machine in a lot of its own, a need and a loan; and a volunteer of the first."""

    def __init__(self, browser: Client) -> None:
        from recond.server.work import Handover, Need

        self.names = (f"Atelier Nord {number()}", f"Atelier Sud {number()}")
        self.places = [place(name) for name in self.names]
        self.stories: list[Story] = []
        self.needs: list[int] = []
        self.papers: list[int] = []
        for where in self.places:
            one, out = ready(), ready()
            for story in (one, out):
                browser.post(f"/lots/{story.lot}/deplacer", {"place": where})
            told = {"asker": f"Famille {number()}", "kind": "family", "count": 1, "chassis": "any", "min_ram_gib": 1}
            browser.post("/besoins/nouveau", {**told, "place": where})
            self.needs.append(Need.objects.get(asker=told["asker"]).pk)
            assert give(browser, out, beneficiary=f"Dame {where}", place=str(where)) == 302
            self.papers.append(Handover.objects.get(uid=out.uid).pk)
            self.stories.append(one)
        self.north = account(f"nord{number()}", "bénévole", self.names[0])
        self.all = account(f"tous{number()}", "responsable")


@pytest.fixture
def two(browser: Client) -> Two:
    return Two(browser)


def test_papers_needs_and_lots_of_others_are_not_there(two: Two) -> None:
    ours, theirs = two.stories
    pages = {
        "/besoins/{need}/": (two.needs, 200),
        "/besoins/{need}/modifier": (two.needs, 200),
        "/remises/{paper}/": (two.papers, 200),
        "/remises/{paper}/convention.pdf": (two.papers, 200),
        "/remises/{paper}/aide.pdf": (two.papers, 200),
    }
    for page, (numbers, code) in pages.items():
        for key, wanted in zip(numbers, (code, 404), strict=True):
            address = page.format(need=key, paper=key)
            assert two.north.get(address).status_code == wanted, address
            assert two.all.get(address).status_code == code, address
    for end in ("", "grille", "modifier", "rapport-donateur.pdf", "rapport-effacement.pdf"):
        assert two.north.get(f"/lots/{ours.lot}/{end}").status_code == 200, end
        assert two.north.get(f"/lots/{theirs.lot}/{end}").status_code == 404, end
        assert two.all.get(f"/lots/{theirs.lot}/{end}").status_code == 200, end


def test_lists_show_the_places_own(two: Two) -> None:
    said = text(two.north, "/besoins/")
    assert f"Dame {two.places[0]}" in said and f"Dame {two.places[1]}" not in said
    moves = text(two.north, "/lieux/").partition("Derniers déplacements")[2]
    assert two.stories[0].lot and two.stories[0].lot in moves and str(two.stories[1].lot) not in moves
    assert str(two.stories[1].lot) in text(two.all, "/lieux/").partition("Derniers déplacements")[2]
    lots = text(two.north, "/lots/")
    assert str(two.stories[0].lot) in lots and str(two.stories[1].lot) not in lots


def test_nothing_of_others_is_changed(two: Two) -> None:
    from recond.server.work import Handover, Lot, Need

    theirs = two.stories[1]
    for address, form in (
        (f"/lots/{theirs.lot}/deplacer", {"place": two.places[0]}),
        (f"/lots/{theirs.lot}/modifier", {"name": theirs.lot, "place": two.places[0]}),
        (f"/besoins/{two.needs[1]}/fermer", {}),
        (f"/besoins/{two.needs[1]}/modifier", {"asker": "intrus"}),
        (f"/remises/{two.papers[1]}/", {"on": "2026-12-01"}),
    ):
        assert two.north.post(address, form).status_code == 404, address
    assert two.north.post("/lots/nouveau", {"name": theirs.lot}).status_code == 200, "the name is taken"
    assert Lot.objects.get(name=theirs.lot).place_id == two.places[1]
    assert Need.objects.get(pk=two.needs[1]).closed_at is None
    assert Handover.objects.get(pk=two.papers[1]).returned_on is None


def test_a_lot_whose_place_is_corrected_on_its_form_has_moved(two: Two) -> None:
    from recond.server.models import Card
    from recond.server.work import Move

    ours = two.stories[0]
    told = {"name": ours.lot, "place": two.places[1], "donor": "Mairie"}
    assert two.all.post(f"/lots/{ours.lot}/modifier", told).status_code == 302
    last = Move.objects.filter(lot=ours.lot).latest("pk")
    assert (last.source_id, last.target_id) == tuple(two.places) and last.by.startswith("tous")
    assert Card.objects.get(pk=ours.uid).place_id == two.places[1]
    before = Move.objects.count()
    assert two.all.post(f"/lots/{ours.lot}/modifier", {**told, "donor": "Rezé"}).status_code == 302
    assert Move.objects.count() == before, "only a new place is a move"


def test_what_a_workshop_sends_away_is_gone_from_its_pages(two: Two) -> None:
    ours = two.stories[0]
    answer = two.north.post(f"/lots/{ours.lot}/deplacer", {"place": two.places[1]})
    assert answer.headers["Location"] == "/lots/"
    assert two.north.get(f"/machines/{ours.uid}/").status_code == 404


def test_a_workshops_new_lot_is_at_the_workshop(two: Two) -> None:
    from recond.server.work import Lot

    name = f"lot-{number()}"
    assert two.north.post("/lots/nouveau", {"name": name}).status_code == 302
    assert Lot.objects.get(name=name).place_id == two.places[0]
    assert two.north.get(f"/lots/{name}/").status_code == 200
