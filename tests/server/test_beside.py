"""The process that takes events in beside the pages (PostgreSQL): it may be killed at any time, and ends with the server."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import psutil

from recond.core import canonical
from tests.server.conftest import LiveServer
from tests.server.story import whole
from tests.server.test_exactly_once import fill, in_database
from tests.server.test_freshen import push


def beside(live: LiveServer) -> list[psutil.Process]:
    """Return the processes that the server started."""
    assert live.process is not None
    found: list[psutil.Process] = psutil.Process(live.process.pid).children()
    return found


def test_there_is_one_on_postgresql_and_none_on_sqlite(server: LiveServer) -> None:
    found = beside(server)
    assert len(found) == (1 if server.database and (os.cpu_count() or 1) > 1 else 0)
    for one in found:
        assert not any("postgresql://" in word for word in one.cmdline()), "an address may hold a password"


def test_killed_the_server_takes_events_in_itself(server: LiveServer, tmp_path: Path) -> None:
    token = server.enrol(tmp_path / "enrolment.json")["token"]
    first, then = whole(1), whole(2)
    push(server, token, first.events)
    for one in beside(server):
        os.kill(one.pid, signal.SIGKILL)
    push(server, token, then.events)
    sent = {str(item["id"]): canonical.encode(item) for item in (*first.events, *then.events)}
    assert in_database(server) == sent


def test_killed_while_sticks_push_every_event_is_there_once(server: LiveServer, tmp_path: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    from recond.sink.push import push as push_outbox

    enrolment = tmp_path / "enrolment.json"
    server.enrol(enrolment)
    sticks = [fill(tmp_path / f"stick{number}", whole(number)) for number in range(6)]
    with ThreadPoolExecutor(6) as pool:
        done = [pool.submit(push_outbox, outbox, enrolment) for outbox, _ in sticks]
        time.sleep(0.05)
        for one in beside(server):
            os.kill(one.pid, signal.SIGKILL)
        results = [one.result() for one in done]
    assert all((one.refused, one.pending) == (0, 0) for one in results), results
    assert in_database(server) == {name: body for _, made in sticks for name, body in made.items()}


def test_it_ends_with_the_server_however_that_ends(server: LiveServer) -> None:
    found = beside(server)
    server.kill()
    assert not psutil.wait_procs(found, timeout=10)[1], "it outlived a server that was killed"
    server.start()
    again = beside(server)
    assert server.process is not None
    server.process.terminate()
    server.process.wait(timeout=20)
    assert not psutil.wait_procs(again, timeout=10)[1], "it outlived a server that was stopped"
