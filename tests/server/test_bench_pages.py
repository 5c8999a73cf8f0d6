"""The benchmark of the pages asks every page there is: a new page that nobody measures is found here."""

from __future__ import annotations

import random
from pathlib import Path

from django.urls import Resolver404, resolve

from scripts import benchpages

KNOWN = {"uids": [("0198-a", "MDL-0001-5", "2026-01-CD44-0000")], "mine": [("0198-a", "MDL-0001-5", "L")], "given": [1]}
HERE = "recond.server.urls"


def _asked(who: str) -> set[str]:
    pages = benchpages.addresses(KNOWN, who, random.Random(1))
    found = set()
    for name, draw in pages.items():
        path = draw().partition("?")[0]
        try:
            found.add(resolve(path, HERE).url_name or path)
        except Resolver404 as error:
            raise AssertionError(f"{name}: {path} is no address of the server") from error
    return found


def test_every_page_of_the_server_is_in_the_benchmark(site: Path) -> None:
    from recond.server.urls import urlpatterns

    names = {str(one.name or one.pattern) for one in urlpatterns}
    asked = {one.lstrip("/") for one in _asked("coord")}
    apart = {name for several in benchpages.NOT_PAGES.values() for name in several}
    assert apart <= names, "no such address any more"
    assert not asked & apart, "a page is measured, and said to be none"
    assert {name for name in names - asked - apart if not name.startswith("api/")} == set()


def test_who_is_of_a_place_is_asked_for_all_but_the_coordinations_pages(site: Path) -> None:
    only = {"sticks", "people", "person", "journal", "status", "import", "place-new", "place-edit", "workshop"}
    assert _asked("coord") - _asked("place") == only
