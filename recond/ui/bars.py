"""Lines at the bottom of the screen that move, drawn again in place; the keyboard's echo is off, so nothing tears them."""

from __future__ import annotations

import atexit
import contextlib
import os
import select
import sys
import termios
from typing import IO, Any

from recond.core.words import ngettext
from recond.ui.console import WIDTH, safe


class Bars:
    """A head line, one line a key (or more, put together with line ends), a foot line under them. `end` leaves the lines
    where they are and gives the keyboard back."""

    def __init__(self, stream: IO[str]) -> None:
        self.head = ""
        self._stream = stream
        self._lines: dict[str, str] = {}
        self._drawn = 0
        self._keys: list[Any] | None = None
        atexit.register(self._echo_back)

    def show(self, key: str, line: str, foot: str = "") -> None:
        """Put or change a line."""
        self._lines[key] = line
        self._draw(foot)

    def drop(self, key: str, foot: str = "") -> None:
        """Take a line away: what became of it is told elsewhere."""
        if self._lines.pop(key, None) is not None:
            self._draw(foot)

    def end(self) -> None:
        """Leave the lines on the screen, without head and foot, and begin below them."""
        if self._drawn:
            self.head = ""
            self._draw("")
        self._lines.clear()
        self._drawn = 0
        self._echo_back()

    def pressed(self) -> str:
        """Return the keys pressed since the last time, in capitals; they are read one by one while lines move."""
        if self._keys is None:
            return ""
        with contextlib.suppress(OSError, ValueError):
            if select.select([sys.stdin], [], [], 0)[0]:
                return os.read(sys.stdin.fileno(), 256).decode("utf-8", "replace").upper()
        return ""

    def _draw(self, foot: str) -> None:
        self._echo_off()
        columns, rows = _size(self._stream)
        body = [line for lines in self._lines.values() for line in lines.split("\n")]
        lines = _fitted(self.head, body, foot, rows) if body else []
        up = f"\x1b[{self._drawn}A" if self._drawn else ""
        width = min(WIDTH, columns - 1)
        # "\x1b[J" also wipes what the terminal itself wrote there, such as the ^C of Ctrl-C.
        self._stream.write(f"\r{up}\x1b[J" + "".join(safe(line)[:width] + "\n" for line in lines))
        self._stream.flush()
        self._drawn = len(lines)

    def _echo_off(self) -> None:
        if self._keys is not None:
            return
        with contextlib.suppress(termios.error, ValueError, OSError):
            self._keys = termios.tcgetattr(sys.stdin.fileno())
            quiet = list(self._keys)
            # Ctrl-C keeps its meaning; other keys are read without Enter.
            quiet[3] = quiet[3] & ~(termios.ECHO | termios.ICANON)
            termios.tcsetattr(sys.stdin.fileno(), termios.TCSADRAIN, quiet)

    def _echo_back(self) -> None:
        if self._keys is not None:
            with contextlib.suppress(termios.error, ValueError, OSError):
                termios.tcsetattr(sys.stdin.fileno(), termios.TCSADRAIN, self._keys)
            self._keys = None


def _fitted(head: str, body: list[str], foot: str, rows: int) -> list[str]:
    """Return what is drawn: as many lines as can be drawn again in place, and how many there are more."""
    around = bool(head) + bool(foot)
    room = max(1, rows - 1 - around)
    if len(body) > room:
        left = len(body) - room + 1
        body = [
            *body[: room - 1],
            ngettext("    ... et {left} ligne", "    ... et {left} lignes", left).format(left=left),
        ]
    return [*([head] if head else []), *body, *([foot] if foot else [])]


def _size(stream: IO[str]) -> tuple[int, int]:
    try:
        found = os.get_terminal_size(stream.fileno())
    except (OSError, ValueError):
        return 80, 24
    return found.columns or 80, found.lines or 24
