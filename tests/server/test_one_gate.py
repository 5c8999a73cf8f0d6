"""One gate of "prêt": the label, the last screen, the stick's record and the server say the same of the same events."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from recond.core.destiny import Destiny
from recond.core.errors import ExitCode
from recond.core.labeldata import label_from_card
from recond.core.machine import Machine
from recond.core.projection import project
from recond.ui.result import Headline, headline
from tests.server.story import NVME, Story, disk, machine
from tests.server.test_pages import browser, number, send
from tests.server.test_workshop import give, text

__all__ = ["browser"]


def plain() -> Machine:
    """Return a machine that nothing holds back."""
    return machine(disk(NVME))


def locked(**firmware: Any) -> Machine:
    found = plain()
    return replace(found, firmware=replace(found.firmware, **firmware))


def sorted_as(story: Story, sorting: str, *repairs: str) -> Story:
    told = {"grade": "B", "reason": "x", "raise": None, "sorting": sorting, "repairs": list(repairs)}
    return story.add("grade.set", told)


SWOLLEN = {"name": "condition", "outcome": "fail", "reasons": [], "facts": {"battery_swollen": "yes"}}


def story(held: str) -> Story:
    """Return a machine that went all the way, with one thing that holds it back."""
    found = locked(admin_password=True) if held == "password" else plain()
    found = locked(absolute="active") if held == "absolute" else found
    made = Story(number()).audit(found)
    if held == "repair":
        sorted_as(made, "repair", "changer le clavier")
    if held == "parts":
        sorted_as(made, "parts")
    if held == "battery":
        made.add("test.result", SWOLLEN)
    return made.wipe(NVME).install(NVME).end()


SAID = {
    "password": "mot de passe du BIOS",
    "absolute": "Absolute est ACTIF",
    "repair": "changer le clavier",
    "parts": "pour les pièces seulement",
    "battery": "BATTERIE GONFLÉE",
}


@pytest.mark.parametrize("held", SAID)
def test_what_holds_a_machine_back_holds_it_back_everywhere(browser: Client, held: str) -> None:
    from recond.server.models import Card

    made = story(held)
    card = project(made.events)
    assert card["ready"] is False
    assert label_from_card(card).destiny is Destiny.REVIEW
    assert headline(card, ExitCode.OK) is Headline.REVIEW
    send(made)
    row = Card.objects.get(pk=made.uid)
    assert (row.ready, row.word, row.colour) == (False, "À REVOIR", "bad")
    page = text(browser, f"/machines/{made.uid}/")
    assert "À REVOIR" in page and "PRÊTE" not in page and SAID[held] in page
    assert give(browser, made) == 409
    assert SAID[held] in text(browser, f"/machines/{made.uid}/remettre")


def test_what_holds_nothing_back_is_ready_everywhere(browser: Client) -> None:
    from recond.server.models import Card

    made = story("nothing")
    card = project(made.events)
    assert card["ready"] is True and label_from_card(card).destiny is Destiny.READY
    assert headline(card, ExitCode.OK) is Headline.READY
    send(made)
    row = Card.objects.get(pk=made.uid)
    assert (row.ready, row.word) == (True, "PRÊTE")
    assert give(browser, made) == 302


def test_a_machine_found_swollen_once_it_was_ready_does_not_leave_any_more(browser: Client) -> None:
    from recond.server.models import Card

    made = story("nothing")
    send(made)
    assert Card.objects.get(pk=made.uid).ready is True
    later = Story(number(), uid=made.uid, lot=made.lot)
    later.tag, later.start = made.tag, made.start.replace(year=2027)
    later.run = later.new_id()
    send(later.add("run.started", {"kind": "test"}).add("test.result", SWOLLEN))
    row = Card.objects.get(pk=made.uid)
    assert (row.ready, row.word) == (False, "À REVOIR")
    assert give(browser, made) == 409


def test_a_machine_that_left_stays_out_when_it_would_be_held_back_today(browser: Client) -> None:
    from recond.server.models import Card

    made = story("nothing")
    send(made)
    assert give(browser, made, kind="gift") == 302
    later = Story(number(), uid=made.uid, lot=made.lot)
    later.tag, later.start = made.tag, made.start.replace(year=2027)
    later.run = later.new_id()
    send(later.add("test.result", SWOLLEN))
    assert Card.objects.get(pk=made.uid).word == "DONNÉE"
