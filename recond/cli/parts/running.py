"""Running a command from the assistant, through the same door as the shell: whatever becomes of it, it is said."""

from __future__ import annotations

import sys
import termios
from typing import Any

from recond.cli.context import Context
from recond.cli.parts import starting
from recond.cli.parts.ended import keep_last
from recond.core.words import _
from recond.ui.console import say


def run_words(context: Context, words: tuple[str, ...]) -> None:
    """Run one command with the assistant's own options; the menu comes back after it."""
    from recond.cli.main import run

    options = ["--data", str(context.data), *(["--simple"] if context.simple else [])]
    options += ["--replay", str(context.replay)] if context.replay else []
    options += ["--silent"] if context.silent else []
    options += ["--operator", context.operator] if context.operator else []
    options += ["--profiles", str(context.profiles)] if context.profiles else []
    wait_for_hardware(context)
    keep_last(None)
    keys = _keyboard()
    try:
        run([*options, *words])
    finally:
        if keys is not None:
            # A command cut off while its bars moved leaves the keyboard without its echo.
            termios.tcsetattr(sys.stdin.fileno(), termios.TCSADRAIN, keys)


def wait_for_hardware(context: Context) -> None:
    """Wait until every driver is loaded, and say so when that takes a moment."""
    starting.wait_for_hardware(lambda: say(context.console, _(" Lecture du matériel...")))


def _keyboard() -> list[Any] | None:
    try:
        return termios.tcgetattr(sys.stdin.fileno())
    except (termios.error, ValueError, OSError):
        return None
