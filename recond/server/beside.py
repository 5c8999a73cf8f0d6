"""The process beside the server that takes events in, on PostgreSQL: so that both processors work, and no page waits for a rush
of events.

The server hands it requests as they came and gives its answers on. When it is away (killed, not started yet) the server takes
events in itself; what the other one may have stored of a request by then is a "duplicate" like any other.
"""

from __future__ import annotations

import json
import logging
import os
import queue
import socket
import subprocess
import sys
import threading
from datetime import datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from recond.server.models import Stick

LOG = logging.getLogger(__name__)

LINES: Final = 8
"""Requests that the other process works on at a time; as many as the server has threads."""


class Beside:
    """The other process, as the server sees it."""

    def __init__(self, data: Path, database: str) -> None:
        pairs = [socket.socketpair() for _ in range(LINES)]
        theirs = [other.detach() for _, other in pairs]
        command = [sys.executable, "-c", "from recond.server.beside import main; main()", str(data), *map(str, theirs)]
        # Its standard input is held open by this process: when that ends, however it ends, the other one does too. The
        # address of the database may hold a password: it is not among the words that everybody on this machine can read.
        # A session of its own: Ctrl+C on the terminal is for the server, which ends it in order.
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            pass_fds=theirs,
            start_new_session=True,
            env={**os.environ, "RECOND_DATABASE_URL": database},
        )
        for number in theirs:
            os.close(number)
        self._lines: queue.SimpleQueue[Connection | None] = queue.SimpleQueue()
        for mine, _ in pairs:
            self._lines.put(Connection(mine.detach()))

    def answer(self, body: bytes, encoding: str, stick: Stick) -> tuple[int, bytes] | None:
        """Have a request answered; None = it is away. Whether it stored anything is not known then."""
        line = self._lines.get()
        if line is None:
            self._lines.put(None)
            return None
        seen = stick.last_seen_at.isoformat() if stick.last_seen_at else ""
        try:
            line.send_bytes(f"{encoding}\n{stick.pk}\n{seen}\n".encode() + body)
            status, _, said = line.recv_bytes().partition(b"\n")
        except (OSError, EOFError):
            LOG.warning("the process that takes events in is away")
            self._lines.put(None)
            return None
        self._lines.put(line)
        return int(status), said

    def stop(self) -> None:
        """End it and wait for it."""
        self._process.communicate()


_beside: Beside | None = None


def start(data: Path, database: str | None) -> None:
    """Take events in beside the pages from now on, where that helps: SQLite has one writer anyway."""
    global _beside
    if database and (os.cpu_count() or 1) > 1:
        _beside = Beside(data, database)


def stop() -> None:
    """Take events in no more."""
    global _beside
    if _beside is not None:
        _beside.stop()
        _beside = None


def handed(body: bytes, encoding: str, stick: Stick) -> tuple[int, bytes]:
    """Have a request's events taken in, by the other process or here. Raises DatabaseError."""
    if _beside is not None and (found := _beside.answer(body, encoding, stick)) is not None:
        return found
    from recond.server import intake

    status, said = intake.answer(body, encoding, stick)
    return status, json.dumps(said).encode()


def main() -> None:
    """Be the other process: `sys.argv` is the server's data folder and the numbers of the lines."""
    from recond.server import config

    data, *numbers = sys.argv[1:]
    config.setup(Path(data), database=os.environ["RECOND_DATABASE_URL"])
    from recond.server import freshen  # its tables are there once Django is set up

    threads = [threading.Thread(target=_serve, args=(Connection(int(one)),), daemon=True) for one in numbers]
    freshen.start()
    for one in threads:
        one.start()
    while sys.stdin.buffer.read(1):
        pass
    os._exit(0)


def _serve(line: Connection) -> None:
    from recond.server import intake
    from recond.server.models import Stick

    while True:
        try:
            encoding, pk, seen, body = line.recv_bytes().split(b"\n", 3)
            stick = Stick(pk=int(pk), last_seen_at=datetime.fromisoformat(seen.decode()) if seen else None)
            status, said = intake.guarded(body, encoding.decode(), stick)
            line.send_bytes(f"{status}\n".encode() + json.dumps(said).encode())
        except (OSError, EOFError):
            return
