"""The pages: nothing is shown as good that was not recorded, and no text of a vendor or a stick does anything."""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recond.core import canonical
from recond.core.machine import Machine
from tests.server.story import HDD, NVME, Story, disk, machine, whole

HERE = "127.0.0.1:8017"
BOTH = machine(disk(NVME), disk(HDD))


class Page(HTMLParser):
    """What a browser would make of a page: its words, its tags and its addresses."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.colours: dict[str, str] = {}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        known = dict(attrs)
        self.addresses += [str(known[key]) for key in ("src", "href", "action") if known.get(key)]
        assert not any(key.startswith("on") or key == "style" for key in known), attrs

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.words.append(" ".join(data.split()))

    @property
    def text(self) -> str:
        return " ".join(self.words)


@pytest.fixture
def browser(site: Path) -> Iterator[Client]:
    """Return a browser on the server's own machine, without an account."""
    from django.contrib.auth.models import User

    User.objects.all().delete()
    yield Client(headers={"host": HERE})
    User.objects.all().delete()


def send(*stories: Story) -> None:
    from recond.server import ingest

    for story in stories:
        answers = ingest.take(b"\n".join(canonical.encode(item) for item in story.events), None)
        assert {answer.status for answer in answers} == {"stored"}, answers


def see(browser: Client, address: str) -> Page:
    answer = browser.get(address)
    assert answer.status_code == 200, address
    html = answer.content.decode()
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    page = Page(html)
    assert "script" not in page.tags
    assert all(one.startswith(("/", "#", "?")) and not one.startswith("//") for one in page.addresses), page.addresses
    return page


def tile_of(browser: Client, story: Story) -> str:
    """Return what the list says of one machine."""
    html = browser.get("/", {"q": story.tag}).content.decode()
    found = re.findall(r'<li class="tile (\w+)">(.*?)</li>', html, re.DOTALL)
    mine = [(colour, Page(part).text) for colour, part in found if story.uid in part]
    assert len(mine) == 1, found
    return f"{mine[0][0]}: {mine[0][1]}"


def number() -> int:
    return 1000 + uuid.uuid4().int % 900_000


def test_a_machine_that_went_all_the_way(browser: Client) -> None:
    story = whole(number())
    send(story)
    told = tile_of(browser, story)
    assert told.startswith(f"good: {story.tag} ✓ PRÊTE LENOVO ThinkPad T480")
    assert "256 Go : EFFACÉ 500 Go : EFFACÉ" in told and "lot 2026-07-CD44-01" in told
    page = see(browser, f"/machines/{story.uid}/")
    for words in ("PF0XK3B2", "SAMSUNG MZVLB256HAHQ-000L7", "256 Go sur 256 Go", "5d" * 32, "INSTALLÉ ET VÉRIFIÉ",
                  "31 204 fichiers relus", "Intel Core i5-8350U, 4 cœurs", "87 %", "secteurs réalloués non atteints",
                  "Effacement fini", "Fin"):  # fmt: skip
        assert words in page.text, words


BAD_ENDS: dict[str, tuple[Any, str]] = {
    "cut off": (lambda s: s.wipe(NVME).wipe(HDD, None), "NON EFFACÉE"),
    "cut off, and called ready": (lambda s: s.wipe(NVME).wipe(HDD, None).install(NVME).end("ready"), "NON EFFACÉE"),
    "failed": (lambda s: s.wipe(NVME).wipe(HDD, "FAILED").end("aside", 10), "NON EFFACÉE"),
    "unproven": (lambda s: s.wipe(NVME).wipe(HDD, "UNPROVEN").end("aside", 11), "NON EFFACÉE"),
    "exceptions": (lambda s: s.wipe(NVME).wipe(HDD, "ERASED_WITH_EXCEPTIONS").end("aside", 10), "NON EFFACÉE"),
    "a word nobody knows": (lambda s: s.wipe(NVME).wipe(HDD, "SHINY").install(NVME).end("ready"), "NON EFFACÉE"),
    "one disk left out": (lambda s: s.wipe(NVME).install(NVME).end("ready"), "À VÉRIFIER"),
    "called wiped, one disk left out": (lambda s: s.wipe(NVME).end("wiped"), "À VÉRIFIER"),
    "called ready, no system": (lambda s: s.wipe(NVME).wipe(HDD).end("ready"), "À VÉRIFIER"),
    "system failed": (lambda s: s.wipe(NVME).wipe(HDD).install(NVME, "failed").end("ready"), "INSTALLATION RATÉE"),
    "wiped again and cut off": (lambda s: s.wipe(NVME).wipe(HDD).install(NVME).end().wipe(HDD, None), "NON EFFACÉE"),
}


@pytest.mark.parametrize(("tell", "word"), BAD_ENDS.values(), ids=BAD_ENDS.keys())
def test_what_was_not_done_is_not_shown_as_done(browser: Client, tell: Any, word: str) -> None:
    story = Story(number()).audit(BOTH)
    tell(story)
    send(story)
    assert tile_of(browser, story).startswith(f"bad: {story.tag} ✗ {word}")
    page = see(browser, f"/machines/{story.uid}/")
    assert f"{word}" in page.text and "✓ PRÊTE" not in page.text and "✓ EFFACÉE" not in page.text


def test_a_run_on_another_day_completes_the_card(browser: Client) -> None:
    first = Story(number()).audit(BOTH).wipe(NVME).wipe(HDD, None)
    second = Story(int(first.tag.split("-")[1]) + 1, uid=first.uid)
    second.tag = first.tag
    second.audit(BOTH).wipe(HDD).wipe(NVME).end("wiped")
    # The runs arrive in the wrong order: the card is made of all of them, in the order they were made.
    send(second, first)
    assert tile_of(browser, first).startswith(f"good: {first.tag} ✓ EFFACÉE")


HOSTILE = "<script>alert(1)</script>\" onmouseover='alert(1)' <img src=//evil.example/x> {{ 7|add:7 }} \u202e\x1b[2J"


def test_a_hostile_vendor_text_is_text(browser: Client) -> None:
    found = machine(disk(NVME), product=HOSTILE, version=HOSTILE)
    story = Story(number(), lot="<b>lot</b>").audit(found)
    story.add("note.added", {"text": HOSTILE}).add("test.result", {"result": HOSTILE})
    story.events[-1]["type"] = "robot.dance"
    story.events[-1]["actor"] = {"operator": HOSTILE, "stick": [HOSTILE]}
    send(story)
    assert "<script>alert(1)</script>" in tile_of(browser, story)
    page = see(browser, f"/machines/{story.uid}/")
    assert "<script>alert(1)</script>" in page.text and "robot.dance" in page.text
    assert "img" not in page.tags and "b" not in page.tags
    assert "\u202e" not in page.text and "\x1b" not in page.text and "{{ 7" in page.text
    see(browser, "/?q=%3Cscript%3Ealert(1)%3C/script%3E%22%00")


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 10**400) | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8)
    | st.sampled_from(["ERASED", "ok", "ready"]),
    lambda inner: st.lists(inner, max_size=2)
    | st.dictionaries(st.sampled_from(["disk", "disks", "identity", "verdict", "size_bytes", "text", "name"]), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip
KINDS = ("audit.hardware", "audit.disk_health", "wipe.started", "wipe.disk", "install.completed", "grade.set", "state.set",
         "note.added", "label.printed", "run.ended", "handover.recorded")  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(KINDS), st.data())
def test_no_payload_hides_another_machine(browser: Client, kind: str, data: st.DataObject) -> None:
    """Whatever a broken or foreign stick sends, its event is kept and every page still opens."""
    neighbour = whole(number())
    story = Story(number()).audit(BOTH).wipe(NVME).wipe(HDD).install(NVME)
    good: dict[str, Any] = next((dict(one["payload"]) for one in story.events if one["type"] == kind), {})
    keys = st.sampled_from(
        [*good, "verdict", "result", "state", "text", "exit_code", "machine", "disk", "checks", "caveats"]
    )
    story.add(kind, {**good, **data.draw(st.dictionaries(keys, JSON, max_size=3))})
    send(neighbour, story)
    assert tile_of(browser, neighbour).startswith("good:")
    tile_of(browser, story)
    see(browser, f"/machines/{story.uid}/")


def test_search(browser: Client) -> None:
    story = whole(number())
    send(story)
    for wanted in ("", f"{story.tag} ", "s4dynx0r123456 ", "T480 lenovo ", "cd44-01 ", "pf0xk3 "):
        # The number of the tag alone finds it among all the others; with another word, both must fit.
        assert story.uid in browser.get("/", {"q": wanted + story.tag.split("-")[1]}).content.decode(), wanted
        assert story.uid not in browser.get("/", {"q": wanted + "nothing-like-it"}).content.decode(), wanted
    assert "Aucune machine ne correspond" in see(browser, "/?q=100%25").text
    assert browser.get(f"/M/{story.tag}").headers["Location"] == f"/machines/{story.uid}/"
    assert browser.get(f"/M/{story.tag.lower()}").headers["Location"] == f"/machines/{story.uid}/"


@pytest.mark.parametrize(
    "address", ["/machines/nothing/", "/M/MDL-0000-0", "/pieces/" + "0" * 64, "/pieces/x", "/nowhere"]
)
def test_what_is_not_there_is_said_in_french(browser: Client, address: str) -> None:
    answer = browser.get(address)
    assert answer.status_code == 404
    assert "Introuvable" in answer.content.decode()


def test_the_label_and_the_pieces(browser: Client) -> None:
    from recond.server import blobs

    picture = blobs.PNG + b"a picture"
    page = b"<html><script>alert(1)</script>"
    names = [hashlib.sha256(data).hexdigest() for data in (picture, page)]
    for name, data in zip(names, (picture, page), strict=True):
        blobs.store(name, data)
    story = Story(number()).audit(BOTH)
    pieces = (
        {"sha256": names[0], "name": "label.png"}, {"sha256": names[1], "name": "x.html"}, {"sha256": "e" * 64, "name": "late"},
    )  # fmt: skip
    send(story.add("label.printed", {"printer": "png", "outcome": "saved", "file": "label.png"}, pieces))
    shown = see(browser, f"/machines/{story.uid}/")
    assert f"/pieces/{names[0]}" in shown.addresses and "img" in shown.tags
    assert "late : pas arrivée" in shown.text and f"/pieces/{'e' * 64}" not in shown.addresses
    answer = browser.get(f"/pieces/{names[0]}")
    assert (answer.headers["Content-Type"], answer.content) == ("image/png", picture)
    answer = browser.get(f"/pieces/{names[1]}")
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_the_pages_open_without_an_account_on_this_machine_only(browser: Client) -> None:
    for name in (HERE, "localhost:8017", "[::1]:8017"):
        assert browser.get("/", headers={"host": name}).status_code == 200
    for name in ("evil.example", "evil.example:8017", "127.0.0.1.evil.example", "192.168.1.20:8017"):
        answer = browser.get("/", headers={"host": name})
        assert answer.status_code == 403 and "Pages fermées" in answer.content.decode()


def test_with_an_account_everybody_logs_in(browser: Client) -> None:
    from recond.core.errors import UsageError
    from recond.server import manage

    story = whole(number())
    send(story)
    with pytest.raises(UsageError):
        manage.create_user("lea", "1234")
    manage.create_user("lea", "trois petits chats")
    with pytest.raises(UsageError):
        manage.create_user("lea", "trois petits chats")
    wanted = f"/machines/{story.uid}/"
    for address in ("/", wanted, f"/M/{story.tag}", "/pieces/" + "0" * 64, "/?q=x&page=2"):
        answer = browser.get(address)
        assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (302, "/connexion/"), address
    assert browser.get("/api/v1/health").status_code == 200
    wrong = browser.post("/connexion/", {"username": "lea", "password": "wrong", "next": wanted})
    assert wrong.status_code == 200 and "inconnu" in wrong.content.decode()
    answer = browser.post("/connexion/", {"username": "lea", "password": "trois petits chats", "next": wanted})
    assert (answer.status_code, answer.headers["Location"]) == (302, wanted)
    assert story.tag in see(browser, wanted).text
    away = browser.post("/connexion/", {"username": "lea", "password": "trois petits chats", "next": "//evil.example/"})
    assert away.headers["Location"] == "/"
    assert browser.post("/deconnexion/").status_code == 302
    assert browser.get(wanted).status_code == 302


def test_pages_are_read_only(browser: Client) -> None:
    story = whole(number())
    send(story)
    for address in ("/", f"/machines/{story.uid}/", f"/M/{story.tag}"):
        assert browser.post(address).status_code in (403, 405)


def test_a_machine_nobody_listed_the_disks_of(browser: Client) -> None:
    empty, none = Story(number()).add("run.started", {"kind": "run"}), Story(number()).audit(Machine()).end("wiped")
    send(empty, none)
    assert tile_of(browser, empty).startswith("idle:")
    assert "SANS DISQUE" in tile_of(browser, none)
    assert "Aucun système installé" in see(browser, f"/machines/{none.uid}/").text


def test_the_database_keeps_what_it_said(site: Path) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
        assert cursor.execute("PRAGMA synchronous").fetchone()[0] == 2


def test_a_search_that_finds_too_many_shows_the_newest_and_says_so(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from recond.server import find

    lot = f"trop-{number()}"
    stories = [Story(number(), lot=lot).audit(machine(disk(NVME))) for _ in range(4)]
    send(*stories)
    seen = see(browser, f"/?q={lot.upper()}+thinkpad")
    assert all(one.tag in seen.text for one in stories) and "plus de" not in seen.text
    monkeypatch.setattr(find, "MOST", 2)
    seen = see(browser, f"/?q={lot}")
    assert f"plus de 2 pour « {lot} »" in seen.text and "ajoutez un mot" in seen.text
    assert [one.tag in seen.text for one in stories] == [False, False, True, True], "those that came last"
