"""The server beyond loopback: TLS of its own, known by its pin. A real server, real sockets."""

from __future__ import annotations

import json
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from recond.server import hold, tls
from recond.sink.outbox import Outbox
from recond.sink.pinned import pinned_session
from recond.sink.push import push
from tests.server.story import whole
from tests.server.test_serve import Cli


@pytest.fixture
def cli(tmp_path: Path) -> Iterator[Cli]:
    made = Cli(tmp_path / ("a-folder-with-a-name-so-long-that-no-socket-could-be-in-it-" * 2) / "data")
    yield made
    hold.stop(made.data)


def outbox(folder: Path) -> Outbox:
    """Return an outbox with one machine's events in it."""
    made = Outbox(folder)
    for event in whole(7).events:
        made.put(event)
    return made


def recond(folder: Path, *words: str, code: int = 0) -> str:
    done = subprocess.run(
        (sys.executable, "-m", "recond", "--data", str(folder), *words), capture_output=True, text=True, check=False
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_a_stick_enrolled_by_file_pushes_over_tls(cli: Cli, tmp_path: Path) -> None:
    url = cli.detach("--tls")
    assert url.startswith("https://127.0.0.1:")
    file = tmp_path / "stick" / "enrolment.json"
    file.parent.mkdir()
    cli.run("serve", "--enrol-file", str(file))
    assert json.loads(file.read_text())["pin"] == tls.pin(cli.data)
    waiting = outbox(tmp_path / "stick" / "outbox")
    done = push(waiting, file)
    assert (done.pending, done.refused, done.why) == (0, 0, None) and done.stored > 5


def test_a_stick_enrols_by_a_code_that_names_the_server(cli: Cli, tmp_path: Path) -> None:
    url = cli.detach("--tls")
    code = cli.run("serve", "--enrol-code", "--name", "clé 3").split(": ")[-1].strip()
    assert len(code) == 23
    wrong = code[:-1] + ("B" if code[-1] != "B" else "C")
    assert "ce n'est pas le serveur du code" in recond(tmp_path, "enrol", url, wrong, code=7)
    assert "enrôlée" in recond(tmp_path, "enrol", url, code.lower())
    assert (tmp_path / "enrolment.json").stat().st_mode & 0o077 == 0
    assert "refuse ce code" in recond(tmp_path, "enrol", url, code, code=7)
    assert "1 événement" not in recond(tmp_path, "push")


def test_a_wrong_pin_sends_nothing(cli: Cli, tmp_path: Path) -> None:
    """Another machine at the server's address: it gets no byte of a request, and the stick keeps all it had."""
    file = tmp_path / "enrolment.json"
    certificate, key = tls.own_certificate(tmp_path / "impostor")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as door:

        def impostor() -> None:
            plain, _ = door.accept()
            plain.settimeout(10)
            try:
                with context.wrap_socket(plain, server_side=True) as line:
                    heard.append(line.recv(65536))
            except OSError as error:
                heard.append(b"")
                assert error is not None

        thread = threading.Thread(target=impostor)
        thread.start()
        cli.run("serve", "--enrol-file", str(file), "--url", f"https://127.0.0.1:{door.getsockname()[1]}")
        waiting = outbox(tmp_path / "outbox")
        before = len(waiting.waiting())
        done = push(waiting, file)
        thread.join()
    assert heard == [b""]
    assert done.stored == 0 and done.pending == before
    assert done.why is not None and "pas reconnu" in done.why


def test_pages_beyond_this_machine_need_an_account(cli: Cli) -> None:
    """Whatever name the browser says it asked for."""
    said = cli.run("serve", "--detach", "--port", "0", "--host", "0.0.0.0")
    port = said.strip().rstrip("/").rpartition(":")[2]
    assert said.startswith("serveur : https://")
    with pinned_session(tls.pin(cli.data)) as session:
        page = session.get(f"https://127.0.0.1:{port}/", headers={"Host": "localhost"}, timeout=10)
        assert page.status_code == 403
        assert session.get(f"https://127.0.0.1:{port}/api/v1/health", timeout=10).status_code == 200
    with pytest.raises(requests.ConnectionError):
        requests.get(f"http://127.0.0.1:{port}/", timeout=10)


def test_a_silent_visitor_keeps_nobody_out(cli: Cli) -> None:
    url = cli.detach("--tls")
    port = int(url.rpartition(":")[2])
    silent = [socket.create_connection(("127.0.0.1", port)) for _ in range(40)]
    with pinned_session(tls.pin(cli.data)) as session:
        assert session.get(f"{url}/api/v1/health", timeout=10).status_code == 200
    for one in silent:
        one.close()
