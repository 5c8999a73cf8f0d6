"""How a next step is named: by its command in a shell, by its letter of the menu in the assistant.

A volunteer in front of the menu has no command line: "recond label reprint" means nothing to them, [I] does. Sentences are
written once, with the command; the last stop before the screen puts the letter in its place.
"""

from __future__ import annotations

import re
from typing import Final

LETTERS: Final = {
    "recond label reprint": "[I]",
    "recond label": "[I]",
    "recond papers": "[I]",
    "recond install": "[O]",
    "recond run": "[R]",
    "recond push": "[N]",
    "recond enrol": "[C]",
    "recond outbox": "[N]",
    "recond test": "[E]",
    "recond audit": "[U]",
    "recond doctor": "[D]",
    "recond show": "[V]",
    "recond practice": "[T]",
    "recond station": "[S]",
    "recond batch new": "[L]",
    "recond batch close": "[L]",
    "recond batch use": "[L]",
}
"""What the menu does in the place of a command; `ui.home` has the letters, and a test holds both together."""

_FILLED = r" (?:last|keyboard|[A-Z]{3,7}|[A-Z]{2,5}-\d{4}-\d|https?://\S+|--left|--resume|--arm each)\b"
_COMMAND: Final = re.compile(rf"\b({'|'.join(sorted(LETTERS, key=len, reverse=True))})\b(?:{_FILLED})*(?! --)\u2026?")
_TWICE: Final = re.compile(r"(\[[A-Z]\]), (?:ou|or) \1")
_now = {"letters": False}


def use_letters(on: bool) -> None:
    """Name steps by their letters from now on, or by their commands again."""
    _now["letters"] = on


def letters_used() -> bool:
    """Tell whether the assistant's menu is in front of the person."""
    return _now["letters"]


def named(text: str) -> str:
    """Return the text with its commands as letters where the assistant's menu is in front of the person. A command with
    options of its own, which no letter does, stays."""
    if not _now["letters"] or "recond " not in text:
        return text
    return _TWICE.sub(r"\1", _COMMAND.sub(lambda found: LETTERS[found[1]], text))
