"""The typed confirmation. Text typed ahead (or sent by a bar-code scanner) is thrown away first; Enter never destroys."""

from __future__ import annotations

import contextlib
import signal
import sys
import termios

from rich.console import Console

from recond.core.words import _
from recond.ui.console import say

WORD = _("DETRUIRE")
"""Its letters sit on the same keys on AZERTY and QWERTY."""

TRIES = 3
"""A slip of the finger is told and asked again; after that many, the answer is no."""


def flush_typed_ahead() -> None:
    """Forget what was typed before the question was on the screen."""
    with contextlib.suppress(termios.error, ValueError, OSError):
        termios.tcflush(sys.stdin.fileno(), termios.TCIFLUSH)


def confirm_destruction(console: Console) -> bool:
    """Ask for the word. An empty answer, Ctrl-C, the end of input or a third wrong word means no."""
    say(console, _("\n Tapez  {word}  puis Entrée pour commencer, ou Entrée seule pour revenir.").format(word=WORD))
    for left in range(TRIES - 1, -1, -1):
        typed = _answer()
        if typed == WORD:
            return True
        if not typed:
            return False
        again = (
            _("Tapez  {word}  ou Entrée seule pour revenir.").format(word=WORD)
            if left
            else _("Trois essais : on s'arrête là.")
        )
        say(console, _(" Ce n'est pas le mot : rien n'est effacé. {again}").format(again=again))
    return False


def _answer() -> str | None:
    """Return what was typed, upper case; None for Ctrl-C and the end of input."""
    # During the chain Ctrl-C only asks the work to stop; here nothing is under way, and it means "no" at once.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        flush_typed_ahead()
        return input(" > ").strip().upper()
    except (EOFError, KeyboardInterrupt):
        print()
        return None
    finally:
        signal.signal(signal.SIGINT, before)
