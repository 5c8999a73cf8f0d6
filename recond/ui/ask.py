"""Questions answered by a word and Enter. What was typed before a question is forgotten; a bouncing Enter answers none."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from rich.console import Console

from recond.core.words import _
from recond.ui.console import say
from recond.ui.pages import clear as clear
from recond.ui.pages import cut_pages, height, show_help
from recond.ui.typed import MARK, flush_typed_ahead, put_question, read

BOUNCE_S = 0.3
"""An Enter alone that comes sooner after the question is the key's bounce, or the end of a scan: nobody reads so fast."""

TRIES = 20
"""Empty lines in a row that are taken for a stuck key, before the answer is «nothing»."""

LETTERS = "BCEFGIJKOPRUVXY"
"""Letters that choose from a list: on the same key on AZERTY and QWERTY, without those that menus keep for themselves
(D, H, L, N, S, T)."""

QUESTION_LINES = 4
"""Lines that a page leaves free for the question below it."""


class Asker:
    """Asks the person at the console. Every answer is None when the input ended; Ctrl-C is an empty answer.

    `about`: the page of help that "H" shows; every question has one. `screen`: draws again what stood above the question,
    which the page of help has taken away.
    """

    def __init__(self, console: Console, screen: Callable[[], None] = lambda: None) -> None:
        self.console = console
        self.screen = screen

    def line(self, question: str, *, about: str) -> str | None:
        """Return what was typed, without blanks at its ends. "H" shows the help page `about`, and asks again."""
        early = 0
        while True:
            prompt = put_question(self.console, question)
            flush_typed_ahead()
            asked = time.monotonic()
            typed = read(prompt)
            if typed == "" and time.monotonic() - asked < BOUNCE_S and early < TRIES:
                early += 1
                continue
            if typed is not None and typed.upper() == "H":
                show_help(self.console, about)
                clear(self.console)
                self.screen()
                continue
            return typed

    def key(self, question: str, *, about: str) -> str | None:
        """Return what was typed in capitals."""
        typed = self.line(question, about=about)
        return None if typed is None else typed.upper()

    def choice(self, title: str, offers: Mapping[str, str], default: str, *, about: str) -> str | None:
        """Show named choices behind letters and return the chosen name; Enter alone is `default`, None the end of input."""
        keys = dict(zip(LETTERS, offers, strict=False))

        def show() -> None:
            say(self.console, f" {title}")
            for letter, name in keys.items():
                chosen = _("  (Entrée)") if name == default else ""
                say(self.console, f"   [{letter}]  {offers[name]}{chosen}", indent=" " * 8)

        show()
        with self.above(show):
            while True:
                typed = self.key(MARK, about=about)
                if typed is None:
                    return None
                if not typed:
                    return default
                if typed in keys:
                    return keys[typed]
                say(self.console, _(" « {typed} » n'est pas dans cette liste.").format(typed=typed[:20]))

    @contextmanager
    def above(self, show: Callable[[], None]) -> Iterator[None]:
        """Have also this drawn again after a page of help, below what the screen draws."""
        before = self.screen

        def both() -> None:
            before()
            show()

        self.screen = both
        try:
            yield
        finally:
            self.screen = before

    def paged(self, head: Sequence[str], lines: Sequence[str], *, about: str) -> None:
        """Show lines in pages under the same head, until the last was read or "R" goes back."""
        pages = cut_pages(lines, max(1, height(self.console) - len(head) - QUESTION_LINES))
        for number, page in enumerate(pages, start=1):
            shown = (*head, *page)
            if number > 1:
                clear(self.console)
            self._put(shown)
            last = number == len(pages)
            more = (
                _("\n Entrée : retour > ")
                if last
                else _("\n Page {number} sur {count}. Entrée : la suite, R : retour > ").format(
                    number=number, count=len(pages)
                )
            )
            with self.above(lambda shown=shown: self._put(shown)):  # type: ignore[misc]
                if self.key(more, about=about) in (None, "R"):
                    return

    def _put(self, lines: Sequence[str]) -> None:
        for line in lines:
            say(self.console, line)

    def go_on(self, about: str) -> None:
        """Wait until what stands on the screen was read."""
        self.key(_(" Entrée : continuer > "), about=about)
