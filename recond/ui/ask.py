"""Questions answered by a word and Enter. What was typed before a question is forgotten; a bouncing Enter answers none."""

from __future__ import annotations

import re
import signal
import time
from collections.abc import Mapping

from rich.console import Console

from recond.core.words import _
from recond.ui.confirm import flush_typed_ahead
from recond.ui.console import say
from recond.ui.help import HELP

BOUNCE_S = 0.3
"""An Enter alone that comes sooner after the question is the key's bounce, or the end of a scan: nobody reads so fast."""

TRIES = 20
"""Empty lines in a row that are taken for a stuck key, before the answer is «nothing»."""

BEGINNING = re.compile(r" (?:\d\. |- |[A-Z]+(?: [A-Z]+)* {2,})")
"""What begins a line of help whose words stand in a column: a number, a dash, a word of the result."""

LETTERS = "BCEFGIJKOPRUVXY"
"""Letters that choose from a list: on the same key on AZERTY and QWERTY, without those that menus keep for themselves
(D, H, L, N, S, T)."""


class Asker:
    """Asks the person at the console. Every answer is None when the input ended; Ctrl-C is an empty answer."""

    def __init__(self, console: Console) -> None:
        self.console = console

    def line(self, question: str, *, about: str | None = None) -> str | None:
        """Return what was typed, without blanks at its ends. "H" shows the help page `about`, and asks again."""
        early = 0
        while True:
            flush_typed_ahead()
            asked = time.monotonic()
            typed = _read(question)
            if typed == "" and time.monotonic() - asked < BOUNCE_S and early < TRIES:
                early += 1
                continue
            if typed is not None and typed.upper() == "H" and about is not None:
                self.help(about)
                continue
            return typed

    def key(self, question: str, *, about: str | None = None) -> str | None:
        """Return what was typed in capitals."""
        typed = self.line(question, about=about)
        return None if typed is None else typed.upper()

    def choice(self, title: str, offers: Mapping[str, str], default: str, *, about: str | None = None) -> str | None:
        """Show named choices behind letters and return the chosen name; Enter alone is `default`, None the end of input."""
        keys = dict(zip(LETTERS, offers, strict=False))
        say(self.console, f" {title}")
        for letter, name in keys.items():
            chosen = _("  (Entrée)") if name == default else ""
            say(self.console, f"   [{letter}]  {offers[name]}{chosen}", indent=" " * 8)
        while True:
            typed = self.key(" > ", about=about)
            if typed is None:
                return None
            if not typed:
                return default
            if typed in keys:
                return keys[typed]
            say(self.console, _(" « {typed} » n'est pas dans cette liste.").format(typed=typed[:20]))

    def help(self, about: str) -> None:
        """Show a page of help and wait until it was read."""
        clear(self.console)
        for text in HELP[about]:
            begins = BEGINNING.match(text)
            say(self.console, text, indent=" " * (begins.end() if begins else 1))
        _read(_("\n Entrée : retour > "))


def clear(console: Console) -> None:
    """Begin a new screen; where nothing can be redrawn, an empty line."""
    if console.is_terminal and console.color_system is not None:
        console.file.write("\x1b[H\x1b[2J")
        console.file.flush()
    else:
        say(console, "")


def _read(question: str) -> str | None:
    # While a command works, Ctrl-C only asks it to stop; at a question it means «nothing» at once.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return input(question).strip()
    except EOFError:
        return None
    except KeyboardInterrupt:
        print()
        return ""
    finally:
        signal.signal(signal.SIGINT, before)
