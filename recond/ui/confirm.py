"""The typed confirmation. Text typed ahead (or sent by a bar-code scanner) is thrown away first; Enter never destroys."""

from __future__ import annotations

from collections.abc import Callable

from rich.console import Console

from recond.core.words import _
from recond.ui.console import NARROW, say
from recond.ui.pages import show_help
from recond.ui.typed import MARK, read
from recond.ui.typed import flush_typed_ahead as flush_typed_ahead

WORD = _("DETRUIRE")
"""Its letters sit on the same keys on AZERTY and QWERTY."""

TRIES = 3
"""A slip of the finger is told and asked again; after that many, the answer is no."""


def confirm_destruction(console: Console, again: Callable[[], None] = lambda: None, *, about: str = "plan") -> bool:
    """Ask for the word. An empty answer, Ctrl-C, the end of input or a third wrong word means no.

    "H" shows the help page `about` and costs no try; `again` then shows once more what the word is for.
    """
    _ask(console)
    left = TRIES
    while left:
        flush_typed_ahead()
        typed = (read(MARK) or "").upper()
        if typed == WORD:
            return True
        if not typed:
            return False
        if typed == "H":
            show_help(console, about)
            again()
            _ask(console)
            continue
        left -= 1
        then = (
            _("Tapez  {word}  ou Entrée seule pour revenir.").format(word=WORD)
            if left
            else _("Trois essais : on s'arrête là.")
        )
        say(console, _(" Ce n'est pas le mot : rien n'est effacé. {again}").format(again=then))
    return False


def _ask(console: Console) -> None:
    if console.width < NARROW:
        say(
            console, _(" Tapez  {word}  puis Entrée.\n Entrée seule : revenir. H : aide.").format(word=WORD), indent=" "
        )
        return
    told = _("\n Tapez  {word}  puis Entrée pour commencer. Entrée seule : revenir. H : aide.")
    say(console, told.format(word=WORD), indent=" ")
