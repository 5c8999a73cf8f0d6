"""The state of the server: what the coordination sees, what /healthz tells a monitor, and what a backup is."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections import namedtuple
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.server.story import Story
from tests.server.test_pages import browser, number, send
from tests.server.test_workshop import account, text

__all__ = ["browser"]

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    from recond.server import status

    monkeypatch.setattr(status, "_last", None)


def healthz() -> tuple[int, Any]:
    answer = Client(headers={"host": "monitor.example"}).get("/healthz")
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.status_code, json.loads(answer.content)


def test_healthz_needs_no_account_and_tells_no_secret(browser: Client, site: Path) -> None:
    from recond import __version__
    from recond.server import status

    account(f"chef{number()}", "responsable")
    status.note(status.LAST_BACKUP, where="/media/cle/secret.tar.gz", bytes=10)
    code, said = healthz()
    assert code == 200 and said["status"] in ("ok", "degraded")
    assert said["schema"] == "recond.healthz/1" and said["version"] == __version__
    assert set(said) == {"schema", "status", "version", "checks"}
    assert set(said["checks"].values()) <= {"ok", "warn", "fail"}
    assert set(said["checks"]) == {one[0] for one in status.LOOKS}
    assert "secret" not in json.dumps(said) and str(site) not in json.dumps(said)
    assert Client(headers={"host": "x"}).post("/healthz").status_code == 405
    assert Client(headers={"host": "x"}).get("/healthz/").status_code != 200, "only this address is open"


def test_healthz_is_what_openapi_says(browser: Client) -> None:
    from jsonschema import Draft202012Validator

    def valid(code: int, said: Any) -> bool:
        schema = answers[str(code)]["content"]["application/json"]["schema"]
        return bool(Draft202012Validator(schema).is_valid(said))

    answers = json.loads((ROOT / "docs/openapi.json").read_text())["paths"]["/healthz"]["get"]["responses"]
    code, said = healthz()
    assert valid(code, said) and not valid(503 if code == 200 else 200, said)
    assert not valid(code, {**said, "checks": {**said["checks"], "disk": "10 Go"}})


def test_a_full_disk_is_not_well(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from recond.server import status

    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr("recond.server.status.shutil.disk_usage", lambda _: usage(10**12, 10**12 - 10**8, 10**8))
    code, said = healthz()
    assert (code, said["status"], said["checks"]["disk"]) == (503, "failing", "fail")
    monkeypatch.setattr("recond.server.status.shutil.disk_usage", lambda _: usage(10**12, 10**12 - 10**10, 10**10))
    monkeypatch.setattr(status, "_last", None)
    assert healthz()[1]["checks"]["disk"] == "warn"


def test_a_folder_that_cannot_be_written_is_not_well(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("recond.server.status.keep.write", refused)
    code, said = healthz()
    assert code == 503 and said["checks"]["storage"] == "fail"
    assert said["checks"]["database"] == "ok"
    assert "ne répond pas" in text(browser, "/etat/")


def test_many_questions_are_one_look(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from recond.server import status

    looked: list[int] = []
    real = status.checks

    def counted() -> list[status.Check]:
        looked.append(1)
        return real()

    monkeypatch.setattr(status, "checks", counted)
    for _ in range(20):
        healthz()
    assert len(looked) == 1


def test_cards_of_older_rules_are_told(browser: Client) -> None:
    from recond.server.models import Card

    story = Story(number())
    send(story.add("note.added", {"text": "x"}))
    Card.objects.filter(pk=story.uid).update(made_by=0)
    try:
        assert "fiche à refaire" in text(browser, "/etat/") and healthz()[1]["checks"]["projection"] == "warn"
    finally:
        Card.objects.filter(pk=story.uid).update(made_by=99)


def test_an_attachment_that_never_came_is_awaited_until_it_comes(browser: Client) -> None:
    from recond.server import blobs, status
    from recond.server.models import Awaited

    data = f"piece {number()}".encode()
    name = hashlib.sha256(data).hexdigest()
    story = Story(number())
    send(story.add("label.printed", {"printer": "png"}, ({"sha256": name, "name": "x.png", "bytes": len(data)},)))
    assert Awaited.objects.filter(pk=name).exists() and name in text(browser, "/etat/")
    Awaited.objects.filter(pk=name).update(since=datetime.now(UTC) - timedelta(days=2))
    assert healthz()[1]["checks"]["attachments"] == "warn"
    assert blobs.store(name, data)
    assert not status.awaited().filter(pk=name).exists() and name not in text(browser, "/etat/")
    other = Story(number())
    send(other.add("label.printed", {"printer": "png"}, ({"sha256": name, "name": "x.png"},)))
    assert not Awaited.objects.filter(pk=name).exists(), "it is here already"


def test_an_attachment_that_is_gone_from_the_disk_is_found(browser: Client) -> None:
    from recond.server import blobs, status

    data = f"piece {number()}".encode()
    name = hashlib.sha256(data).hexdigest()
    blobs.store(name, data)
    assert browser.post("/etat/pieces").status_code == 302
    assert name not in text(browser, "/etat/")
    blobs.path_of(name).unlink()
    assert browser.post("/etat/pieces").status_code == 302
    said = text(browser, "/etat/")
    assert name in said and "1 perdue ou abîmée" in said and healthz()[0] == 503
    blobs.store(name, data)
    assert status.check_pieces() == 0


def test_a_backup_taken_on_the_page_fills_a_new_server(browser: Client, tmp_path: Path) -> None:
    boss = account(f"chef{number()}", "responsable")
    story = Story(number())
    send(story.add("note.added", {"text": "gardée"}))
    answer = boss.post("/etat/sauvegarde")
    assert answer.status_code == 200 and "attachment" in answer.headers["Content-Disposition"]
    file = tmp_path / "b.tar.gz"
    file.write_bytes(b"".join(answer.streaming_content))  # type: ignore[attr-defined]
    said = text(boss, "/etat/")
    assert "remise au navigateur" in said and "sauvegarde" in text(boss, "/journal/")
    command = (sys.executable, "-m", "recond", "--data", str(tmp_path / "new"), "serve")
    subprocess.run((*command, "--restore", str(file)), check=True, capture_output=True, timeout=120)
    dumped = subprocess.run((*command, "--dump"), check=True, capture_output=True, text=True, timeout=60).stdout
    assert story.uid in dumped
    assert account(f"x{number()}", "bénévole").post("/etat/sauvegarde").status_code == 403


def test_a_backup_that_cannot_be_written_is_said_and_counts_for_nothing(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from recond.server import own, status

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    (own.data() / status.LAST_BACKUP).unlink(missing_ok=True)
    monkeypatch.setattr("recond.server.archive.os.fsync", full)
    answer = browser.post("/etat/sauvegarde")
    assert answer.status_code == 503 and "pas assez de place" in answer.content.decode()
    assert status.told(status.LAST_BACKUP) is None
    assert not list(own.data().glob("backup-*")), "nothing of it stays"


def test_a_backup_that_is_old_is_told(browser: Client) -> None:
    from recond.server import keep, own, status

    old = {"at": (datetime.now(UTC) - timedelta(days=30)).isoformat(), "where": "/media/x.tar.gz", "bytes": 12}
    keep.write(own.data() / status.LAST_BACKUP, json.dumps(old).encode())
    assert healthz()[1]["checks"]["backup"] == "warn" and "/media/x.tar.gz" in text(browser, "/etat/")
    keep.write(own.data() / status.LAST_BACKUP, b'{"at": 7')
    assert "aucune n'est connue" in text(browser, "/etat/")


def test_silent_sticks_are_told(browser: Client) -> None:
    from recond.server.models import Stick

    name = f"clé {number()}"
    Stick.objects.create(name=name, token_sha256=f"{number():064d}")
    said = text(browser, "/etat/")
    assert name in said and "jamais vue" in said and "silencieuse" in said
    for role in ("lecture", "bénévole"):
        assert account(f"x{number()}", role).get("/etat/").status_code == 403
