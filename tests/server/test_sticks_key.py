"""What a stick's key is good for, over HTTP: to append and to look up, whatever is sent with it."""

from __future__ import annotations

import gzip
import hashlib
import json
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from recond.core import canonical
from tests.server.conftest import LiveServer
from tests.server.story import Story
from tests.server.test_pages import number


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[LiveServer, str]]:
    folder = tmp_path_factory.mktemp("doors")
    server = LiveServer(folder / "data")
    server.start()
    token = str(server.enrol(folder / "e.json")["token"])
    yield server, token
    server.kill()


ALLOWED = {("POST", "events"), ("HEAD", "blobs"), ("PUT", "blobs"), ("POST", "certificates"), ("GET", "machines/lookup"),
           ("GET", "lots"), ("GET", "health"), ("HEAD", "health"), ("POST", "enrol")}  # fmt: skip


def test_a_sticks_key_appends_and_looks_up_and_nothing_else(live: tuple[LiveServer, str]) -> None:
    from django.urls import get_resolver

    server, token = live
    key = {"Authorization": f"Bearer {token}"}
    paths = {
        str(one.pattern).removeprefix("api/v1/").split("/<")[0]
        for one in get_resolver().url_patterns
        if str(one.pattern).startswith("api/")
    }
    for path in paths:
        whole = f"{path}/{'0' * 64}" if path == "blobs" else path
        for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"):
            code = requests.request(method, f"{server.url}/api/v1/{whole}", headers=key, timeout=20).status_code
            assert (code == 405) == ((method, path) not in ALLOWED), (method, path, code)
    # Once an account exists, the key opens no page.
    import subprocess
    import sys

    command = (sys.executable, "-m", "recond", "--data", str(server.data), "serve", "--create-user", "lea")
    subprocess.run(
        command, input="trois petits chats\n" * 2, text=True, check=True, capture_output=True, env=server.env
    )
    for path in ("", "lots/", "cles/", "personnes/", "machines/x/"):
        answer = requests.get(f"{server.url}/{path}", headers=key, timeout=20, allow_redirects=False)
        assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (302, "/connexion/")


def test_a_foreign_key_and_a_replayed_request(live: tuple[LiveServer, str], tmp_path: Path) -> None:
    server, token = live
    other = LiveServer(tmp_path / "other")
    other.start()
    try:
        foreign = str(other.enrol(tmp_path / "e.json")["token"])
    finally:
        other.kill()
    item = Story(number()).add("note.added", {"text": "x"}).events[0]
    body, url = canonical.encode(item), f"{server.url}/api/v1/events"
    for wrong in (foreign, token[:-1], token + "x", token.swapcase(), hashlib.sha256(token.encode()).hexdigest()):
        answer = requests.post(url, body, headers={"Authorization": f"Bearer {wrong}"}, timeout=20)
        assert answer.status_code == 401, wrong
    for scheme in ("Basic", "Token"):
        assert requests.post(url, body, headers={"Authorization": f"{scheme} {token}"}, timeout=20).status_code == 401
    assert item not in server.stored()
    said = [requests.post(url, body, headers={"Authorization": f"Bearer {token}"}, timeout=20).json() for _ in range(3)]
    assert [one["results"][0]["status"] for one in said] == ["stored", "duplicate", "duplicate"]
    assert [one["id"] for one in server.stored()].count(item["id"]) == 1


@pytest.mark.parametrize("how", ["zstd", "deflate", "br", "gzip, gzip", "x-gzip", "chunked"])
def test_no_other_packing_is_unpacked(live: tuple[LiveServer, str], how: str) -> None:
    server, token = live
    before = len(server.stored())
    bomb = gzip.compress(gzip.compress(b"\n" * (64 << 20), 9), 9)
    head = {"Authorization": f"Bearer {token}", "Content-Encoding": how}
    assert requests.post(f"{server.url}/api/v1/events", bomb, headers=head, timeout=60).status_code == 400
    assert len(server.stored()) == before


def test_a_body_that_does_not_say_its_length_is_bounded_too(live: tuple[LiveServer, str]) -> None:
    server, token = live

    def endless() -> Iterator[bytes]:
        for _ in range(80):
            yield b"x" * (1 << 20)

    head = {"Authorization": f"Bearer {token}"}
    try:
        answer = requests.put(f"{server.url}/api/v1/blobs/{'a' * 64}", endless(), headers=head, timeout=60)
        assert answer.status_code in (400, 413)
    except requests.ConnectionError:
        pass  # cut off in the middle, which is an answer as well
    assert not (server.data / "server" / "blobs" / ("a" * 64)).exists()
    assert requests.get(f"{server.url}/api/v1/health", timeout=10).status_code == 200


def test_those_who_say_nothing_do_not_shut_the_others_out(live: tuple[LiveServer, str]) -> None:
    """Slowloris: 300 lines that send a letter now and then, and a stick that has work to do."""
    server, _ = live
    lines = [socket.create_connection(("127.0.0.1", server.port), timeout=10) for _ in range(300)]
    stop = threading.Event()

    def drip() -> None:
        while not stop.wait(0.5):
            for line in lines:
                try:
                    line.send(b"X-a: b\r\n")
                except OSError:
                    continue

    for line in lines:
        line.send(b"POST /api/v1/events HTTP/1.1\r\nHost: x\r\n")
    thread = threading.Thread(target=drip)
    thread.start()
    try:
        time.sleep(1)
        begun = time.monotonic()
        assert requests.get(f"{server.url}/api/v1/health", timeout=10).status_code == 200
        assert time.monotonic() - begun < 5
    finally:
        stop.set()
        thread.join()
        for line in lines:
            line.close()


def test_a_nul_in_a_payload_is_kept_and_shown_without(live: tuple[LiveServer, str]) -> None:
    """JSON may say it, a vendor's chip may hold it: the event is kept as it is on either database."""
    server, token = live
    item = Story(number()).add("note.added", {"text": "avant\0après"}).events[0]
    answer = requests.post(
        f"{server.url}/api/v1/events", canonical.encode(item), headers={"Authorization": f"Bearer {token}"}, timeout=20
    )
    assert answer.json()["results"][0]["status"] == "stored"
    assert item in server.stored()
    assert json.loads(canonical.encode(item)) == item
