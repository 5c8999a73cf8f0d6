"""The last screen: one big word that follows from the record alone, then what to do with the object in front."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from rich.console import Console

from recond.core.destiny import Destiny, blocking, destiny_of, disk_name
from recond.core.errors import ExitCode
from recond.core.labeldata import LabelOutcome, internal_verdicts, outcome_of
from recond.core.projection import is_finished
from recond.core.words import _, ngettext
from recond.ui.console import WIDTH, say
from recond.ui.letters import big
from recond.ui.steps import letters_used

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

    @property
    def good(self) -> bool:
        """Tell whether nobody has to come at once."""
        return self in (Headline.READY, Headline.WIPED)


WITH_DISK = {
    ExitCode.GUARD: _("recond a refusé, la raison est ci-dessus"),
    ExitCode.PLAN_CHANGED: _("recond a refusé, la raison est ci-dessus"),
    ExitCode.WIPE_UNPROVEN: _("effacement non prouvé"),
}
"""What is said before the list of disks when one of the machine is not proven erased."""

TOLD = 4
"""So many things to do are told on the last screen: the big word must stay on it."""

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


@dataclass(frozen=True, slots=True)
class Ended:
    """How a machine's run ended. `again`: the command that goes on with an interrupted run; `pushed`: what became of its
    record; `paper`: whether a label came out of a printer; `numbers`: the plan's number of a disk, by model and serial."""

    card: Mapping[str, Any]
    code: ExitCode
    pushed: str
    again: str
    practice: bool = False
    paper: bool = True
    numbers: Mapping[tuple[str | None, str | None], int] = field(default_factory=dict)

    @property
    def headline(self) -> Headline:
        """Return the big word."""
        return headline(self.card, self.code)


def advice(ended: Ended) -> str:
    """Return what the volunteer does next with the object in front of them."""
    card, word = ended.card, ended.headline
    also = f" ; {ALSO[ended.code]}" if ended.code in ALSO else ""
    if word is Headline.READY:
        return _("{label}, la machine est prête{also}.").format(label=_label(ended), also=also)
    if word is Headline.REVIEW:
        return _("{label}, puis : {blocking}{also}.").format(
            label=_label(ended), blocking=". ".join(blocking(card, internal_verdicts(card))), also=also
        )
    if word is Headline.WIPED:
        return _("{label} ; pour un système : recond install{also}.").format(label=_label(ended), also=also)
    if word is Headline.NO_SYSTEM:
        return _("voyez le message ci-dessus, puis : recond install ; sinon mettez la machine de côté.")
    if word is Headline.NO_DISK:
        return _("vérifiez les branchements et le BIOS (mode RAID ?), ou notez « sans disque ».")
    if word is Headline.STOPPED:
        return _("un disque en cours est NON EFFACE ; pour reprendre : {again}").format(again=ended.again)
    if word is Headline.CANCELLED:
        return _("relancez quand vous êtes sûr.")
    if word is Headline.FAULT:
        return _("étiquette ROUGE ; gardez le message ci-dessus pour les auteurs de recond.")
    return _not_wiped(ended, also)


def _label(ended: Ended) -> str:
    """Return what is done about the label: stuck on when it came out of a printer, else written by hand."""
    if ended.paper:
        return _("collez l'étiquette")
    key = "[I]" if letters_used() else "recond label --printer screen"
    return _("écrivez {tag} et {word} sur un ruban ({key} : code QR)").format(
        tag=ended.card.get("tag") or _("sans étiquette"), word=ended.headline.word, key=key
    )


def _not_wiped(ended: Ended, also: str) -> str:
    """Return which disks keep the machine back, as they are found in it, and what to do with each."""
    red = _("étiquette ROUGE") if ended.paper else _("étiquette ROUGE, avec {tag}").format(tag=ended.card.get("tag"))
    head = f"{WITH_DISK[ended.code]} ; {red}" if ended.code in WITH_DISK else red
    todo = blocking(ended.card, internal_verdicts(ended.card))
    told = [_numbered(ended, text) for text in todo[:TOLD]]
    left = len(todo) - TOLD
    if left > 0:
        more = ngettext("et {left} autre : recond show", "et {left} autres : recond show", left)
        told.append(more.format(left=left))
    return f"{head}. {'. '.join(told)}{also}."


def _numbered(ended: Ended, text: str) -> str:
    for disk in ended.card.get("disks") or ():
        number = ended.numbers.get((disk.get("model"), disk.get("serial")))
        if number is not None and disk_name(disk) in text:
            return _("n° {number} : {text}").format(number=number, text=text)
    return text


def show_result(console: Console, ended: Ended) -> None:
    """Print the last screen: colour comes beside the word, never instead of it."""
    shown = ended.headline
    _unused, style, meaning = shown.value
    bar = "=" * min(WIDTH, console.width)
    tag = ended.card.get("tag") or _("sans étiquette")
    say(console, "")
    say(console, bar, style=style)
    if console.is_terminal and console.width >= WIDTH:
        for line in big(shown.word):
            say(console, f" {line}", style=style)
        say(console, "")
    say(console, f" {shown.word}   {tag}   {meaning}", style=style, indent=" ")
    say(console, bar, style=style)
    say(console, _(" Fiche    {push_text}").format(push_text=ended.pushed), indent="          ")
    # Never "recond install" after a practice: that would be about the real disks of this PC.
    todo = _("ne collez cette étiquette sur aucun PC, c'était un entraînement.")
    if ended.practice and shown is Headline.STOPPED:
        todo = _("pour reprendre : {again} ; {todo}").format(again=ended.again, todo=todo)
    say(
        console,
        _(" A FAIRE  {todo}").format(todo=todo if ended.practice else advice(ended)),
        indent="          ",
    )
    say(console, _(" code de sortie {code}").format(code=int(ended.code)))


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
