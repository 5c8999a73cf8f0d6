"""Visitors who send slowly on purpose: they are let go, and a stick pushes meanwhile as if they were not there."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from recond.server import front, hold
from recond.sink.outbox import Outbox
from recond.sink.push import push
from tests.server.story import whole
from tests.server.test_serve import Cli

HEADS = front.AT_ONCE + 44
"""More than are served at a time."""
BODIES = 100
HEAD = b"GET /healthz HTTP/1.1\r\nHost: here\r\nX-"
BODY = b"POST /api/v1/events HTTP/1.1\r\nHost: here\r\nContent-Length: 1000000\r\n\r\n"


@pytest.fixture
def cli(tmp_path: Path) -> Iterator[Cli]:
    made = Cli(tmp_path / "data")
    yield made
    hold.stop(made.data)


def _line(port: int, begin: bytes) -> ssl.SSLSocket:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    line = context.wrap_socket(socket.create_connection(("127.0.0.1", port), timeout=30))
    line.sendall(begin)
    line.settimeout(0.001)
    return line


def _open(line: ssl.SSLSocket) -> bool:
    """Send one more byte, and tell whether the server still listens."""
    try:
        line.sendall(b"a")
        while line.recv(4096):
            pass
    except (TimeoutError, ssl.SSLWantReadError):
        return True
    except OSError:
        return False
    return False


def _left_after(lines: list[ssl.SSLSocket], seconds: float) -> int:
    """Drip a byte a second down each line; returns how many are open at the end."""
    end = time.monotonic() + seconds
    while lines and time.monotonic() < end:
        lines = [line for line in lines if _open(line)]
        time.sleep(1)
    return len(lines)


def _pushed(folder: Path, file: Path, number: int) -> float:
    outbox = Outbox(folder)
    for event in whole(number).events:
        outbox.put(event)
    begun = time.monotonic()
    done = push(outbox, file)
    assert (done.pending, done.refused, done.why) == (0, 0, None) and done.stored > 5
    return time.monotonic() - begun


@pytest.mark.parametrize(
    ("begin", "count", "within_s"),
    [(HEAD, HEADS, front.HEAD_S), (BODY, BODIES, front.GRACE_S)],
    ids=["heads", "bodies"],
)
def test_who_drips_is_let_go_and_stops_no_stick(
    cli: Cli, tmp_path: Path, begin: bytes, count: int, within_s: float
) -> None:
    port = int(cli.detach("--tls").rpartition(":")[2])
    file = tmp_path / "enrolment.json"
    cli.run("serve", "--enrol-file", str(file))
    with ExitStack() as open_lines:
        lines = [open_lines.enter_context(closing(_line(port, begin))) for _ in range(count)]
        assert sum(_open(line) for line in lines) > count / 2, "they were let go before they were slow"
        assert _pushed(tmp_path / "outbox", file, 7) < 10
        assert _left_after(lines, within_s + 15) == 0
    assert _pushed(tmp_path / "later", file, 8) < 10


def test_a_head_without_end_is_refused(cli: Cli) -> None:
    port = int(cli.detach("--tls").rpartition(":")[2])
    line = _line(port, b"GET / HTTP/1.1\r\nX-Long: " + b"a" * (front.CHUNK + 100))
    line.settimeout(20)
    with closing(line):
        assert line.recv(64).startswith(b"HTTP/1.1 431 ")
