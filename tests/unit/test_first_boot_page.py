"""The page "Bien démarrer": what is installed is shown, the workshop's contacts are there and cannot run anything."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path

import pytest
from owner import page, pagetexts
from owner.contacts import Contacts, read_contacts
from owner.system import System


class Seen(HTMLParser):
    """What a browser would take from a page: its text, its links, its elements; and that every element is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text, self.links, self.tags, self.open = "", [""][:0], set[str](), [""][:0]
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        if tag not in ("meta", "path"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert tag == "path" or self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


HELP = {
    "name": "Ordi <Tous>",
    "phone": "04 78",
    "email": "a@b.org",
    "web": "https://b.org/?a=1&b=2",
    "text": "un\ndeux",
}


def make(tmp_path: Path, told: object = None) -> System:
    system = System(tmp_path, practice=True)
    system.write("/etc/os-release", 'PRETTY_NAME="x"\nNAME="Debian GNU/Linux"\nVERSION_ID="13"\n')
    system.write("/usr/share/applications/firefox-esr.desktop", "")
    system.write("/usr/share/applications/kde/vlc.desktop", "")
    if told is not None:
        system.write("/etc/recond/help.json", told if isinstance(told, str) else json.dumps(told))
    page.write_pages(system)
    return system


def test_the_page_shows_what_is_installed_and_whom_to_ask(tmp_path: Path) -> None:
    system = make(tmp_path, HELP)
    seen = Seen(system.read("/var/lib/recond/welcome/fr.html"))
    assert "Debian 13" in seen.text and "Firefox" in seen.text and "lecteur" in seen.text
    assert "CV, tableaux" not in seen.text and "3 à 12 ans" not in seen.text
    assert "Ordi <Tous>" in seen.text and "script" not in seen.tags
    assert seen.links == ["en.html", "mailto:a@b.org", "https://b.org/?a=1&b=2"]
    assert "\u00ab\u00a0" in seen.text and "\u00ab " not in seen.text and " :" not in seen.text
    assert "Ordi <Tous>" in Seen(system.read("/var/lib/recond/welcome/en.html")).text


@pytest.mark.parametrize("told", [None, "{", [], {"name": 3, "phone": "  "}])
def test_without_contacts_the_page_says_so_neutrally(tmp_path: Path, told: object) -> None:
    seen = Seen(make(tmp_path, told).read("/var/lib/recond/welcome/fr.html"))
    assert "l'association ou à la personne qui vous a remis" in seen.text
    assert read_contacts(System(tmp_path)) == Contacts()


def test_a_contact_cannot_bring_a_program(tmp_path: Path) -> None:
    evil = {"web": "javascript:alert(1)", "email": "x@y.org?body=<script>", "address": "<script>alert(1)</script>"}
    seen = Seen(make(tmp_path, evil).read("/var/lib/recond/welcome/fr.html"))
    assert "script" not in seen.tags and seen.links == ["en.html"]


def test_nothing_is_fetched_from_anywhere(tmp_path: Path) -> None:
    text = make(tmp_path).read("/var/lib/recond/welcome/fr.html")
    assert "url(" not in text and "@import" not in text and "http" not in text


def test_both_languages_have_the_same_cards() -> None:
    fr, en = pagetexts.FR, pagetexts.EN
    assert fr.keys() == en.keys()
    assert [card.programs for card in fr["cards"]] == [card.programs for card in en["cards"]]  # type: ignore[attr-defined]
    assert [card.icon for card in fr["cards"]] == [card.icon for card in en["cards"]]  # type: ignore[attr-defined]
