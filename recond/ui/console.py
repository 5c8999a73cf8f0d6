"""The console, as the Linux console, a serial line and a terminal need it."""

from __future__ import annotations

import os
import re
import sys
import textwrap

from rich.console import Console
from rich.style import StyleType

from recond.core.words import shown
from recond.ui.steps import named

WIDTH = 79
"""Columns used: the 80th makes some terminals wrap."""


NARROW = 60
"""Below that many columns screens have a short form, so that the whole of them is seen at once."""

CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\xad]")
"""C0 and C1 control characters but the line end, and the soft hyphen that no console shows."""
NO_BREAK = "\u00a0"
GLUED = re.compile(r"(?<=\S) (?=[:;?!»](?:\s|$))|(?<=«) ")


def wants_simple() -> bool:
    """Tell whether this output cannot redraw: a pipe, a dumb terminal, or a serial line."""
    if not sys.stdout.isatty() or os.environ.get("TERM", "dumb") in ("dumb", "unknown"):
        return True
    try:
        return os.ttyname(sys.stdout.fileno()).startswith(("/dev/ttyS", "/dev/ttyUSB", "/dev/ttyAMA", "/dev/hvc"))
    except OSError:
        return True


def make_console(*, simple: bool = False, quiet: bool = False, stderr: bool = False) -> Console:
    """Return a console that shows text as it is: no markup, no emoji, no guessed highlighting, 79 columns at most."""
    plain = simple or wants_simple()
    columns = Console(stderr=stderr).width
    return Console(
        markup=False,
        emoji=False,
        highlight=False,
        stderr=stderr,
        quiet=quiet,
        # Without a colour system no escape is written at all, bold neither.
        color_system=None if plain else "auto",
        no_color=True if plain or "NO_COLOR" in os.environ else None,
        width=min(WIDTH, columns - 1) if sys.stdout.isatty() else WIDTH,
        # Without a height too, rich takes a dumb terminal for 80 columns.
        height=25,
        safe_box=True,
        legacy_windows=False,
    )


def safe(text: str) -> str:
    """Return the text in the letters of the console's font (ISO 8859-15), "?" for every other and for control characters:
    whatever a vendor or a file name holds, no terminal escape comes out of here. Line ends stay. In the assistant a command
    that its menu has is named by its letter."""
    letters = named(shown(text)).replace("\u2026", "...").encode("iso8859-15", "replace").decode("iso8859-15")
    return CONTROL.sub("?", letters)


def fold(text: str, indent: str = "", width: int = WIDTH) -> list[str]:
    """Return the text in lines of at most `width` columns; those after the first begin with `indent`.

    Words stay whole where they fit on a line; a path that does not is cut at the margin, not at its hyphens.
    """
    found: list[str] = []
    # French puts a blank before these marks and none may stand at the beginning of a line. textwrap breaks at plain blanks only.
    text = GLUED.sub(NO_BREAK, text)
    for number, line in enumerate(text.split("\n")):
        # The blanks that put words in columns are part of the text: textwrap only keeps those it is told of.
        start = line[: len(line) - len(line.lstrip(" "))]
        found += textwrap.wrap(
            line.lstrip(" "),
            max(20, width),
            initial_indent=start if number == 0 or start else indent,
            subsequent_indent=indent or start,
            break_on_hyphens=False,
            drop_whitespace=True,
        ) or [""]
    return [line.replace(NO_BREAK, " ") for line in found]


def say(console: Console, text: str, *, indent: str = "", style: StyleType | None = None) -> None:
    """Print a text: folded at words on a terminal, in the letters of its font; as it is into a pipe or a file."""
    if not console.is_terminal:
        console.print(named(shown(text)), style=style, soft_wrap=True)
        return
    for line in fold(safe(text), indent, min(WIDTH, console.width)):
        console.print(line, style=style, soft_wrap=True)
