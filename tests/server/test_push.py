"""Pushing to servers that are well, ill, or no recond server at all. What is not stored waits, and waits whole."""

from __future__ import annotations

import gzip
import hashlib
import json
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from recond.core import canonical
from recond.core.errors import ConfigurationFault, UsageError
from recond.sink.outbox import Outbox
from recond.sink.push import push
from tests.server.conftest import LiveServer
from tests.server.story import Story, whole

Answer = Callable[["Ill", list[dict[str, Any]]], None]


class Ill(BaseHTTPRequestHandler):
    """A server that answers as a test wants."""

    def do_POST(self) -> None:
        server: Any = self.server
        body = self.rfile.read(int(self.headers["Content-Length"]))
        items = [json.loads(line) for line in gzip.decompress(body).splitlines()]
        server.asked.append((self.headers.get("Authorization"), len(items)))
        server.answer(self, items)

    def do_HEAD(self) -> None:
        self.send_response(404)
        self.end_headers()

    def do_PUT(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.say(413, {"schema": "recond.error/1", "reason": "too large"})

    def say(self, status: int, what: object, **headers: str) -> None:
        data = what if isinstance(what, bytes) else json.dumps(what).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def cut(self) -> None:
        self.wfile.write(b"HTTP/1.0 200 OK\r\nContent-Length: 999\r\n\r\n{")

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


class Bench:
    """A stick with queued events, and the server it is enrolled with."""

    def __init__(self, folder: Path) -> None:
        self.outbox = Outbox(folder / "outbox")
        self.enrolment = folder / "enrolment.json"
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Ill)
        self.http.asked = []  # type: ignore[attr-defined]
        threading.Thread(target=self.http.serve_forever, daemon=True).start()
        self.enrol(f"http://127.0.0.1:{self.http.server_port}")

    def enrol(self, url: str, **more: object) -> None:
        self.enrolment.write_text(json.dumps({"url": url, "token": "t0ken", "pin": None, **more}))

    def answers(self, answer: Answer) -> None:
        self.http.answer = answer  # type: ignore[attr-defined]

    @property
    def asked(self) -> list[tuple[str | None, int]]:
        found: list[tuple[str | None, int]] = self.http.asked  # type: ignore[attr-defined]
        return found


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    for item in whole(1).events:
        made.outbox.put(item)
    yield made
    made.http.shutdown()
    made.http.server_close()


def results(items: list[dict[str, Any]], status: str = "stored") -> dict[str, Any]:
    told = [{"id": item["id"], "status": status, "reason": "because"} for item in items]
    return {"schema": "recond.push-answer/1", "results": told}


PAGE = b"<html>Bienvenue sur le WiFi</html>"
NOTHING_SENT: dict[str, tuple[Answer, str]] = {
    "500": (lambda http, items: http.say(500, PAGE), "500"),
    "503": (lambda http, items: http.say(503, {"schema": "recond.error/1"}), "occupé"),
    "a captive portal": (lambda http, items: http.say(200, PAGE), "pas un serveur recond"),
    "a redirect": (lambda http, items: http.say(302, b"", Location="http://127.0.0.1:1/"), "pas un serveur recond"),
    "another 400": (lambda http, items: http.say(400, PAGE), "pas un serveur recond"),
    "a list": (lambda http, items: http.say(200, [1, 2]), "pas un serveur recond"),
    "no results": (lambda http, items: http.say(200, {"schema": "recond.x/1", "results": 7}), "chaque événement"),
    "answers about others": (
        lambda http, items: http.say(200, results([{"id": "x"}, {"id": None}])), "chaque événement"
    ),
    "a status nobody knows": (lambda http, items: http.say(200, results(items, "perhaps")), "chaque événement"),
    "an answer that is cut": (lambda http, items: http.cut(), "injoignable"),
    "an answer without end": (lambda http, items: http.say(200, b" " * (5 << 20)), "ne finit pas"),
    "401": (lambda http, items: http.say(401, {"schema": "recond.error/1"}), "clé non enrôlée"),
}  # fmt: skip


@pytest.mark.parametrize(("answer", "why"), NOTHING_SENT.values(), ids=NOTHING_SENT.keys())
def test_an_ill_server_costs_nothing(bench: Bench, answer: Answer, why: str) -> None:
    before = {path.name: path.read_bytes() for path in bench.outbox.waiting()}
    bench.answers(answer)
    done = push(bench.outbox, bench.enrolment)
    assert (done.stored, done.refused, done.pending, done.enrolled) == (0, 0, len(before), True)
    assert why in (done.why or "") and f"{len(before)} élément" in done.text and "en attente" in done.text
    assert {path.name: path.read_bytes() for path in bench.outbox.waiting()} == before
    assert len(bench.asked) == 1


def test_each_event_gets_its_own_fate(bench: Bench) -> None:
    ids = [path.stem for path in bench.outbox.waiting()]
    fates = dict(zip(ids, ["stored", "duplicate", "rejected", "conflict", "perhaps"], strict=False))

    def answer(http: Ill, items: list[dict[str, Any]]) -> None:
        told = [{"id": one["id"], "status": fates.get(one["id"], "stored"), "reason": "why not"} for one in items]
        http.say(200, {"schema": "recond.push-answer/1", "results": told[::-1]})

    bench.answers(answer)
    done = push(bench.outbox, bench.enrolment)
    assert (done.stored, done.refused, done.pending) == (len(ids) - 3, 2, 1)
    assert [path.stem for path in bench.outbox.waiting()] == [ids[4]]
    assert [path.stem for path in bench.outbox.quarantined()] == ids[2:4]
    assert bench.outbox.reason(bench.outbox.quarantined()[0]) == "rejected : why not"
    assert bench.asked[0][0] == "Bearer t0ken"
    assert bench.outbox.requeue_all() == len(ids) - 1


def test_one_event_the_server_cannot_read_does_not_hold_up_the_others(bench: Bench) -> None:
    ids = [path.stem for path in bench.outbox.waiting()]

    def answer(http: Ill, items: list[dict[str, Any]]) -> None:
        if any(item["id"] == ids[3] for item in items):
            http.say(413, {"schema": "recond.error/1", "reason": "too large"})
        else:
            http.say(200, results(items))

    bench.answers(answer)
    done = push(bench.outbox, bench.enrolment)
    assert (done.stored, done.refused, done.pending) == (len(ids) - 1, 1, 0)
    assert [path.stem for path in bench.outbox.quarantined()] == [ids[3]]


def test_a_file_a_worn_stick_damaged_is_set_aside(bench: Bench) -> None:
    paths = bench.outbox.waiting()
    paths[0].write_bytes(b"\0" * 300)
    paths[1].write_bytes(paths[2].read_bytes())
    bench.answers(lambda http, items: http.say(200, results(items)))
    done = push(bench.outbox, bench.enrolment)
    assert (done.stored, done.refused, done.pending) == (len(paths) - 2, 2, 0)
    assert "illisible" in bench.outbox.reason(bench.outbox.quarantined()[0])


def test_batches_are_bounded(bench: Bench) -> None:
    for number in range(20):
        for item in whole(number).events:
            bench.outbox.put(item)
    big = Story().add("note.added", {"text": "x" * (3 << 20)}).add("note.added", {"text": "y" * (3 << 20)})
    for item in big.events:
        bench.outbox.put(item)
    count = len(bench.outbox.waiting())
    bench.answers(lambda http, items: http.say(200, results(items)))
    assert push(bench.outbox, bench.enrolment).stored == count
    sizes = [size for _, size in bench.asked]
    # By number, and by bytes: the two big ones do not travel together.
    assert sum(sizes) == count and max(sizes) == 100 and sizes[-1] == 1


def test_a_silent_server_is_left_in_time(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("recond.sink.wire.SILENCE_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        bench.enrol(f"http://127.0.0.1:{silent.getsockname()[1]}")
        done = push(bench.outbox, bench.enrolment)
    assert "injoignable (ReadTimeout)" in (done.why or "")


def test_a_server_that_drips_is_left_in_time(bench: Bench) -> None:
    ticks = iter(range(0, 10_000, 20))

    def drip(http: Ill, items: list[dict[str, Any]]) -> None:
        http.send_response(200)
        http.end_headers()
        for _ in range(40):
            http.wfile.write(b" " * 65536)

    bench.answers(drip)
    done = push(bench.outbox, bench.enrolment, clock=lambda: float(next(ticks)))
    assert "ne finit pas" in (done.why or "") and done.stored == 0


def test_two_pushes_at_once(bench: Bench) -> None:
    with bench.outbox.alone() as first:
        assert first
        done = push(bench.outbox, bench.enrolment)
    assert "un autre envoi" in (done.why or "") and done.pending and bench.asked == []


def test_not_enrolled_or_wrongly_enrolled(bench: Bench) -> None:
    count = len(bench.outbox.waiting())
    for url, more in (
        ("http://192.168.1.20:8017", {}),
        ("http://atelier.lan", {"plain_http": "yes"}),
        ("ftp://127.0.0.1", {}),
        ("127.0.0.1:8017", {}),
        (f"http://127.0.0.1:{bench.http.server_port}", {"pin": "ab" * 32}),
        (f"http://127.0.0.1:{bench.http.server_port}", {"token": "a\nb"}),
    ):
        bench.enrol(url, **more)
        with pytest.raises(ConfigurationFault) as caught:
            push(bench.outbox, bench.enrolment)
        assert caught.value.hint and "t0ken" not in caught.value.message
    for text in ("", "[]", "{}", '{"url": 1}', "\0"):
        bench.enrolment.write_text(text)
        with pytest.raises(ConfigurationFault):
            push(bench.outbox, bench.enrolment)
    bench.enrolment.unlink()
    done = push(bench.outbox, bench.enrolment)
    assert (done.enrolled, done.pending) == (False, count)
    assert bench.asked == []


def test_another_address_this_once_and_only_for_the_same_server(bench: Bench) -> None:
    here = f"http://127.0.0.1:{bench.http.server_port}"
    before = bench.enrolment.read_text()
    for url, wrong in ((here, {}), ("https://atelier.example", {"pin": "ab" * 32})):
        bench.enrol(url, **wrong)
        for other in ("http://192.168.1.20:8017", "https://elsewhere.example", "https://x.example/y", "ftp://x", "x"):
            if wrong and other == "https://elsewhere.example":
                continue  # its key would be compared first: test_tls
            with pytest.raises((ConfigurationFault, UsageError)):
                push(bench.outbox, bench.enrolment, server=other)
    assert bench.asked == []
    bench.enrolment.write_text(before)
    bench.enrol("http://127.0.0.1:9", plain_http=True)
    bench.answers(lambda http, items: http.say(200, results(items)))
    done = push(bench.outbox, bench.enrolment, server=here + "/")
    assert done.stored and not done.pending and json.loads(bench.enrolment.read_text())["url"] == "http://127.0.0.1:9"


def test_pieces_go_before_their_event(server: LiveServer, tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "stick" / "outbox")
    server.enrol(tmp_path / "enrolment.json")
    data = b"\x89PNG\r\n\x1a\n" + b"label" * 1000
    kept = outbox.blobs.keep(data, "label.png")
    lost = {"sha256": "e" * 64, "name": "gone.json", "bytes": 1}
    worn = outbox.blobs.keep(b"certificate", "c.json")
    (outbox.blobs.folder / str(worn["sha256"])).write_bytes(b"certificatf")
    story = Story().add("label.printed", {"printer": "png"}, (kept, lost, worn))
    outbox.put(story.events[0])
    done = push(outbox, tmp_path / "enrolment.json")
    assert (done.stored, done.pieces_lost, done.pending) == (1, 2, 0)
    assert "NON ENVOYEE" in done.text
    blobs = server.data / "server" / "blobs"
    assert [path.name for path in blobs.iterdir()] == [hashlib.sha256(data).hexdigest()]
    assert server.stored() == [json.loads(canonical.encode(story.events[0]))]


def test_a_piece_that_cannot_go_now_keeps_its_event_here(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = bench.outbox.blobs.keep(b"x" * 100, "x")
    bench.outbox.put(Story().add("note.added", {"text": "x"}, (kept,)).events[0])
    bench.answers(lambda http, items: http.say(200, results(items)))
    monkeypatch.setattr(Ill, "do_HEAD", lambda http: http.say(503, b""))
    done = push(bench.outbox, bench.enrolment)
    assert (done.stored, done.pending) == (0, len(bench.outbox.waiting())) and bench.asked == []
    monkeypatch.undo()
    # The server refuses the piece for good (413): the event goes all the same, and the loss is told.
    done = push(bench.outbox, bench.enrolment)
    assert (done.pending, done.pieces_lost) == (0, 1)
