"""The last screen of the last run, kept while the assistant lives: it is shown again after a page of help."""

from __future__ import annotations

from recond.cli.context import Context
from recond.ui.result import Ended, show_result

_last: list[Ended] = []


def keep_last(ended: Ended | None) -> None:
    """Remember how a run ended; None = what is on the screen now is no such end."""
    _last[:] = [] if ended is None else [ended]


def show_last(context: Context) -> None:
    """Show it again, where there is one."""
    for ended in _last:
        show_result(context.console, ended)
