"""A real server in a process of its own, on a free port, that the tests may kill."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.server import postgres


class LiveServer:
    """`recond serve` on loopback, over one data folder; it can be killed and started again."""

    def __init__(self, data: Path, database: str | None = None) -> None:
        self.data = data
        self.database = database
        self.env = {**os.environ, **({"RECOND_DATABASE_URL": database} if database else {})}
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = (sys.executable, "-m", "recond", "--data", str(self.data), "serve", "--port", str(self.port))
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=self.env)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                if requests.get(f"{self.url}/api/v1/health", timeout=1).status_code == 200:
                    return
            except requests.RequestException:
                time.sleep(0.05)
        raise AssertionError("the server did not start")

    def kill(self) -> None:
        """Kill it at once (SIGKILL)."""
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.process = None

    def recond(self, *words: str) -> str:
        """Run `recond serve …` on the same data."""
        command = (sys.executable, "-m", "recond", "--data", str(self.data), "serve", *words)
        return subprocess.run(command, capture_output=True, text=True, check=True, env=self.env).stdout

    def enrol(self, file: Path, name: str = "essai") -> dict[str, Any]:
        """Enrol a stick into `file` and return what it holds."""
        self.recond("--enrol-file", str(file), "--name", name, "--url", self.url)
        found: dict[str, Any] = json.loads(file.read_text())
        return found

    def stored(self) -> list[dict[str, Any]]:
        """Return every stored event."""
        return [json.loads(line) for line in self.recond("--dump").splitlines()]


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[str]:
    """Return the address of a PostgreSQL of our own."""
    with postgres.cluster() as address:
        yield address


@pytest.fixture(params=("sqlite", "postgresql"))
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[LiveServer]:
    """Return a running server, on each kind of database in turn; it is killed at the end."""
    address = None
    if request.param == "postgresql":
        address = postgres.fresh(request.getfixturevalue("postgres_cluster"))
    live = LiveServer(tmp_path / "data", address)
    live.start()
    yield live
    live.kill()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make this process a server without a port, over a folder of its own; return the folder.

    Django is set up once a process: tests tell their machines apart by their own ids, and accounts are removed again.
    """
    from recond.server.config import setup

    folder = tmp_path_factory.mktemp("site")
    setup(folder)
    return folder
