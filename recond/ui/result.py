"""The last screen: one big word that follows from the record alone, then what to do with the object in front."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from enum import Enum
from typing import Any

from rich.console import Console

from recond.core.destiny import Destiny, blocking, destiny_of
from recond.core.errors import ExitCode
from recond.core.labeldata import LabelOutcome, internal_verdicts, outcome_of
from recond.core.projection import is_finished
from recond.core.words import _
from recond.ui.console import WIDTH, say
from recond.ui.letters import big

PENDING = (ExitCode.PUSH_PENDING, ExitCode.LABEL_PENDING, ExitCode.SEVERAL_PENDING)


class Headline(Enum):
    """The word read from across the room, its colour, and what it means on one line."""

    READY = (_("PRET"), "bold green", _("disques effacés et relus, système installé et vérifié"))
    REVIEW = (
        _("A REVOIR"),
        "bold yellow",
        _("disques effacés et relus, système installé ; quelque chose retient la machine"),
    )
    WIPED = (_("EFFACE"), "bold yellow", _("disques effacés et relus ; aucun système installé"))
    NO_SYSTEM = (_("SANS SYSTEME"), "bold red", _("disques effacés et relus ; l'installation n'a pas abouti"))
    NOT_WIPED = (_("NON EFFACE"), "bold red", _("A METTRE DE COTE, étiquette ROUGE"))
    NO_DISK = (
        _("SANS DISQUE"),
        "bold yellow",
        _("aucun disque trouvé dans cette machine : rien n'a été effacé ni installé"),
    )
    STOPPED = (_("INTERROMPU"), "bold red", _("le travail n'est pas fini"))
    CANCELLED = (_("ANNULE"), "bold yellow", _("rien n'a été modifié cette fois"))
    FAULT = (_("DE COTE"), "bold red", _("A METTRE DE COTE : recond ne peut pas se porter garant de cette machine"))

    @property
    def word(self) -> str:
        """Return the word itself."""
        return self.value[0]


WITH_DISK = {
    ExitCode.GUARD: _("recond a refusé, la raison est ci-dessus ; d'ici là, étiquette ROUGE."),
    ExitCode.PLAN_CHANGED: _("recond a refusé, la raison est ci-dessus ; d'ici là, étiquette ROUGE."),
    ExitCode.WIPE_FAILED: _("retirez le disque en échec : à détruire, étiquette ROUGE."),
    ExitCode.WIPE_UNPROVEN: _("effacement non prouvé : mettez la machine de côté, ou effacez-la de nouveau."),
}
"""What to do when a disk of the machine is not proven erased."""

ALSO = {
    ExitCode.PUSH_PENDING: _("la fiche n'est pas encore au serveur, plus tard : recond push"),
    ExitCode.LABEL_PENDING: _("l'étiquette n'est pas sortie, faites : recond label reprint"),
    ExitCode.SEVERAL_PENDING: _("l'étiquette (recond label reprint) et l'envoi de la fiche restent à faire"),
}


def headline(card: Mapping[str, Any], code: ExitCode) -> Headline:
    """Choose the word. PRET and EFFACE need the record's own word for it, never an exit code alone."""
    if code is ExitCode.INTERRUPTED:
        return Headline.STOPPED
    if code is ExitCode.CANCELLED:
        return Headline.CANCELLED
    if code is ExitCode.BUG:
        return Headline.FAULT
    outcome = outcome_of(internal_verdicts(card))
    if outcome is LabelOutcome.NO_DISK:
        return Headline.NO_DISK
    if outcome is not LabelOutcome.ERASED or code in (ExitCode.WIPE_FAILED, ExitCode.WIPE_UNPROVEN):
        return Headline.NOT_WIPED
    if code is ExitCode.OK or code in PENDING:
        if destiny_of(card, internal_verdicts(card)) is Destiny.READY:
            return Headline.READY
        return Headline.REVIEW if is_finished(card) else Headline.WIPED
    return Headline.WIPED if code in (ExitCode.GUARD, ExitCode.PLAN_CHANGED) else Headline.NO_SYSTEM


def advice(card: Mapping[str, Any], word: Headline, code: ExitCode, again: str) -> str:
    """Return what the volunteer does next. `again`: the command that goes on with an interrupted run."""
    also = f" ; {ALSO[code]}" if code in ALSO else ""
    if word is Headline.READY:
        return _("collez l'étiquette, la machine est prête{also}.").format(also=also)
    if word is Headline.REVIEW:
        return _("collez l'étiquette, puis : {blocking}{also}.").format(
            blocking=". ".join(blocking(card, internal_verdicts(card))), also=also
        )
    if word is Headline.WIPED:
        return _("collez l'étiquette ; pour un système : recond install{also}.").format(also=also)
    if word is Headline.NO_SYSTEM:
        return _("voyez le message ci-dessus, puis : recond install ; sinon mettez la machine de côté.")
    if word is Headline.NO_DISK:
        return _("vérifiez les branchements et le BIOS (mode RAID ?), ou notez « sans disque ».")
    if word is Headline.STOPPED:
        return _("un disque en cours est NON EFFACE ; pour reprendre : {again}").format(again=again)
    if word is Headline.CANCELLED:
        return _("relancez quand vous êtes sûr.")
    if word is Headline.FAULT:
        return _("étiquette ROUGE ; gardez le message ci-dessus pour les auteurs de recond.")
    return WITH_DISK.get(code, _("voyez le message ci-dessus ; tant que rien n'est prouvé, étiquette ROUGE."))


def show_result(
    console: Console,
    card: Mapping[str, Any],
    code: ExitCode,
    push_text: str,
    again: str,
    *,
    practice: bool = False,
    silent: bool = False,
) -> None:
    """Print the last screen, and ring unless `silent`: colour and bell come after the word, never instead of it."""
    shown = headline(card, code)
    _unused, style, meaning = shown.value
    bar = "=" * min(WIDTH, console.width)
    tag = card.get("tag") or _("sans étiquette")
    say(console, "")
    say(console, bar, style=style)
    if console.is_terminal and console.width >= WIDTH:
        for line in big(shown.word):
            say(console, f" {line}", style=style)
        say(console, "")
    say(console, f" {shown.word}   {tag}   {meaning}", style=style, indent=" ")
    say(console, bar, style=style)
    say(console, _(" Fiche    {push_text}").format(push_text=push_text), indent="          ")
    # Never "recond install" after a practice: that would be about the real disks of this PC.
    todo = _("ne collez cette étiquette sur aucun PC, c'était un entraînement.")
    if practice and shown is Headline.STOPPED:
        todo = _("pour reprendre : {again} ; {todo}").format(again=again, todo=todo)
    say(
        console,
        _(" A FAIRE  {todo}").format(todo=todo if practice else advice(card, shown, code, again)),
        indent="          ",
    )
    say(console, _(" code de sortie {code}").format(code=int(code)))
    if not silent:
        ring(console, good=shown in (Headline.READY, Headline.WIPED))


RISING = ((660, 120), (880, 120), (1320, 300))
FALLING = ((330, 300), (220, 600))
"""What is heard across the room when a machine is done, and when somebody must come: Hz and milliseconds."""


def ring(console: Console, *, good: bool) -> None:
    """Ring at the end: three rising tones or two falling ones on the Linux console (console_codes(4), bell frequency and
    duration), the terminal's own bell elsewhere, nothing into a pipe. A PC without a speaker stays silent."""
    if not console.is_terminal:
        return
    if os.environ.get("TERM") != "linux":
        console.file.write("\a")
        console.file.flush()
        return
    for pitch, lasts_ms in RISING if good else FALLING:
        console.file.write(f"\x1b[10;{pitch}]\x1b[11;{lasts_ms}]\a")
        console.file.flush()
        time.sleep(lasts_ms / 1000)
    console.file.write("\x1b[10]\x1b[11]")
    console.file.flush()
