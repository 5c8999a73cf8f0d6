"""`recond serve` itself: in the background, stopped, ended by time; and what it refuses."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from recond.core import canonical
from recond.server import hold
from tests.server.story import whole


class Cli:
    """`recond --data FOLDER`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "server"

    def run(self, *words: str, code: int = 0, typed: str = "") -> str:
        """Run it, hold its exit code against `code`, return what it said."""
        command = (sys.executable, "-m", "recond", "--data", str(self.folder), *words)
        done = subprocess.run(command, capture_output=True, text=True, input=typed, timeout=90, check=False)
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    def detach(self, *words: str) -> str:
        """Start a server in the background and return its address."""
        said = self.run("serve", "--detach", "--port", "0", *words)
        return said.removeprefix("serveur : ").strip().rstrip("/")


@pytest.fixture
def cli(tmp_path: Path) -> Iterator[Cli]:
    made = Cli(tmp_path / "data")
    yield made
    hold.stop(made.data)


def healthy(url: str) -> bool:
    try:
        return requests.get(f"{url}/api/v1/health", timeout=5).status_code == 200
    except requests.RequestException:
        return False


def test_detached_it_answers_before_the_command_returns_and_ends_when_told(cli: Cli) -> None:
    url = cli.detach()
    assert healthy(url)
    assert cli.detach() == url
    running = hold.running(cli.data)
    assert running is not None and running.url == url
    assert "un serveur tourne déjà" in cli.run("serve", "--port", "0", code=5)
    assert "serveur arrêté" in cli.run("serve", "--stop")
    assert not healthy(url) and hold.running(cli.data) is None
    assert "aucun serveur" in cli.run("serve", "--stop")
    modes = {path.name: path.stat().st_mode & 0o077 for path in (cli.data, cli.data / "secret-key")}
    assert set(modes.values()) == {0}, modes


def test_a_left_over_pid_file_kills_nobody(cli: Cli) -> None:
    url = cli.detach()
    server = hold.running(cli.data)
    assert server is not None
    os.kill(server.pid, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while hold.running(cli.data) is not None and time.monotonic() < deadline:
        time.sleep(0.02)
    with subprocess.Popen(("sleep", "60")) as bystander:
        (cli.data / "server.pid").write_text(f"{bystander.pid} {url}")
        assert "aucun serveur" in cli.run("serve", "--stop")
        assert cli.detach().startswith("http://127.0.0.1:")
        cli.run("serve", "--stop")
        assert bystander.poll() is None
        bystander.kill()


def test_it_ends_by_itself_and_is_given_more_time_by_who_needs_it(cli: Cli) -> None:
    begun = time.monotonic()
    url = cli.detach("--stop-after", "10")
    until = hold.end(cli.data)
    assert until is not None and 590 < until - begun < 660
    assert cli.detach("--stop-after", "60") == url
    longer = hold.end(cli.data)
    assert longer is not None and longer - until > 2900
    cli.run("serve", "--stop")
    url = cli.detach("--stop-after", "0.03")
    deadline = time.monotonic() + 20
    while healthy(url) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert hold.running(cli.data) is None


def test_what_it_refuses_is_said_with_its_code(cli: Cli) -> None:
    for words in (("serve",), ("serve", "--detach")):
        assert "192.0.2.20" in cli.run(*words, "--host", "192.0.2.20", code=5)
        for wrong in ("mysql://x/y", "postgresql://host", "postgresql://host:port/x"):
            assert "postgresql://recond" in cli.run(*words, "--database-url", wrong, code=7)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        for words in (("serve",), ("serve", "--detach")):
            said = cli.run(*words, "--port", port, code=5)
            assert f"port {port}" in said and "--port" in said
    assert hold.running(cli.data) is None
    said = cli.run("serve", "--enrol-file", str(cli.folder / "e"), "--url", "http://192.168.1.20:8017", code=7)
    assert "--plain-http" in said and not (cli.folder / "e").exists()
    assert "n'est pas l'adresse" in cli.run("serve", "--enrol-file", str(cli.folder / "e"), "--url", "ftp://x", code=7)
    assert "clés enrôlées : aucune" in cli.run("serve", "--revoke", "nobody", code=2)


def test_first_starts_at_once_do_not_trip_over_each_other(cli: Cli) -> None:
    with ThreadPoolExecutor(3) as pool:
        said = list(pool.map(lambda name: cli.run("serve", "--enrol-file", str(cli.folder / name)), "abc"))
    assert all("enrôlée" in one for one in said)
    tokens = {json.loads((cli.folder / name).read_text())["token"] for name in "abc"}
    assert len(tokens) == 3


def test_an_account_from_the_command_line(cli: Cli) -> None:
    weak = cli.run("serve", "--create-user", "lea", typed="1234\n1234\n", code=2)
    assert "1234" not in weak
    cli.run("serve", "--create-user", "lea", typed="trois petits chats\ntrois petits chats\n")
    url = cli.detach()
    assert "/connexion/" in requests.get(url, timeout=10).url


def test_a_file_carried_by_hand(cli: Cli) -> None:
    stories = [whole(number) for number in range(20)]
    lines = [canonical.encode(item) for story in stories for item in story.events]
    file = cli.folder.parent / "carried.ndjson"
    file.write_bytes(b"\n".join(lines) + b"\n")
    assert f"{len(lines)} événement(s) ajouté(s), 0 déjà là, 0 refusé(s)" in cli.run("serve", "--import", str(file))
    assert f"0 événement(s) ajouté(s), {len(lines)} déjà là" in cli.run("serve", "--import", str(file))
    assert sorted(cli.run("serve", "--dump").splitlines()) == sorted(line.decode() for line in lines)
    file.write_bytes(lines[0][:-9] + b"\n" + b'{"id":1}\n')
    assert "2 refusé(s)" in cli.run("serve", "--import", str(file), code=2)
    assert "ne se lit pas" in cli.run("serve", "--import", str(file) + ".x", code=5)
