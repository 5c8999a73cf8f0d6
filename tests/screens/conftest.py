"""recond run on a pseudo-terminal of 80x25, its real output fed to a terminal emulator."""

from __future__ import annotations

import contextlib
import fcntl
import os
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyte
import pytest

MACHINES = Path(__file__).resolve().parents[1] / "machines"


@dataclass
class Terminal:
    """A process on a pseudo-terminal. `screen` is what a person sees, `raw` every byte that was written."""

    pid: int
    fd: int
    screen: pyte.HistoryScreen
    stream: pyte.ByteStream
    raw: bytearray = field(default_factory=bytearray)
    code: int | None = None

    def read(self, until: Callable[[], bool], deadline_s: float = 15) -> None:
        """Read until the condition holds or the process has ended; fails when neither comes."""
        end = time.monotonic() + deadline_s
        while not until():
            assert time.monotonic() < end, "\n".join(self.lines())
            if not select.select([self.fd], [], [], 0.1)[0]:
                continue
            try:
                data = os.read(self.fd, 65536)
            except OSError:
                data = b""
            if not data:
                break
            self.raw += data
            self.stream.feed(data)

    def wait_for(self, text: str) -> None:
        """Read until the text was shown."""
        self.read(lambda: text in self.raw.decode(errors="replace"))
        assert text in self.raw.decode(errors="replace"), "\n".join(self.lines())

    def type(self, text: str) -> None:
        """Press keys."""
        os.write(self.fd, text.encode())

    def end(self) -> int:
        """Read to the end and return the exit code."""
        self.read(lambda: False)
        self.code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return self.code

    def lines(self) -> list[str]:
        """Return everything that was shown: what scrolled away, then the screen."""
        above = ["".join(row[n].data for n in range(self.screen.columns)) for row in self.screen.history.top]
        return [line.rstrip() for line in (*above, *self.screen.display)]

    def text(self) -> str:
        """Return all lines, without the blanks that fold them: a sentence is found wherever it was folded."""
        return " ".join(" ".join(self.lines()).split())


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Callable[..., Terminal]]:
    """Return a starter: words of a recond command line in, a running Terminal out."""
    made: list[Terminal] = []

    def start(*words: str, columns: int = 80, lines: int = 25, python: bool = False, **env: str) -> Terminal:
        own = [] if python else ["-m", "recond", "--data", str(tmp_path / "d")]
        return start_argv([sys.executable, *own, *words], columns, lines, env)

    def start_argv(argv: list[str], columns: int, lines: int, env: dict[str, str]) -> Terminal:
        screen = pyte.HistoryScreen(columns, lines, history=2000, ratio=0.5)
        parent, child = os.openpty()
        fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        pid = os.fork()
        if pid == 0:
            _login_tty(child)
            os.close(parent)
            clean = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "COLUMNS", "LINES")}
            os.execve(argv[0], argv, {**clean, "TERM": "linux", "PYTHONUTF8": "1", **env})
        os.close(child)
        made.append(Terminal(pid, parent, screen, pyte.ByteStream(screen)))
        return made[-1]

    yield start
    for one in made:
        if one.code is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(one.pid, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(one.pid, 0)
        with contextlib.suppress(OSError):
            os.close(one.fd)


def _login_tty(fd: int) -> None:
    os.setsid()
    fcntl.ioctl(fd, termios.TIOCSCTTY, 0)
    for number in range(3):
        os.dup2(fd, number)


def check_console(shown: Terminal, columns: int = 80) -> None:
    """Assert what holds for every screen: the last column stays free, and the console's font has every letter."""
    for line in shown.lines():
        assert len(line) < columns, f"{len(line)} columns: {line!r}"
        assert line == line.encode("iso8859-15", "replace").decode("iso8859-15"), f"not in the font: {line!r}"
    assert "\N{REPLACEMENT CHARACTER}" not in shown.raw.decode(errors="replace")


@pytest.fixture
def card() -> Callable[..., dict[str, Any]]:
    """Return a maker of cards of a PC with one internal disk, or none."""

    def make(wipe: str | None, *, install: str | None = None, disk: bool = True, ready: bool = False) -> dict[str, Any]:
        identity = {"model": "DURAND HDD", "serial": "S1", "wwn": None, "size_bytes": 500_107_862_016}
        seen = {"identity": identity, "bus": "sata", "removable": False}
        return {
            "tag": "PC-0001-8",
            "model": "Durand Portable 14",
            "state": "aside",
            "grade": "B",
            "machine": {"disks": [{"disk": seen}] if disk else []},
            "disks": [{**identity, "wipe": wipe, "health": "pass", "internal": True}] if disk else [],
            "install": {"result": install, "profile": {"name": "debian-base", "version": "13"}} if install else None,
            "ready": ready,
        }

    return make
