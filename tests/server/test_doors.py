"""Every address of the server, as everybody: found by walking the addresses themselves, so that a new page is tried as well."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from recond.core import canonical
from tests.server.story import HDD, NVME, Story, disk, machine
from tests.server.test_pages import Page, browser, number, send
from tests.server.test_workshop import account, give, place, ready

__all__ = ["browser"]

ROLES = ("lecture", "bénévole", "responsable")
OPEN = {"login", "logout", "first-password", "language"}


@dataclass(frozen=True)
class Address:
    """One address with something real behind it. `role`: the least that may open it, None = whoever is logged in."""

    name: str
    path: str
    role: str | None


def addresses(story: Story, evil: str = "x") -> list[Address]:
    """Return every address of the pages, its blanks filled in with what exists."""
    from django.contrib.auth.models import User
    from django.urls import URLPattern, get_resolver, reverse

    from recond.server.work import Handover, Need, Place

    given, asked, where = (model.objects.order_by("-pk").first() for model in (Handover, Need, Place))
    assert given and asked and where
    blanks: dict[str, object] = {
        "uid": story.uid, "sha256": "0" * 64, "tag": story.tag, "name": story.lot, "event_id": story.events[0]["id"],
        "kind": "png", "key": "csv",
    }  # fmt: skip
    person = User.objects.order_by("pk").first()
    numbers = {"handover": given.pk, "need": asked.pk, "place": where.pk, "person": person.pk if person else 1}
    found = []
    for pattern in get_resolver().url_patterns:
        assert isinstance(pattern, URLPattern), "addresses within addresses: walk them too"
        if not pattern.name:
            continue
        pk = next((value for key, value in numbers.items() if str(pattern.name).startswith(key)), 1)
        wanted = {key: blanks[key] if key != "pk" else pk for key in pattern.pattern.converters}
        role = getattr(pattern.callback, "role", None)
        found.append(Address(str(pattern.name), reverse(str(pattern.name), kwargs=wanted), str(role) if role else None))
    assert len(found) > 45
    return found


@pytest.fixture
def world(browser: Client) -> Story:
    """Return a machine in a lot, handed over, with a need and a place."""
    story = ready()
    place(f"Atelier {number()}")
    browser.post(
        "/besoins/nouveau", {"asker": "École", "kind": "school", "count": 1, "chassis": "any", "min_ram_gib": 1}
    )
    assert give(browser, story) == 302
    return story


def everything(*but: str) -> dict[str, list[Any]]:
    """Return all rows of all tables."""
    from django.apps import apps

    left_out = {"Session", "ContentType", "Permission", *but}
    models = [model for model in apps.get_models() if model.__name__ not in left_out]
    return {model.__name__: list(model._default_manager.order_by("pk").values_list()) for model in models}


def test_a_stranger_is_sent_to_the_login(world: Story) -> None:
    account(f"lea{number()}", "responsable")
    stranger = Client(headers={"host": "127.0.0.1:8017"})
    before = everything()
    for one in addresses(world):
        for answer in (stranger.get(one.path), stranger.post(one.path, {"name": "x", "keep": "x", "runs": "x"})):
            if one.name not in OPEN:
                assert answer.status_code == 302 and answer.headers["Location"].startswith("/connexion/"), one
    assert everything() == before


@pytest.mark.parametrize("role", ROLES)
def test_everybody_opens_what_the_role_may(world: Story, role: str) -> None:
    client = account(f"x{number()}", role)
    reserved = 0
    for one in addresses(world):
        may = one.role is None or ROLES.index(one.role) <= ROLES.index(role)
        code = client.get(one.path).status_code
        if may:
            assert code in (200, 302, 404, 405), one
        else:
            reserved += 1
            assert code in (403, 405), one
            assert client.post(one.path, {"name": "x"}).status_code in (403, 405), one
        client.force_login(_user(client))
    assert reserved or role == "responsable"


def _user(client: Client) -> Any:
    from django.contrib.auth.models import User

    return User.objects.order_by("-pk").first()


FORM = {"name": "intrus", "asker": "intrus", "kind": "gift", "beneficiary": "intrus", "at": "2026-11-23", "on": "2026-11-23",
        "count": "1", "chassis": "any", "min_ram_gib": "1", "keep": "", "runs": "x", "other": "x", "place": "1"}  # fmt: skip


def test_a_reader_changes_nothing_anywhere(world: Story) -> None:
    client = account(f"x{number()}", "lecture")
    before = everything("User")
    for one in addresses(world):
        assert client.post(one.path, FORM).status_code in (302, 403, 405, 404, 200), one
        client.force_login(_user(client))
    assert everything("User") == before


def test_a_volunteer_changes_nothing_that_is_a_coordinators(world: Story) -> None:
    from recond.server.models import Stick
    from recond.server.work import Member, Place, Workshop

    client = account(f"x{number()}", "bénévole")
    tables = (Stick, Place, Member, Workshop)
    before = [list(model._default_manager.order_by("pk").values_list()) for model in tables]
    for one in addresses(world):
        client.post(one.path, FORM)
        client.force_login(_user(client))
    assert [list(model._default_manager.order_by("pk").values_list()) for model in tables] == before


def test_no_form_is_taken_from_another_site(world: Story) -> None:
    user = account(f"x{number()}", "responsable")
    client = Client(headers={"host": "127.0.0.1:8017"}, enforce_csrf_checks=True)
    client.cookies = user.cookies
    before = everything("User")
    for one in addresses(world):
        answer = client.post(
            one.path, FORM, headers={"origin": "https://evil.example", "referer": "https://evil.example/"}
        )
        assert answer.status_code in (403, 405), one
    assert everything("User") == before


HOSTILE = (
    "<xss-tag>",
    "javascript:alert(1)",
    '"\'><xss-tag onerror=alert(1) x="',
    "</title></textarea></script><xss-tag>",
    "{{7|add:7}}{%load%}",
    "' OR '1'='1",
    "\u202e\u2066\x1b[2J\x00<xss-tag>",
    "𝕏" * 300,
)


def poisoned(value: Any, counter: list[int]) -> Any:
    """Replace every text of a recorded machine that a vendor wrote by a hostile one; numbers and codes stay."""
    if isinstance(value, dict):
        kept = (
            "chassis",
            "bus",
            "medium",
            "identity_source",
            "verdict",
            "path",
            "sys_path",
            "name",
            "secure_boot",
            "mac",
        )
        return {key: one if key in kept else poisoned(one, counter) for key, one in value.items()}
    if isinstance(value, list):
        return [poisoned(one, counter) for one in value]
    if isinstance(value, str):
        counter[0] += 1
        return HOSTILE[counter[0] % len(HOSTILE)]
    return value


def test_no_text_of_a_vendor_becomes_a_tag_anywhere(browser: Client) -> None:
    found, counter = canonical.plain(machine(disk(NVME), disk(HDD))), [0]
    evil = '"><xss-tag>'
    n = number()
    story = Story(n, lot=f"{evil}{n}")
    story.add("run.started", {"kind": "run"}).add("audit.hardware", {"machine": poisoned(found, counter)})
    assert counter[0] > 15
    for kind in (
        "note.added",
        "test.result",
        "grade.set",
        "wipe.disk",
        "install.completed",
        "label.printed",
        "state.set",
        "part.replaced",
    ):
        texts = ("text", "name", "outcome", "verdict", "result", "state", "grade", "reason", "hostname", "method")
        payload = {
            **dict.fromkeys(texts, evil),
            "repairs": [evil],
            "caveats": [evil],
            "sorting": "repair",
            "disk": {"model": evil, "serial": evil, "wwn": evil, "size_bytes": 1},
            "profile": {"name": evil, "version": evil},
            "checks": [{"name": evil, "text": evil, "ok": False}],
            "bad_ranges": [],
        }
        story.add(kind, payload, ({"sha256": "ab" * 32, "name": f"../../{evil}"},))
    story.events[-1]["actor"] = {"operator": evil, "stick": evil}
    send(story)
    other = ready()
    browser.post("/lots/nouveau", {"name": story.lot, "donor": evil, "note": evil})
    browser.post(
        "/besoins/nouveau",
        {"asker": evil, "kind": "family", "count": 1, "chassis": "any", "min_ram_gib": 1, "note": evil},
    )
    browser.post("/lieux/nouveau", {"name": f"{evil}{n}", "kind": "workshop", "address": evil, "contact": evil})
    browser.post("/cles/", {"name": evil})
    give(browser, other, beneficiary=evil)
    pages = [one.path for one in addresses(story)] + [f"/?q={evil}", f"/machines/{other.uid}/", "/a-traiter/doubles/"]
    read = 0
    for address in pages:
        answer = browser.get(address)
        if answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html"):
            check(answer, address)
            read += 1
    assert read > 15


def check(answer: Any, address: str) -> None:
    html = answer.content.decode()
    page = Page(html)  # no attribute that acts, no style
    assert "xss-tag" not in page.tags, address
    assert all(one.startswith(("/", "#", "?")) and not one.startswith("//") for one in page.addresses), (
        address,
        page.addresses,
    )
    for script in re.findall(r"<script[^>]*>", html):
        assert re.fullmatch(r'<script src="/static/[a-z/.-]+" defer>', script), (address, script)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert "\u202e" not in page.text and "\x1b" not in page.text and "\0" not in html, address


def test_an_attachments_name_leads_nowhere(browser: Client) -> None:
    from recond.server import blobs

    data = b"<html><script>alert(1)</script>"
    name = hashlib.sha256(data).hexdigest()
    blobs.store(name, data)
    piece = {"sha256": name, "name": '../../../etc/passwd"\r\nX-Evil: 1'}
    story = Story(number())
    send(story.add("note.added", {"text": "x"}, (piece,)))
    answer = browser.get(f"/pieces/{name}")
    assert (
        answer.headers["Content-Disposition"] == f'attachment; filename="{name[:12]}"'
        and "X-Evil" not in answer.headers
    )
    for wrong in ("../secret-key", "..%2fsecret-key", "%2e%2e%2fsecret-key", "0" * 63 + "/", name.upper()):
        assert browser.get(f"/pieces/{wrong}").status_code in (404, 301), wrong
