"""Fifty sticks and a server that everything happens to: killed, answers lost, disk full. None lost, none double."""

from __future__ import annotations

import os
import random
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from recond.core import canonical
from recond.sink.outbox import Outbox
from recond.sink.push import push
from tests.server import postgres
from tests.server.conftest import LiveServer
from tests.server.story import Story
from tests.server.test_exactly_once import in_database
from tests.server.test_freshen import ask

pytestmark = pytest.mark.root

STICKS, EVENTS, KILLS, PIECES = 50, 200, 20, 3
SEED = 20261123


@contextmanager
def in_memory(folder: Path, size: str) -> Iterator[Path]:
    """Mount a file system of that size, in memory."""
    folder.mkdir()
    subprocess.run(("mount", "-t", "tmpfs", "-o", f"size={size},mode=700", "tmpfs", str(folder)), check=True)
    try:
        yield folder
    finally:
        subprocess.run(("umount", "--lazy", str(folder)), check=True)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Return a disk of 96 MiB for the server's data."""
    with in_memory(tmp_path / "data", "96m") as folder:
        yield folder


@pytest.fixture
def pockets(tmp_path: Path) -> Iterator[Path]:
    """Return where the sticks are: in memory, for flushing each of their files would take most of the test's time."""
    with in_memory(tmp_path / "sticks", "512m") as folder:
        yield folder


@pytest.fixture(params=("sqlite", "postgresql"))
def frail(request: pytest.FixtureRequest, small_disk: Path) -> Iterator[LiveServer]:
    """Return a server whose disk can be filled."""
    address = postgres.fresh(request.getfixturevalue("postgres_cluster")) if request.param == "postgresql" else None
    live = LiveServer(small_disk, address)
    live.start()
    yield live
    live.kill()


class Line(threading.Thread):
    """What lies between the sticks and the server: one answer in so many is lost on its way back, after the commit."""

    def __init__(self, server: LiveServer, rng: random.Random) -> None:
        super().__init__(daemon=True)
        self.server, self.rng = server, rng
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.lost = 0

    def run(self) -> None:
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(client, self.rng.random() < 0.15), daemon=True).start()

    def _carry(self, client: socket.socket, lossy: bool) -> None:
        try:
            with client, socket.create_connection(("127.0.0.1", self.server.port), timeout=30) as onward:
                threading.Thread(target=_copy, args=(client, onward), daemon=True).start()
                while piece := onward.recv(65536):
                    if lossy and b"push-answer" in piece:
                        self.lost += 1
                        break
                    client.sendall(piece)
                # Closing alone would wait for the other thread's reading to end, and the stick with it.
                client.shutdown(socket.SHUT_RDWR)
        except OSError:
            return


def _copy(source: socket.socket, target: socket.socket) -> None:
    try:
        while piece := source.recv(65536):
            target.sendall(piece)
    except OSError:
        return


def stick(folder: Path, number: int, rng: random.Random) -> tuple[Outbox, dict[str, bytes], set[str]]:
    """Fill a stick's outbox; return it, its events by id, and the hashes of its attachments."""
    outbox = Outbox(folder / "outbox")
    made: dict[str, bytes] = {}
    pieces: set[str] = set()
    story = Story(number)
    for place in range(EVENTS):
        attached: tuple[dict[str, object], ...] = ()
        if place % (EVENTS // PIECES) == 1:
            attached = (outbox.blobs.keep(rng.randbytes(4000), "smartctl.json"),)
        pieces |= {str(one["sha256"]) for one in attached}
        story.add("note.added", {"text": f"clé {number}, remarque {place}"}, attached)
    for item in story.events:
        outbox.put(item)
        made[str(item["id"])] = canonical.encode(item)
    return outbox, made, pieces


def keep_pushing(outbox: Outbox, enrolment: Path, stop: threading.Event) -> None:
    """Push as a stick does that is put in again and again, until it has nothing left."""
    while outbox.waiting() and not stop.is_set():
        done = push(outbox, enrolment)
        assert done.refused == 0 and done.pieces_lost == 0, done.text
        if done.pending:
            time.sleep(0.2)


def test_every_event_once_whatever_happens(frail: LiveServer, pockets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(SEED)
    line = Line(frail, random.Random(SEED + 1))
    line.start()
    # Small batches make many requests, so that the kills meet them at many places.
    monkeypatch.setattr("recond.sink.push.BATCH", 40)
    sticks, events, pieces = [], {}, set()
    for number in range(STICKS):
        outbox, made, attached = stick(pockets / f"stick{number}", number, rng)
        file = pockets / f"stick{number}" / "enrolment.json"
        if number == 0:
            frail.enrol(file, "clés de l'essai")
            file.write_text(file.read_text().replace(frail.url, line.url))
            first = file.read_bytes()
        file.write_bytes(first)
        sticks.append((outbox, file))
        events.update(made)
        pieces |= attached
    stop = threading.Event()
    with ThreadPoolExecutor(STICKS) as pool:
        pushing = [pool.submit(keep_pushing, outbox, file, stop) for outbox, file in sticks]
        try:
            for kill in range(KILLS):
                time.sleep(rng.uniform(0.05, 0.6))
                frail.kill()
                if kill == KILLS // 2:
                    full_for_a_while(frail, sticks)
                frail.start()
            for one in pushing:
                one.result(timeout=240)
        finally:
            stop.set()
    line.listener.close()
    assert line.lost > 0, "no answer was lost on its way"
    assert in_database(frail) == events, "an event is lost or altered"
    cards_are_whole(frail)
    print(
        f"{STICKS} sticks, {len(events)} events, {KILLS} kills, {line.lost} answers lost, a full disk: each event once"
    )
    held = {path.name for path in (frail.data / "server" / "blobs").rglob("*") if path.is_file()}
    assert pieces <= held
    assert all(not outbox.waiting() and not outbox.quarantined() for outbox, _ in sticks)


def cards_are_whole(server: LiveServer) -> None:
    """Wait until no card is to be made any more: each then tells every event of its machine."""
    deadline = time.monotonic() + 60
    while ask(server, "SELECT 1 FROM recond_stale LIMIT 1"):
        assert time.monotonic() < deadline, "cards wait, and nobody makes them"
        time.sleep(0.1)
    bodies = [str(body) for (body,) in ask(server, "SELECT body FROM recond_card")]
    assert [body.count("remarque ") for body in bodies] == [EVENTS] * STICKS


def full_for_a_while(server: LiveServer, sticks: list[tuple[Outbox, Path]]) -> None:
    """Fill the server's disk: nothing may be answered as kept that is not. Then make room again."""
    server.start()
    ballast = server.data / "ballast"
    room = os.statvfs(server.data)
    try:
        with ballast.open("wb") as file:
            while True:
                file.write(bytes(room.f_bsize))
                file.flush()
    except OSError:
        pass
    time.sleep(2)
    sent = {path.stem: path.read_bytes() for outbox, _ in sticks for path in (outbox.folder / "sent").glob("*.json")}
    committed = in_database(server)
    assert {name: committed.get(name) for name in sent} == sent, "told kept on a full disk, and is not"
    server.kill()
    ballast.unlink()
