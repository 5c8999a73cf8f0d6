"""Asking a person which of several likely machines is the one in front."""

from __future__ import annotations

from recond.cli.context import Context
from recond.core.words import _
from recond.sink.lookup import Seen
from recond.ui.ask import Asker
from recond.ui.console import safe, say

NEW = "new"


def which(context: Context, likely: tuple[Seen, ...]) -> Seen | None:
    """Ask; None = none of them, or the person does not know (then it is a new machine, and the doubles are noted)."""
    offers = {NEW: _("aucune, ou je ne sais pas : nouvelle fiche")}
    offers |= {one.uid: safe(one.text)[:100] for one in likely[:8]}
    say(context.console, "")
    chosen = Asker(context.console).choice(
        _("Ce PC ressemble à plusieurs fiches. Cherchez son étiquette :"), offers, NEW, about="which"
    )
    return next((one for one in likely if one.uid == chosen), None)
