"""The server stopped, killed while it answers, its answers lost, back again: every event stored exactly once."""

from __future__ import annotations

import contextlib
import json
import random
import socket
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
import requests

from recond.core import canonical
from recond.sink.outbox import Outbox
from recond.sink.push import push
from tests.server.conftest import LiveServer
from tests.server.story import Story, whole


def fill(folder: Path, *stories: Story) -> tuple[Outbox, dict[str, bytes]]:
    """Queue the stories' events; return the outbox, and each event's bytes by id."""
    outbox = Outbox(folder / "outbox")
    made = {}
    for story in stories:
        for item in story.events:
            outbox.put(item)
            made[str(item["id"])] = canonical.encode(item)
    return outbox, made


def in_database(server: LiveServer) -> dict[str, bytes]:
    """Return what is committed, read beside the server."""
    if server.database:
        with psycopg.connect(server.database) as line:
            events = line.execute("SELECT id, body FROM recond_event").fetchall()
        return {str(name): str(body).encode() for name, body in events}
    with contextlib.closing(sqlite3.connect(server.data / "server" / "recond.sqlite3")) as database:
        rows = database.execute("SELECT id, body FROM recond_event").fetchall()
    found = {str(name): str(body).encode() for name, body in rows}
    assert len(found) == len(rows)
    return found


def test_killed_again_and_again_while_events_arrive(
    server: LiveServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrolment = tmp_path / "enrolment.json"
    server.enrol(enrolment)
    outbox, made = fill(tmp_path / "stick", *(whole(number) for number in range(10)))
    sent = outbox.folder / "sent"
    monkeypatch.setattr("recond.sink.push.BATCH", 4)
    rng = random.Random(20261123)
    for _ in range(5):
        enough = len(list(sent.glob("*.json"))) + rng.randrange(1, 20)
        with ThreadPoolExecutor(1) as pool:
            pushing = pool.submit(push, outbox, enrolment)
            while len(list(sent.glob("*.json"))) < enough:
                assert not pushing.done(), pushing.result()
                time.sleep(0.001)
            time.sleep(rng.uniform(0, 0.02))
            server.kill()
            result = pushing.result()
        assert result.pending and "injoignable" in result.text, "the kill met the push under way"
        assert result.refused == 0
        # What left the outbox is committed, whenever the server died.
        committed = in_database(server)
        for path in sent.glob("*.json"):
            assert committed[path.stem] == path.read_bytes()
        server.start()
    last = push(outbox, enrolment)
    assert (last.refused, last.pending, outbox.quarantined()) == (0, 0, [])
    assert in_database(server) == made
    assert {str(item["id"]): canonical.encode(item) for item in server.stored()} == made


class LosesAnswers(threading.Thread):
    """A line that hands every request on to the server and cuts off as soon as the answer comes."""

    def __init__(self, port: int) -> None:
        super().__init__(daemon=True)
        self.server = port
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self.listener.getsockname()[1])
        self.lost = 0

    def run(self) -> None:
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            with client, socket.create_connection(("127.0.0.1", self.server)) as onward:
                client.settimeout(0.3)
                with contextlib.suppress(TimeoutError):
                    while piece := client.recv(65536):
                        onward.sendall(piece)
                self.lost += bool(onward.recv(1))


def test_an_answer_that_is_lost_costs_a_repeat_and_nothing_else(server: LiveServer, tmp_path: Path) -> None:
    enrolment, through = tmp_path / "enrolment.json", tmp_path / "through.json"
    told = server.enrol(enrolment)
    line = LosesAnswers(server.port)
    line.start()
    through.write_text(json.dumps({**told, "url": f"http://127.0.0.1:{line.port}"}))
    outbox, made = fill(tmp_path / "stick", whole(1))
    lost = push(outbox, through)
    line.listener.close()
    assert line.lost == 1
    assert (lost.stored, lost.pending) == (0, len(made))
    assert in_database(server) == made
    again = push(outbox, enrolment)
    assert (again.stored, again.refused, again.pending) == (len(made), 0, 0)
    assert in_database(server) == made


def test_a_server_that_is_stopped_costs_nothing(server: LiveServer, tmp_path: Path) -> None:
    enrolment = tmp_path / "enrolment.json"
    server.enrol(enrolment)
    server.kill()
    outbox, made = fill(tmp_path / "stick", whole(1))
    begun = time.monotonic()
    result = push(outbox, enrolment)
    assert time.monotonic() - begun < 3
    assert (result.stored, result.refused, result.pending, result.enrolled) == (0, 0, len(made), True)
    assert "injoignable" in result.text
    server.start()
    assert push(outbox, enrolment).pending == 0
    assert in_database(server) == made


def test_many_sticks_at_once_with_the_same_events(server: LiveServer, tmp_path: Path) -> None:
    token = server.enrol(tmp_path / "enrolment.json")["token"]
    stories = [whole(number) for number in range(6)]
    bodies = [b"\n".join(canonical.encode(item) for item in story.events) for story in stories]

    def send(body: bytes) -> list[str]:
        answer = requests.post(
            f"{server.url}/api/v1/events", data=body, headers={"Authorization": f"Bearer {token}"}, timeout=30
        )
        assert answer.status_code == 200
        return [str(one["status"]) for one in answer.json()["results"]]

    with ThreadPoolExecutor(8) as pool:
        answers = [status for statuses in pool.map(send, bodies * 4) for status in statuses]
    count = sum(len(story.events) for story in stories)
    # Two repeats within one moment may both be told "stored": it is the truth for both, and it is there once.
    assert answers.count("stored") >= count and len(answers) == 4 * count
    assert set(answers) <= {"stored", "duplicate"}
    assert len(in_database(server)) == count
