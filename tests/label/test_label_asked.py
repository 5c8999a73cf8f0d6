"""On a terminal: a printer that cannot say whether it printed is looked at by the person, whose word is kept."""

from __future__ import annotations

import os
import pty
import select
import socket
import sys
import threading
import time
from pathlib import Path

import pytest

from recond.core.errors import ExitCode
from recond.host.local import LocalHost
from recond.sink.labelqueue import LabelQueue
from recond.sink.store import Store
from tests.label.test_label_waiting import TAGS, data, labels_of

assert data, "three machines whose runs have ended"


def silent_printer() -> tuple[socket.socket, int]:
    """Port 9100 of a printer that takes everything and never says a word."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        try:
            connection, _ = server.accept()
            with connection:
                while connection.recv(65536):
                    pass
        except OSError:
            return

    threading.Thread(target=serve, daemon=True).start()
    return server, int(server.getsockname()[1])


def on_a_terminal(folder: Path, port: int, typed: bytes) -> tuple[int, str]:
    """Run recond label on a terminal; something is typed ahead, then the answer once it asks."""
    argv = [
        sys.executable,
        "-m",
        "recond",
        "--data",
        str(folder),
        "label",
        TAGS[0],
        "--printer",
        f"zpl@127.0.0.1:{port}",
    ]
    pid, master = pty.fork()
    if pid == 0:
        os.environ["TERM"] = "linux"
        os.execv(argv[0], argv)
    os.write(master, b"N\n")  # a scanner's or an impatient finger's, before the question
    said, answered, deadline = b"", 0, time.monotonic() + 60
    answers = typed.splitlines(keepends=True)
    while time.monotonic() < deadline:
        if not select.select([master], [], [], 1)[0]:
            continue
        try:
            more = os.read(master, 4096)
        except OSError:
            break
        said += more
        if answered < min(said.count(b" > "), len(answers)):
            time.sleep(0.4)  # sooner, an Enter alone would be a key's bounce
            os.write(master, answers[answered])
            answered += 1
    _, status = os.waitpid(pid, 0)
    os.close(master)
    return os.waitstatus_to_exitcode(status), said.decode("utf-8", "replace")


@pytest.mark.parametrize(
    ("typed", "code", "waits"),
    [(b"O\n", ExitCode.OK, False), (b"n\n", ExitCode.LABEL_PENDING, True), (b"\n\n\n", ExitCode.OK, False)],
)
def test_the_person_says_whether_it_came_out(data: Path, typed: bytes, code: ExitCode, waits: bool) -> None:
    server, port = silent_printer()
    with server:
        found, said = on_a_terminal(data, port, typed)
    assert "L'étiquette est-elle sortie" in said and "[ATT.]" in said, said
    assert found == code, said
    assert [one.tag for one in LabelQueue(data).all()] == ([TAGS[0]] if waits else [])
    assert ("recond label reprint" in said) is waits
    assert labels_of(data, TAGS[0])[0] == "zpl sent", "that it was sent is true either way"
    assert Store(data, LocalHost()).find_card(TAGS[0])
