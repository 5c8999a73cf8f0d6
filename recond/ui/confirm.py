"""The typed confirmation. Text typed ahead (or sent by a bar-code scanner) is thrown away first; Enter never destroys."""

from __future__ import annotations

import contextlib
import sys
import termios

from rich.console import Console

WORD = "DETRUIRE"
"""Its letters sit on the same keys on AZERTY and QWERTY."""


def flush_typed_ahead() -> None:
    """Forget what was typed before the question was on the screen."""
    with contextlib.suppress(termios.error, ValueError, OSError):
        termios.tcflush(sys.stdin.fileno(), termios.TCIFLUSH)


def confirm_destruction(console: Console) -> bool:
    """Ask for the word; any other answer, an empty one or the end of input means no."""
    console.print(f"\n Tapez  {WORD}  puis Entrée pour commencer, ou Entrée seule pour revenir.")
    flush_typed_ahead()
    try:
        typed = input(" > ")
    except EOFError:
        return False
    return typed.strip().upper() == WORD
