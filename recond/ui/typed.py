"""Reading one line that a person types: what came before the question is forgotten, Ctrl-C means "nothing" at once."""

from __future__ import annotations

import contextlib
import signal
import sys
import termios
from typing import Final

from rich.console import Console

from recond.ui.console import WIDTH, fold, safe, say

MARK = " > "
"""Stands before what is typed, on every screen."""

TYPED_ROOM: Final = 20
"""Columns left for the answer beside a question; with fewer, the answer has a line of its own."""


def flush_typed_ahead() -> None:
    """Forget what was typed before the question was on the screen."""
    with contextlib.suppress(termios.error, ValueError, OSError):
        termios.tcflush(sys.stdin.fileno(), termios.TCIFLUSH)


def put_question(console: Console, question: str) -> str:
    """Print a question but for its last line, which `read` prints; long ones are folded at words."""
    text = question.rstrip(" ").removesuffix(">").rstrip(" ")
    if not text:
        return MARK
    width = min(WIDTH, console.width)
    lines = fold(safe(text), " ", width)
    if len(lines[-1]) + len(MARK) + TYPED_ROOM > width:
        lines.append("")
    for line in lines[:-1]:
        say(console, line)
    return lines[-1] + MARK


def read(prompt: str) -> str | None:
    """Return what was typed, None when the input ended, "" for Ctrl-C."""
    # While a command works, Ctrl-C only asks it to stop; at a question it means "nothing" at once.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return input(prompt).strip()
    except EOFError:
        return None
    except KeyboardInterrupt:
        print()
        return ""
    finally:
        signal.signal(signal.SIGINT, before)
