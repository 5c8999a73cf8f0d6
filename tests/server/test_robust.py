"""What happens to a server over the years: upgrades, a database that goes away, a folder that cannot be written, odd clocks."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
from django.test import Client

from recond.core import canonical
from recond.sink.outbox import Outbox
from recond.sink.push import push
from tests.server import postgres
from tests.server.conftest import LiveServer
from tests.server.story import Story, whole
from tests.server.test_exactly_once import fill, in_database
from tests.server.test_pages import browser, number, send
from tests.server.test_serve import Cli

__all__ = ["browser"]


def recond(server: LiveServer, *words: str, code: int = 0) -> str:
    """Run `recond serve …` on the server's data; return all it said."""
    command = (sys.executable, "-m", "recond", "--data", str(server.data), "serve", *words)
    done = subprocess.run(command, capture_output=True, text=True, env=server.env, timeout=120, check=False)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


BACK = """
import sys
from pathlib import Path
from recond.server import config
config.setup(Path(sys.argv[1]), database=sys.argv[2] or None)
from django.core.management import call_command
call_command("migrate", "recond", "0003", verbosity=0)
"""


def test_an_older_folder_is_brought_up_to_date_after_a_copy(server: LiveServer, tmp_path: Path) -> None:
    server.enrol(tmp_path / "enrolment.json")
    outbox, made = fill(tmp_path / "stick", *(whole(n) for n in range(4)))
    assert push(outbox, tmp_path / "enrolment.json").pending == 0
    assert requests.get(server.url, timeout=10).ok, (
        "an older recond had made its cards, and knew no notes of cards to make"
    )
    server.kill()
    subprocess.run(
        (sys.executable, "-c", BACK, str(server.data / "server"), server.database or ""), check=True, timeout=120
    )
    said = recond(server, "--dump")
    assert "telle qu'elle était" in said and "4 fiche(s) refaite(s)" in said
    assert in_database(server) == made
    if server.database:
        assert "schéma recond_before_" in said
    else:
        (copy,) = (server.data / "server" / "before-upgrade").glob("*.sqlite3")
        old = LiveServer(tmp_path / "old")
        (old.data / "server").mkdir(parents=True)
        copy.rename(old.data / "server" / "recond.sqlite3")
        assert in_database(old) == made, "the copy is a whole database"
    server.start()
    assert "PRÊTE" in requests.get(server.url, timeout=10).text
    assert "refaite" not in recond(server, "--dump"), "once"


def test_data_of_a_newer_recond_are_left_alone(tmp_path: Path) -> None:
    import sqlite3

    cli = Cli(tmp_path / "data")
    cli.run("serve", "--dump")
    with sqlite3.connect(cli.data / "recond.sqlite3") as line:
        line.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('recond', '0999_future', '2030-01-01')"
        )
        before = list(line.iterdump())
    for words in (("--dump",), ("--port", "0"), ("--detach", "--port", "0")):
        assert "recond plus récent (0999_future)" in cli.run("serve", *words, code=7)
    with sqlite3.connect(cli.data / "recond.sqlite3") as line:
        assert list(line.iterdump()) == before


@pytest.mark.root
def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    cli = Cli(tmp_path / "data")
    cli.run("serve", "--dump")
    subprocess.run(("mount", "--bind", str(cli.folder), str(cli.folder)), check=True)
    try:
        subprocess.run(("mount", "-o", "remount,ro,bind", str(cli.folder)), check=True)
        for words in ((), ("--detach",), ("--dump",), ("--enrol-code",)):
            said = cli.run("serve", "--port", "0", *words, code=5)
            assert "ne s'écrit pas" in said and "recond --data D serve" in said, said
    finally:
        subprocess.run(("umount", str(cli.folder)), check=True)
    assert cli.run("serve", "--dump") == ""


@pytest.fixture
def own_cluster() -> Iterator[str]:
    with postgres.cluster() as address:
        yield address


def test_postgresql_away_and_back(own_cluster: str, tmp_path: Path) -> None:
    folder = Path(own_cluster.partition("host=")[2])
    ctl = (str(postgres.programs() / "pg_ctl"), "-w", "-D", str(folder / "data"), "-l", str(folder / "log"))
    options = f"-c listen_addresses='' -c unix_socket_directories={folder}"
    server = LiveServer(tmp_path / "data", postgres.fresh(own_cluster))
    server.start()
    try:
        server.enrol(tmp_path / "enrolment.json")
        outbox, made = fill(tmp_path / "stick", *(whole(n) for n in range(3)))
        postgres.as_postgres(*ctl, "-m", "immediate", "stop")
        for address in ("", "lots/", "chiffres/"):
            answer = requests.get(f"{server.url}/{address}", timeout=20)
            assert answer.status_code == 503 and "base de données ne répond pas" in answer.text
        assert requests.get(f"{server.url}/api/v1/health", timeout=20).status_code == 503
        away = push(outbox, tmp_path / "enrolment.json")
        assert (away.stored, away.refused) == (0, 0) and away.pending == len(made)
        assert "ne répond pas" in recond(server, "--dump", code=5)
        postgres.as_postgres(*ctl, "-o", options, "start")
        back = push(outbox, tmp_path / "enrolment.json")
        assert (back.pending, back.refused) == (0, 0), back.text
        assert in_database(server) == made
        assert requests.get(server.url, timeout=20).status_code == 200
    finally:
        server.kill()


def test_a_backup_of_a_busy_server_is_whole(server: LiveServer, tmp_path: Path, postgres_cluster: str) -> None:
    enrolment = tmp_path / "enrolment.json"
    server.enrol(enrolment)
    stop = threading.Event()
    sent: dict[str, bytes] = {}

    def keep_pushing() -> None:
        turn = 0
        while not stop.is_set():
            outbox = Outbox(tmp_path / "stick" / str(turn) / "outbox")
            piece = outbox.blobs.keep(f"piece {turn}".encode() * 100, "smartctl.json")
            story = Story(turn).add("note.added", {"text": f"{turn}"}, (piece,))
            for item in story.events:
                outbox.put(item)
                sent[str(item["id"])] = canonical.encode(item)
            assert push(outbox, enrolment).refused == 0
            turn += 1

    busy = threading.Thread(target=keep_pushing)
    busy.start()
    try:
        while len(sent) < 20:
            assert busy.is_alive()
        assert "sauvegardé" in recond(server, "--backup", str(tmp_path / "all.tar.gz"))
        during = len(sent)
    finally:
        stop.set()
        busy.join()
    new = LiveServer(tmp_path / "new", None if server.database else postgres.fresh(postgres_cluster))
    assert "restauré" in recond(new, "--restore", str(tmp_path / "all.tar.gz"))
    kept = in_database(new)
    assert 19 <= len(kept) <= during and kept.items() <= sent.items()
    pieces = {one["sha256"] for body in kept.values() for one in json.loads(body)["attachments"]}
    assert pieces <= {path.name for path in (new.data / "server" / "blobs").iterdir()}, "no event without its pieces"
    new.start()
    new.kill()


@pytest.mark.parametrize(
    "now", [datetime(2009, 1, 1, tzinfo=UTC), datetime(2099, 1, 1, tzinfo=UTC)], ids=["2009", "2099"]
)
def test_the_servers_clock_jumps(browser: Client, monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    """Whatever its clock says: events are kept, a hand-over comes after what was done, codes do not live for ever."""
    from django.utils import timezone

    from recond.server import stock, tokens
    from recond.server.models import Card
    from recond.server.work import Handover

    story = whole(number())
    send(story)
    code = tokens.new_code("avant")
    monkeypatch.setattr(timezone, "now", lambda: now)
    stock.hand_over(Card.objects.get(pk=story.uid), Handover(kind="loan", beneficiary="x", at=now.date()), "léa")
    assert Card.objects.get(pk=story.uid).word == "PRÊTÉE"
    late = whole(number())
    send(late)
    assert Card.objects.get(pk=late.uid).ready
    assert browser.get("/").status_code == browser.get(f"/machines/{story.uid}/").status_code == 200
    if now.year > 2050:
        assert tokens.redeem(code, "stk_1") is None
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(days=1))
    stock.take_back(Handover.objects.get(uid=story.uid), "léa")
    assert not Card.objects.get(pk=story.uid).ready
