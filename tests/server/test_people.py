"""Accounts on the pages: made without a password, opened by their owner with a one-time code, shut at once; and the journal."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.server.test_pages import browser, number
from tests.server.test_workshop import account, place, text

__all__ = ["browser"]

WORDS = "trois petits chats gris"
HERE = {"host": "127.0.0.1:8017"}


def user(name: str) -> Any:
    from django.contrib.auth.models import User

    return User.objects.get(username=name)


def made(client: Client, name: str, role: str = "bénévole", at: int | str = "") -> str:
    """Make an account on the page and return its code."""
    answer = client.post("/personnes/", {"name": name, "role": role, "place": at})
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    found = re.search(r"<code>([A-Z0-9-]{17})</code>", answer.content.decode())
    assert found, answer.content.decode()
    return found[1]


def choose(name: str, code: str, password: str = WORDS, again: str | None = None) -> int:
    stranger = Client(headers=HERE)
    told = {"name": name, "code": code, "password": password, "again": password if again is None else again}
    return stranger.post("/connexion/premier", told).status_code


def enters(name: str, password: str = WORDS) -> bool:
    return Client(headers=HERE).login(username=name, password=password)


def test_an_account_is_opened_by_its_owner_once(browser: Client) -> None:
    boss = account(f"chef{number()}", "responsable")
    name, where = f"lea{number()}", place(f"Atelier {number()}")
    code = made(boss, name, at=where)
    assert not user(name).is_active and not enters(name)
    assert code not in text(boss, "/personnes/"), "shown this once"
    for wrong in ((name, code[:-1] + "Z"), ("autre", code)):
        assert choose(*wrong) == 200 and not user(name).is_active
    assert choose(name, code, "court") == 200 and choose(name, code, WORDS, "autre chose") == 200
    assert not user(name).is_active
    assert choose(name.upper(), code.lower().replace("-", " ")) == 302
    assert enters(name)
    assert choose(name, code, "une autre phrase longue") == 200 and enters(name), "a code serves once"
    assert "attend son mot de passe" not in text(boss, "/personnes/")
    said = text(boss, "/journal/")
    assert name in said and "mot de passe choisi" in said and "créé (bénévole" in said


def test_a_code_that_is_too_old_opens_nothing(browser: Client) -> None:
    from django.utils import timezone

    from recond.server.ledger import Passcode

    boss, name = account(f"chef{number()}", "responsable"), f"lea{number()}"
    code = made(boss, name)
    Passcode.objects.filter(user__username=name).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert choose(name, code) == 200 and not enters(name)
    assert not Passcode.objects.filter(code_sha256=code).exists(), "kept as a hash"


def test_a_forgotten_password(browser: Client) -> None:
    boss, name = account(f"chef{number()}", "responsable"), f"lea{number()}"
    inside = account(name, "bénévole")
    answer = boss.post(f"/personnes/{user(name).pk}/code")
    found = re.search(r"<code>([A-Z0-9-]{17})</code>", answer.content.decode())
    assert found and enters(name, "trois petits chats"), "the old one is good until then"
    assert choose(name, found[1]) == 302
    assert not enters(name, "trois petits chats") and enters(name)
    assert inside.get("/").status_code == 302, "sessions opened with the old one end"


def test_an_account_that_is_shut_is_out_at_once(browser: Client) -> None:
    boss, name = account(f"chef{number()}", "responsable"), f"lea{number()}"
    inside = account(name, "bénévole")
    assert inside.get("/").status_code == 200
    assert boss.post(f"/personnes/{user(name).pk}/fermer").status_code == 302
    assert inside.get("/").status_code == 302 and not enters(name, "trois petits chats")
    assert "fermé" in text(boss, "/personnes/")


def test_the_last_coordinator_stays(browser: Client) -> None:
    name = f"chef{number()}"
    boss = account(name, "responsable")
    pk = user(name).pk
    made(boss, f"autre{number()}", "responsable")  # not opened yet: nobody who can enter
    answer = boss.post(f"/personnes/{pk}/fermer")
    assert answer.status_code == 409 and "dernière personne responsable" in answer.content.decode()
    answer = boss.post(f"/personnes/{pk}/", {"role": "bénévole", "place": ""})
    assert answer.status_code == 200 and "dernière personne responsable" in answer.content.decode()
    assert user(name).is_active and boss.get("/etat/").status_code == 200
    account(f"second{number()}", "responsable")
    assert boss.post(f"/personnes/{pk}/", {"role": "bénévole", "place": ""}).status_code == 302
    assert boss.get("/personnes/").status_code == 403


def test_the_first_account_is_a_coordinators(browser: Client) -> None:
    from django.contrib.auth.models import User

    answer = browser.post("/personnes/", {"name": "lea", "role": "lecture", "place": ""})
    assert "premier compte" in answer.content.decode() and not User.objects.exists()
    code = made(browser, "chef", "responsable")
    assert browser.get("/personnes/").status_code == 200, "nobody is shut out while the first account waits"
    answer = browser.post("/personnes/", {"name": "lea", "role": "lecture", "place": ""})
    assert "premier compte" in answer.content.decode()
    assert choose("chef", code) == 302
    assert browser.get("/personnes/").status_code == 302, "now everybody logs in"


def test_role_and_place_are_changed(browser: Client) -> None:
    boss, name = account(f"chef{number()}", "responsable"), f"lea{number()}"
    inside = account(name, "lecture")
    assert inside.get("/besoins/").status_code == 403
    where = f"Atelier {number()}"
    told = {"role": "bénévole", "place": place(where)}
    assert boss.post(f"/personnes/{user(name).pk}/", told).status_code == 302
    assert inside.get("/besoins/").status_code == 200
    assert where in text(boss, "/personnes/") and where in text(boss, "/journal/")


@pytest.mark.parametrize("name", ["", "a" * 151, "un nom", "<script>", "x\ny"])
def test_names_that_are_no_names(browser: Client, name: str) -> None:
    from django.contrib.auth.models import User

    boss = account(f"chef{number()}", "responsable")
    before = User.objects.count()
    assert boss.post("/personnes/", {"name": name, "role": "lecture", "place": ""}).status_code == 200
    assert User.objects.count() == before


def test_the_journal_is_filtered_and_is_the_coordinations(browser: Client) -> None:
    from recond.server.work import Action

    boss = account(f"chef{number()}", "responsable")
    mark = f"m{number()}"
    for n in range(3):
        Action.objects.create(by=f"{mark}-{n}", what="lot", target=f"{mark} {n}", detail="créé")
    old = Action.objects.create(by=mark, what="lot", target=f"{mark} vieux")
    Action.objects.filter(pk=old.pk).update(at=old.at - timedelta(days=40))
    assert "4 actions" in text(boss, f"/journal/?who={mark}")
    assert "1 action" in text(boss, f"/journal/?what=lot+{mark}+vieux")
    day = f"{old.at - timedelta(days=39):%Y-%m-%d}"
    assert "3 actions" in text(boss, f"/journal/?who={mark}&since={day}")
    assert f"{mark} vieux" in text(boss, f"/journal/?who={mark}&until={day}")
    assert boss.get("/journal/?since=hier&page=x").status_code == 200
    for role in ("lecture", "bénévole"):
        assert account(f"x{number()}", role).get("/journal/").status_code == 403
    assert boss.post("/journal/").status_code == 405, "nothing is changed there"
