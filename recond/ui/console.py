"""The console, as the Linux console, a serial line and a terminal need it."""

from __future__ import annotations

import os
import sys

from rich.console import Console

WIDTH = 79
"""Columns used: the 80th makes some terminals wrap."""


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
    columns = Console().width
    return Console(
        markup=False,
        emoji=False,
        highlight=False,
        stderr=stderr,
        quiet=quiet,
        no_color=True if plain or "NO_COLOR" in os.environ else None,
        width=WIDTH if plain or columns > WIDTH else columns,
        safe_box=True,
        legacy_windows=False,
    )
