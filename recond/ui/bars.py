"""Lines at the bottom of the screen that move, drawn again in place; the keyboard's echo is off, so nothing tears them."""

from __future__ import annotations

import atexit
import contextlib
import os
import sys
import termios
from typing import IO, Any

from recond.ui.console import WIDTH, safe


class Bars:
    """One line a key, a foot line under them. `end` leaves them where they are and gives the keyboard back."""

    def __init__(self, stream: IO[str]) -> None:
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
        """Leave the lines on the screen, without their foot, and begin below them."""
        if self._drawn:
            self._draw("")
        self._lines.clear()
        self._drawn = 0
        self._echo_back()

    def _draw(self, foot: str) -> None:
        self._echo_off()
        lines = [*self._lines.values(), *([foot] if foot and self._lines else [])]
        up = f"\x1b[{self._drawn}A" if self._drawn else ""
        width = min(WIDTH, _columns(self._stream) - 1)
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
            quiet[3] = quiet[3] & ~termios.ECHO
            termios.tcsetattr(sys.stdin.fileno(), termios.TCSADRAIN, quiet)

    def _echo_back(self) -> None:
        if self._keys is not None:
            with contextlib.suppress(termios.error, ValueError, OSError):
                termios.tcsetattr(sys.stdin.fileno(), termios.TCSADRAIN, self._keys)
            self._keys = None


def _columns(stream: IO[str]) -> int:
    try:
        return os.get_terminal_size(stream.fileno()).columns or 80
    except (OSError, ValueError):
        return 80
