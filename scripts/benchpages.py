"""How long every page takes on a big server, for bench-server: two people at once, over HTTP, logged in."""

from __future__ import annotations

import random
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import requests

from scripts import benchload, benchtables
from tests.server.conftest import LiveServer

PASSWORD = "trois petits chats"
ACCOUNTS = (("coord", "responsable", None), ("place", "bénévole", "Atelier 4"))


def measure(live: LiveServer, machines: int, events: int, rounds: int) -> dict[str, Any]:
    """Load a server and measure its pages."""
    from django.db import connections

    from recond.server import config

    data = live.data / "server"
    config.setup(data, database=live.database)
    begun = time.monotonic()
    scale = benchload.Scale(machines, events)
    benchtables.load(scale, data, live.database)
    loaded = time.monotonic() - begun
    checked = benchtables.check(scale.sample)
    for name, role, place in ACCOUNTS:
        _account(live, name, role, place)
    from recond.server.models import Card, Event, Handover

    counts = {"machines": Card.objects.count(), "events": Event.objects.count()}
    known = {
        "uids": list(Card.objects.filter(pk__in=scale.sample).values_list("uid", "tag", "lot")),
        "mine": list(Card.objects.filter(place__name="Atelier 4").values_list("uid", "tag", "lot")[:300]),
        "given": list(Handover.objects.filter(place__name="Atelier 4").values_list("pk", flat=True)[:200]),
    }
    connections.close_all()
    live.start()
    try:
        pages = _ask_all(live, known, rounds)
    finally:
        live.kill()
    return {**counts, "checked": checked, "load_s": round(loaded, 1), "pages": pages}


def _account(live: LiveServer, name: str, role: str, place: str | None) -> None:
    command = [sys.executable, "-m", "recond", "--data", str(live.data), "serve", "--create-user", name, "--role", role]
    command += ["--place", place] if place else []
    subprocess.run(
        command, input=f"{PASSWORD}\n{PASSWORD}\n", text=True, check=True, env=live.env, stdout=subprocess.DEVNULL
    )


def _login(live: LiveServer, name: str) -> requests.Session:
    session = requests.Session()
    page = session.get(f"{live.url}/connexion/", timeout=60).text
    secret = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert secret is not None
    told = {"username": name, "password": PASSWORD, "csrfmiddlewaretoken": secret[1]}
    answer = session.post(f"{live.url}/connexion/", told, timeout=60, allow_redirects=False)
    assert answer.status_code == 302, answer.text[:500]
    return session


def addresses(known: dict[str, Any], who: str, rng: random.Random) -> dict[str, Callable[[], str]]:
    """Return every page that an account may open, each with a way to draw one at random."""
    own = known["uids"] if who == "coord" else known["mine"]
    last = {"coord": 1600, "place": 70}[who]
    found = _of_machines(own, last, rng) | _of_work(known, rng)
    return found | (_of_coordination(rng) if who == "coord" else {})


def _of_machines(own: list[tuple[str, str, str]], last: int, rng: random.Random) -> dict[str, Callable[[], str]]:
    def uid() -> str:
        return str(rng.choice(own)[0])

    def lot() -> str:
        return f"/lots/{rng.choice(own)[2]}"

    return {
        "machines": lambda: "/",
        "machines, some page": lambda: f"/?page={rng.randrange(1, last)}",
        "search a tag": lambda: f"/?q={rng.choice(own)[1]}",
        "search a serial": lambda: f"/?q=s{rng.randrange(100_000):07d}a",
        "search a model": lambda: "/?q=" + rng.choice(["t480", "elitebook 840", "lenovo", "optiplex"]),
        "search, nothing": lambda: f"/?q=nothing{rng.randrange(10**6)}",
        "machine": lambda: f"/machines/{uid()}/",
        "join or part": lambda: f"/machines/{uid()}/identite",
        "hand over": lambda: f"/machines/{uid()}/remettre",
        "QR code": lambda: f"/M/{rng.choice(own)[1]}",
        "lots": lambda: "/lots/",
        "lot": lambda: f"{lot()}/",
        "palette": lambda: f"{lot()}/grille",
        "lot, change": lambda: f"{lot()}/modifier",
        "lot, donor's list": lambda: f"{lot()}/liste-du-donateur",
        "lot, announced": lambda: f"{lot()}/annoncees",
        "queues": lambda: "/a-traiter/",
        "doubles": lambda: "/a-traiter/doubles/",
    }


def _of_work(known: dict[str, Any], rng: random.Random) -> dict[str, Callable[[], str]]:
    return {
        "needs": lambda: "/besoins/",
        "need": lambda: f"/besoins/{rng.randrange(1, 60)}/",
        "need, new": lambda: "/besoins/nouveau",
        "need, change": lambda: f"/besoins/{rng.randrange(1, 60)}/modifier",
        "handovers": lambda: "/remises/",
        "handovers, some page": lambda: f"/remises/?page={rng.randrange(1, 300)}",
        "handovers, loans out": lambda: "/remises/?out=on",
        "handover": lambda: f"/remises/{rng.choice(known['given'])}/",
        "lot, new": lambda: "/lots/nouveau",
        "places": lambda: "/lieux/",
        "figures": lambda: "/chiffres/",
        "exports": lambda: "/exporter/",
        "login": lambda: "/connexion/",
        "first password": lambda: "/connexion/premier",
        "healthz": lambda: "/healthz",
    }


def _of_coordination(rng: random.Random) -> dict[str, Callable[[], str]]:
    return {
        "sticks": lambda: "/cles/",
        "people": lambda: "/personnes/",
        "person": lambda: f"/personnes/{rng.randrange(1, 3)}/",
        "journal": lambda: "/journal/",
        "journal, some page": lambda: f"/journal/?page={rng.randrange(1, 200)}",
        "journal, a word": lambda: f"/journal/?what=MDL-{rng.randrange(1, 9000):04d}",
        "state": lambda: "/etat/",
        "import": lambda: "/importer/",
        "place, new": lambda: "/lieux/nouveau",
        "place, change": lambda: f"/lieux/{rng.randrange(1, 20)}/modifier",
        "association": lambda: "/lieux/association",
        "palette of 300": lambda: "/lots/2026-01-CD44-0000/grille",
        "lot of 300": lambda: "/lots/2026-01-CD44-0000/",
    }


NOT_PAGES = {
    "answers to a button": (
        "move-machine", "lot-move", "double-answer", "identity-undo", "need-close", "stick-revoke", "person-code",
        "person-shut", "status-pieces", "status-backup", "logout", "language",
    ),
    "files": (
        "piece", "machine-label", "lot-donor-report", "lot-erasure-report", "handover-convention", "handover-sheet",
        "handovers-register", "receipt", "export", "machines-csv",
    ),
}  # fmt: skip
"""Addresses of urls.py that show no page (by name), and why; the API's have no name. tests/server/test_bench_pages.py looks."""


def _ask_all(live: LiveServer, known: dict[str, Any], rounds: int) -> dict[str, dict[str, float]]:
    took: dict[str, list[float]] = {}
    cold: dict[str, float] = {}

    def person(who: str) -> list[tuple[str, float]]:
        session, rng = _login(live, who), random.Random(who)
        pages = list(addresses(known, who, rng).items())
        found = []
        for number in range(rounds + 1):
            rng.shuffle(pages)
            for name, draw in pages:
                begun = time.perf_counter()
                answer = session.get(live.url + draw(), timeout=120, allow_redirects=False)
                spent = time.perf_counter() - begun
                assert answer.status_code in (200, 302), (name, answer.status_code, answer.text[:300])
                if number:
                    found.append((f"{name} ({who})", spent))
                else:  # Nothing is in any cache of the server yet; told beside the others.
                    cold[f"{name} ({who})"] = spent * 1e3
        return found

    with ThreadPoolExecutor(2) as pool:
        for part in pool.map(person, [name for name, _, _ in ACCOUNTS]):
            for name, spent in part:
                took.setdefault(name, []).append(spent * 1e3)
    return {name: {**_figures(values), "first_ms": round(cold[name], 1)} for name, values in took.items()}


def _figures(values: list[float]) -> dict[str, float]:
    ordered = sorted(values)
    at = min(len(ordered) - 1, int(len(ordered) * 0.95))
    return {
        "median_ms": round(statistics.median(ordered), 1),
        "p95_ms": round(ordered[at], 1),
        "worst_ms": round(ordered[-1], 1),
    }
