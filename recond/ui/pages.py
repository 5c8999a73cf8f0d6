"""Screens longer than the terminal is high: cleared, shown in pages, and the help that every question has behind H."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence

from rich.console import Console

from recond.core.words import _
from recond.ui.console import WIDTH, fold, safe, say
from recond.ui.help import HELP
from recond.ui.typed import flush_typed_ahead, put_question, read

BEGINNING = re.compile(r" (?:\d\. |- |[A-Z]+(?: [A-Z]+)* {2,})")
"""What begins a line of help whose words stand in a column: a number, a dash, a word of the result."""

BELOW = 3
"""Lines of the question below a page of help."""

NO_END = 1_000_000
"""Height of an output that scrolls for ever: a pipe, a serial line."""


def clear(console: Console) -> None:
    """Begin a new screen; where nothing can be redrawn, an empty line."""
    if redraws(console):
        console.file.write("\x1b[H\x1b[2J")
        console.file.flush()
    else:
        say(console, "")


def redraws(console: Console) -> bool:
    """Tell whether this output is a screen that can be cleared."""
    return console.is_terminal and console.color_system is not None


def height(console: Console) -> int:
    """Return the lines of the screen; without end where it cannot be cleared, as nothing is taken off it."""
    return max(8, shutil.get_terminal_size((80, 24)).lines) if redraws(console) else NO_END


def cut_pages(lines: Sequence[str], room: int) -> list[list[str]]:
    """Return the lines in pages of at most `room`; one empty page for none."""
    return [list(lines[first : first + room]) for first in range(0, len(lines), room)] or [[]]


def show_help(console: Console, about: str) -> None:
    """Show a page of help, in pages where the screen is small, and wait until it was read."""
    lines: list[str] = []
    for text in HELP[about]:
        begins = BEGINNING.match(text)
        lines += fold(safe(text), " " * (begins.end() if begins else 1), min(WIDTH, console.width))
    pages = cut_pages(lines, height(console) - BELOW)
    for number, page in enumerate(pages, start=1):
        clear(console)
        for line in page:
            say(console, line)
        flush_typed_ahead()
        read(
            put_question(console, _("\n Entrée : retour > ") if number == len(pages) else _("\n Entrée : la suite > "))
        )
