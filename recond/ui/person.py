"""The person in front of the functional tests: questions, pictures and colours on a console."""

from __future__ import annotations

import contextlib
import os
import select
import sys
from collections.abc import Callable, Mapping

from rich.console import Console

from recond.core.words import _, shown
from recond.ui.console import safe, say
from recond.ui.pages import show_help
from recond.ui.typed import flush_typed_ahead

COLOURS = {"red": 1, "green": 2, "blue": 4, "white": 7, "black": 0}
PURE = {"red": "ff0000", "green": "00ff00", "blue": "0000ff", "white": "ffffff", "black": "000000"}
"""The Linux console's own red is dark and its white grey: its palette is changed for the time of the picture."""

TRIES = 3


class ConsolePerson:
    """A `core.functional.Person`. `stopping`: whether Ctrl-C was pressed; it and the end of input answer every question
    with "skipped"."""

    def __init__(
        self, console: Console, *, present: bool, can_draw: bool, stopping: Callable[[], bool] = lambda: False
    ) -> None:
        self._console = console
        self._stopping = stopping
        self._present = present
        self._can_draw = can_draw and present
        self._drawn: tuple[str, ...] = ()

    @property
    def present(self) -> bool:
        """See `core.functional.Person.present`."""
        return self._present

    @property
    def can_draw(self) -> bool:
        """See `core.functional.Person.can_draw`."""
        return self._can_draw

    def say(self, text: str) -> None:
        """See `core.functional.Person.say`."""
        self._drawn = ()
        say(self._console, f" {text}", indent=" ")

    def ask(self, question: str, choices: Mapping[str, str]) -> str | None:
        """See `core.functional.Person.ask`. Enter alone asks again: nobody skips a test by leaning on the keyboard."""
        self._choices(question, choices)
        for _unused in range(TRIES):
            typed = self._line(helped=lambda: self._choices(question, choices))
            if typed is None or typed == "P":
                return None
            if typed in choices:
                return typed
            self.say(_("Tapez {choices} ou P, puis Entrée.").format(choices=", ".join(choices)))
        return None

    def number(self, question: str) -> int | None:
        """See `core.functional.Person.number`."""
        asked = _("{question}  (un nombre, P : passer ce test, H : aide)").format(question=shown(question))
        self.say(asked)
        for _unused in range(TRIES):
            typed = self._line(helped=lambda: self.say(asked))
            if typed is None or typed == "P":
                return None
            if typed.isascii() and typed.isdecimal() and 0 < int(typed) < 100:
                return int(typed)
            self.say(_("Tapez un nombre de 1 à 99, ou P, puis Entrée."))
        return None

    def _choices(self, question: str, choices: Mapping[str, str]) -> None:
        told = "  ".join(f"[{letter}] {shown(meaning)}" for letter, meaning in choices.items())
        self.say(question)
        self.say(_("  {told}  [P] passer ce test  [H] aide").format(told=told))

    def pressed(self, wait_s: float) -> bool:
        """See `core.functional.Person.pressed`."""
        if not select.select([sys.stdin], [], [], wait_s)[0]:
            return False
        with contextlib.suppress(OSError):
            os.read(sys.stdin.fileno(), 4096)
        return True

    def picture(self, lines: tuple[str, ...]) -> None:
        """See `core.functional.Person.picture`. Where nothing can be redrawn, only what is new is written."""
        lines = tuple(safe(line)[:79] for line in lines)
        if lines == self._drawn:
            return
        if self._can_draw:
            self._write("\x1b[2J\x1b[H" + "\r\n".join(lines) + "\r\n")
        else:
            for line in (line for line in lines if line.strip() and line not in self._drawn):
                say(self._console, line)
        self._drawn = lines

    def colour(self, name: str) -> None:
        """See `core.functional.Person.colour`."""
        own = f"\x1b]P{COLOURS[name]:x}{PURE[name]}" if os.environ.get("TERM") == "linux" else ""
        back = "\x1b]R" if own else ""
        try:
            # Clearing reaches the screen's edges, blanks those terminals that do not clear in colour; the cursor is put
            # away, it would look like a fault of the panel.
            columns, rows = os.get_terminal_size(self._console.file.fileno())
            blanks = "".join(f"\x1b[{row};1H{' ' * columns}" for row in range(1, rows + 1))
            self._write(f"{own}\x1b[4{COLOURS[name]}m\x1b[2J{blanks}\x1b[H\x1b[?25l")
            self._line(silent=True)
        finally:
            self._write(f"{back}\x1b[0m\x1b[2J\x1b[H\x1b[?25h")
            self._drawn = ()

    def _line(self, *, silent: bool = False, helped: Callable[[], None] | None = None) -> str | None:
        """Return what was typed, upper case; None when the input ended or Ctrl-C was pressed. "H" shows the help, then
        `helped` says the question again."""
        while (typed := self._typed(silent=silent)) == "H" and helped is not None:
            show_help(self._console, "tests")
            helped()
        return typed

    def _typed(self, *, silent: bool) -> str | None:
        flush_typed_ahead()
        if not silent:
            self._write(" > ")
        # Asked twice a second whether to stop: Ctrl-C only sets a mark while tests go on.
        while not select.select([sys.stdin], [], [], 0.5)[0]:
            if self._stopping():
                return None
        try:
            typed = os.read(sys.stdin.fileno(), 4096)
        except OSError:
            return None
        return typed.decode("utf-8", "replace").strip().upper() if typed and not self._stopping() else None

    def _write(self, text: str) -> None:
        self._console.file.write(text)
        self._console.file.flush()
