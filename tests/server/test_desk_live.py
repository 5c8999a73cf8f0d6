"""The coordination's pages over HTTP, as a browser uses them, on each database: accounts, imports, exports, state, backup."""

from __future__ import annotations

import html
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import requests

from tests.server.conftest import LiveServer
from tests.server.story import whole

WORDS = "une phrase assez longue"
PAGES = ("/", "/lots/", "/a-traiter/", "/besoins/", "/lieux/", "/chiffres/", "/cles/", "/personnes/", "/etat/", "/journal/",
         "/remises/", "/remises/?since=2026-01-01", "/remises/registre.pdf", "/exporter/", "/exporter/csv", "/exporter/snipeit",
         "/exporter/glpi", "/importer/", "/chiffres/machines.csv", "/besoins/1/?etiquette=MDL-0907-0", "/healthz")  # fmt: skip


class Visitor:
    """A browser: it keeps its cookies and sends each form with the token of the page it stands on."""

    def __init__(self, url: str) -> None:
        self.url, self.session = url, requests.Session()

    def get(self, path: str, **more: Any) -> requests.Response:
        return self.session.get(self.url + path, timeout=60, **more)

    def post(
        self, path: str, told: Mapping[str, str] | None = None, page: str | None = None, **more: Any
    ) -> requests.Response:
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.get(page or path).text)
        assert token, path
        data = {"csrfmiddlewaretoken": token[1], **(told or {})}
        return self.session.post(self.url + path, data, timeout=120, headers={"Referer": self.url}, **more)


def test_a_coordinators_day(server: LiveServer, tmp_path: Path) -> None:
    visitor = Visitor(server.url)
    made = visitor.post("/personnes/", {"name": "chef", "role": "responsable", "place": ""})
    code = re.search(r"<code>([A-Z0-9-]{17})</code>", made.text)
    assert code
    chosen = {"name": "chef", "code": code[1], "password": WORDS, "again": WORDS}
    assert visitor.post("/connexion/premier", chosen, allow_redirects=False).status_code == 302
    assert "/connexion/" in visitor.get("/etat/").url, "from now on everybody logs in"
    entered = visitor.post("/connexion/", {"username": "chef", "password": WORDS, "next": "/etat/"})
    assert entered.url.endswith("/etat/") and entered.status_code == 200
    # A stick's file, carried by hand; the donor's list of its lot; a need.
    story, file = whole(907), tmp_path / "stick.ndjson"
    from recond.core import canonical

    file.write_bytes(b"\n".join(canonical.encode(one) for one in story.events))
    with file.open("rb") as told:
        done = visitor.post("/importer/", files={"file": told})
    assert f"{len(story.events)} événements ajoutés" in done.text
    lot = f"/lots/{story.lot}"
    seen = visitor.post(
        f"{lot}/liste-du-donateur",
        files={"file": ("l.csv", "Modèle;N° de série\nT480;PF0XK3B2\nX;Z1\n".encode("cp1252"))},
    )
    text = re.search(r'name="text" value="([^"]*)"', seen.text)
    assert text and "2 machines lues" in seen.text
    taken = visitor.post(f"{lot}/liste-du-donateur", {"text": html.unescape(text[1]), "take": "1"})
    assert taken.url.endswith("/annoncees") and story.tag in taken.text and "1 pas encore reconnue" in taken.text
    need = {"asker": "École", "kind": "school", "count": "1", "chassis": "laptop", "min_ram_gib": "4"}
    assert visitor.post("/besoins/nouveau", need).status_code == 200
    for page in PAGES:
        assert visitor.get(page).status_code == 200, page
    assert story.tag in visitor.get("/exporter/csv").text
    # An account is made, shut, opened again.
    visitor.post("/personnes/", {"name": "lea", "role": "bénévole", "place": ""})
    person = re.findall(r"/personnes/(\d+)/code", visitor.get("/personnes/").text)[-1]
    assert "fermé" in visitor.post(f"/personnes/{person}/fermer", page="/personnes/").text
    assert re.search(r"<code>", visitor.post(f"/personnes/{person}/code", page="/personnes/").text)
    # A backup from the page fills an empty server.
    backup = tmp_path / "b.tar.gz"
    backup.write_bytes(visitor.post("/etat/sauvegarde", page="/etat/").content)
    command = (sys.executable, "-m", "recond", "--data", str(tmp_path / "new"), "serve")
    subprocess.run((*command, "--restore", str(backup)), check=True, capture_output=True, timeout=120)
    dumped = subprocess.run((*command, "--dump"), check=True, capture_output=True, text=True, timeout=60).stdout
    assert sorted(dumped.splitlines()) == sorted(server.recond("--dump").splitlines())
