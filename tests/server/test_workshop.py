"""The workshop's own life on the pages: lots, places, needs, hand-overs, who may do what. Machines come through the API."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from tests.server.story import HDD, NVME, Story, disk, machine, whole
from tests.server.test_pages import Page, browser, number, send

__all__ = ["browser"]


def account(name: str, role: str, place: str | None = None) -> Client:
    """Make an account and return its browser, logged in."""
    from recond.server import manage

    manage.create_user(name, "trois petits chats", role, place)
    made = Client(headers={"host": "127.0.0.1:8017"})
    assert made.login(username=name, password="trois petits chats")
    return made


def place(name: str) -> int:
    from recond.server.work import Place

    return int(Place.objects.get_or_create(name=name)[0].pk)


def text(client: Client, address: str, code: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == code, address
    return Page(answer.content.decode()).text


def ready(lot: str | None = None, ram_gib: int = 8) -> Story:
    """Return a machine that went all the way, sent."""
    made = Story(number(), lot=lot or f"lot-{number()}")
    found = machine(disk(NVME), disk(HDD))
    made.audit(replace(found, memory=replace(found.memory, total_bytes=ram_gib << 30))).wipe(NVME).wipe(HDD).install(
        NVME
    ).end()
    send(made)
    return made


def give(client: Client, story: Story, **other: str) -> int:
    told = {"beneficiary": "Famille Martin", "kind": "loan", "at": "2026-11-23", "due_on": "", "place": "", **other}
    return client.post(f"/machines/{story.uid}/remettre", told).status_code


def all_lots(browser: Client) -> str:
    """Return every page of the list of lots: other tests' lots are in it as well."""
    pages = [browser.get("/lots/").content.decode()]
    while f"page={len(pages) + 1}" in pages[-1]:
        pages.append(browser.get("/lots/", {"page": len(pages) + 1}).content.decode())
    return "".join(pages)


def test_a_lot_announced_and_seen(browser: Client) -> None:
    lot = f"2026-11-CD44-{number()}"
    told = {"name": lot, "donor": "Département", "expected": "3", "received_on": "2026-11-02", "weight_kg": "42.5"}
    assert browser.post("/lots/nouveau", told).status_code == 302
    one, bad = ready(lot), Story(number(), lot=lot)
    send(bad.audit(machine(disk(NVME))).wipe(NVME, "FAILED").end("aside", 10))
    page = text(browser, f"/lots/{lot}/")
    assert "2 vues sur 3 annoncées" in page and "1 manquante" in page and "1 PRÊTE" in page and "1 NON EFFACÉE" in page
    assert one.tag in text(browser, f"/lots/{lot}/grille") and bad.tag in text(browser, "/a-traiter/")
    assert lot in all_lots(browser) and text(browser, "/lots/unknown/", 404)


def test_only_what_is_ready_leaves(browser: Client) -> None:
    from recond.server.work import Handover

    bad = Story(number())
    send(bad.audit(machine(disk(NVME))).wipe(NVME, None))
    assert give(browser, bad) == 409 and "ne peut pas partir" in text(browser, f"/machines/{bad.uid}/remettre")
    good = ready()
    assert give(browser, good, kind="gift", due_on="2027-01-01") == 200, "a gift with a date to give it back"
    assert give(browser, good) == 302
    assert "PRÊTÉE" in text(browser, f"/machines/{good.uid}/")
    assert give(browser, good) == 409, "it is out already"
    assert Handover.objects.filter(uid__in=[bad.uid, good.uid]).count() == 1


def test_what_comes_back_is_not_ready_any_more(browser: Client) -> None:
    from recond.server.models import Card, Event
    from recond.server.work import Handover

    story = ready()
    give(browser, story)
    row = Handover.objects.get(uid=story.uid)
    assert browser.post(f"/remises/{row.pk}/", {"on": "2026-12-24"}).status_code == 302
    card = Card.objects.get(pk=story.uid).body
    assert card["ready"] is False and {one["wipe"] for one in card["disks"]} == {None} and card["install"] is None
    assert card["operator"] == "LM", "who handed it out did not work on it"
    assert give(browser, story) == 409
    bodies = Event.objects.filter(uid=story.uid, type="handover.recorded").values_list("body", flat=True)
    assert len(bodies) == 2 and not any("Martin" in body for body in bodies), "no beneficiary in an event"


def test_a_need_finds_its_machines(browser: Client) -> None:
    from recond.server.work import Need

    story = ready(ram_gib=48)  # Machines of other tests wait as well, and a page shows the first few only.
    told = {"asker": f"École {number()}", "kind": "school", "count": "1", "chassis": "laptop", "min_ram_gib": "48"}
    browser.post("/besoins/nouveau", told)
    need = Need.objects.get(asker=told["asker"])
    assert story.tag in text(browser, f"/besoins/{need.pk}/")
    given = {"beneficiary": "École", "kind": "gift", "at": "2026-11-23"}
    assert browser.post(f"/machines/{story.uid}/remettre?besoin={need.pk}", given).status_code == 302
    assert "couvert" in text(browser, f"/besoins/{need.pk}/")
    desktop = {**told, "asker": f"Bureau {number()}", "chassis": "desktop"}
    browser.post("/besoins/nouveau", desktop)
    other = ready()
    page = f"/besoins/{Need.objects.get(asker=desktop['asker']).pk}/"
    assert f"remettre {other.tag}" not in text(browser, page)


def test_why_a_machine_answers_a_need_or_does_not(browser: Client) -> None:
    from recond.server.work import Need

    told = {"asker": f"Bureau {number()}", "kind": "school", "count": "1", "chassis": "desktop", "min_ram_gib": "128"}
    browser.post("/besoins/nouveau", told)
    need = Need.objects.get(asker=told["asker"])
    laptop = ready(ram_gib=96)
    page = f"/besoins/{need.pk}/"
    said = text(browser, f"{page}?etiquette={laptop.tag.lower()}")
    assert (
        "ne convient pas" in said and "un fixe est demandé" in said and "96 Go de mémoire, et 128 sont demandés" in said
    )
    assert "ne conviennent pas" in said or "machine prête ne convient pas" in said
    bad = Story(number())
    send(bad.audit(machine(disk(NVME))).wipe(NVME, None))
    assert "pas prête : Effacer le disque" in text(browser, f"{page}?etiquette={bad.tag}")
    assert "Aucune machine d'ici" in text(browser, f"{page}?etiquette=RIEN")
    browser.post(f"/besoins/{need.pk}/modifier", {**told, "chassis": "laptop", "min_ram_gib": "96"})
    said = text(browser, f"{page}?etiquette={laptop.tag}")
    assert "portable comme demandé, 96 Go pour 96 demandés, note B" in said and "ne convient pas ce" not in said
    assert give(browser, laptop) == 302
    said = text(browser, f"{page}?etiquette={laptop.tag}")
    assert "elle est déjà remise" in said and f"remettre {laptop.tag}" not in said


def test_a_workshop_sees_its_own_and_the_coordination_all(browser: Client) -> None:
    here, there = place("Atelier Nord"), place("Atelier Sud")
    one, two = ready(), ready()
    for story, target in ((one, here), (two, there)):
        assert browser.post(f"/lots/{story.lot}/deplacer", {"place": target}).status_code == 302
    north, all_ = account(f"nord{number()}", "bénévole", "Atelier Nord"), account(f"coord{number()}", "responsable")
    assert text(north, f"/machines/{one.uid}/") and text(north, f"/machines/{two.uid}/", 404)
    assert two.tag not in text(north, f"/?q={two.tag}") and two.tag in text(all_, f"/?q={two.tag}")
    assert north.post(f"/machines/{two.uid}/deplacer", {"place": here}).status_code == 404
    assert north.post(f"/machines/{two.uid}/remettre", {}).status_code == 404
    assert all_.post(f"/machines/{two.uid}/deplacer", {"place": here}).status_code == 302
    assert text(north, f"/machines/{two.uid}/"), "one machine that was moved alone"


RESERVED = {
    "bénévole": ("/cles/", "/personnes/", "/lieux/nouveau", "/lieux/association"),
    "lecture": ("/cles/", "/personnes/", "/lieux/nouveau", "/besoins/", "/besoins/nouveau", "/lots/nouveau"),
}


@pytest.mark.parametrize("role", RESERVED)
def test_pages_of_others_are_refused(browser: Client, role: str) -> None:
    from recond.server.models import Stick
    from recond.server.work import Handover, Place

    story = ready()
    client = account(f"x{number()}", role)
    stick = Stick.objects.create(name="essai", token_sha256=f"{number():064d}")
    places = Place.objects.count()
    for address in RESERVED[role]:
        assert "réservée" in text(client, address, 403)
        assert client.post(address, {"name": "intrus", "asker": "intrus"}).status_code in (403, 405)
    assert client.post(f"/cles/{stick.pk}/retirer").status_code == 403
    if role == "lecture":
        assert give(client, story) == 403 and client.post(f"/lots/{story.lot}/deplacer", {}).status_code == 403
    stick.refresh_from_db()
    assert stick.revoked_at is None and Place.objects.count() == places
    assert not Handover.objects.filter(uid=story.uid).exists()


def test_every_action_is_written_down(browser: Client) -> None:
    client = account(f"lea{number()}", "responsable")
    name = f"Atelier {number()}"
    client.post("/lieux/nouveau", {"name": name, "kind": "workshop"})
    client.post("/cles/", {"name": "clé 12"})
    said = text(client, "/journal/")
    assert name in said and "code d'enrôlement donné" in said and "lea" in said


def test_forms_are_guarded_against_other_sites(browser: Client) -> None:
    client = Client(headers={"host": "127.0.0.1:8017"}, enforce_csrf_checks=True)
    for address in ("/lots/nouveau", "/cles/", "/lieux/nouveau", "/besoins/nouveau"):
        assert client.post(address, {"name": "x"}).status_code == 403


def test_every_page_stands_hostile_names(browser: Client, site: Path) -> None:
    evil = '<script>alert(1)</script>"onload='
    lot = f"{evil[:40]}{number()}"
    target = place(evil[:60])
    story = Story(number(), lot=f"l{number()}")
    send(story.audit(machine(disk(NVME), product=evil, version=evil)).wipe(NVME).install(NVME).end())
    browser.post("/lots/nouveau", {"name": lot.replace("/", ""), "donor": evil, "note": evil})
    browser.post("/besoins/nouveau", {"asker": evil, "kind": "family", "count": 1, "chassis": "any", "min_ram_gib": 1})
    browser.post(f"/machines/{story.uid}/deplacer", {"place": target})
    give(browser, story, beneficiary=evil)
    for address in ("/", "/lots/", "/a-traiter/", "/besoins/", "/lieux/", "/chiffres/", "/cles/", "/personnes/",
                    f"/machines/{story.uid}/", f"/lots/{story.lot}/"):  # fmt: skip
        page = Page(browser.get(address).content.decode())
        assert page.tags.count("script") <= 1, address


@pytest.mark.parametrize("name", ["a/b", "..", ".", "~1~0", "<b>lot</b>", "50 % ?#&"])
def test_a_lot_of_any_name_has_its_page(browser: Client, name: str) -> None:
    story = ready(name)
    listed, address = all_lots(browser), reverse("lot", args=[name])
    assert escape(address) in listed and "/../" not in address and story.tag in text(browser, f"{address}grille")


def test_figures_add_up(browser: Client) -> None:
    ready()
    said = text(browser, "/chiffres/")
    assert "Machines" in said and "PRÊTE" in said
    assert whole(1).tag


def test_guessing_a_password_takes_longer_and_longer(browser: Client) -> None:
    from recond.server import manage

    name = f"lea{number()}"
    manage.create_user(name, "trois petits chats")
    client = Client(headers={"host": "127.0.0.1:8017"})

    def attempt(password: str) -> str:
        answer = client.post("/connexion/", {"username": name, "password": password})
        return "in" if answer.status_code == 302 else Page(answer.content.decode()).text

    for _ in range(5):
        assert "attendez" not in attempt("un petit chien")
    assert "attendez" in attempt("trois petits chats"), "not even the right one is looked at meanwhile"


def test_a_tag_on_two_machines_waits_for_a_person_until_one_has_another(browser: Client) -> None:
    earlier = number()
    one, two = ready(), Story(earlier)
    said = text(browser, "/a-traiter/")
    assert one.tag not in said.partition("Une étiquette, plusieurs machines")[2]
    two.tag = one.tag
    send(two.audit(machine(disk(NVME))))
    assert one.tag in text(browser, "/a-traiter/").partition("Une étiquette, plusieurs machines")[2], "at once"
    again = Story(earlier + 1, uid=two.uid)
    send(again.audit(machine(disk(NVME))))
    assert one.tag not in text(browser, "/a-traiter/").partition("Une étiquette, plusieurs machines")[2], (
        "at once again"
    )


def test_a_shared_tag_whose_note_was_lost_is_found_at_the_next_start(browser: Client) -> None:
    from recond.server import cards
    from recond.server.models import Twice

    earlier = number()
    one, two = ready(), Story(earlier)
    two.tag = one.tag
    send(two.audit(machine(disk(NVME))))
    assert one.tag in text(browser, "/a-traiter/"), "its card is made"
    Twice.objects.filter(pk=one.tag).delete()  # as if the power had gone between the card and the note
    assert one.tag not in text(browser, "/a-traiter/").partition("Une étiquette, plusieurs machines")[2]
    cards.find_doubled()
    assert one.tag in text(browser, "/a-traiter/").partition("Une étiquette, plusieurs machines")[2]
    send(Story(earlier + 1, uid=two.uid).audit(machine(disk(NVME))))
    assert one.tag not in text(browser, "/a-traiter/").partition("Une étiquette, plusieurs machines")[2], "mended"
