"""The words of a label, in the order in which they are kept when space is short (label-and-screens: content)."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from recond.core.destiny import Destiny
from recond.core.labeldata import Fact, LabelData, LabelOutcome
from recond.core.text import clean
from recond.core.words import N_, _, shown
from recond.label.letters import is_drawable

UNKNOWN = N_("inconnu")
SEPARATOR = " · "
MAX_DISKS = 2
"""Disks named one by one; the others are counted."""

OUTCOME_WORD = {
    LabelOutcome.ERASED: N_("EFFACÉ"),
    LabelOutcome.NOT_ERASED: N_("NON EFFACÉ"),
    LabelOutcome.NO_DISK: N_("SANS DISQUE"),
}

DESTINY_WORD = {Destiny.READY: N_("PRÊT"), Destiny.REVIEW: N_("À REVOIR"), Destiny.DESTROY: N_("DISQUE À DÉTRUIRE")}
SHORT_DESTINY = {**DESTINY_WORD, Destiny.DESTROY: N_("À DÉTRUIRE")}


def keep_words(label: LabelData) -> str:
    """Return what not to do with a machine that is not erased, after where it goes. Short: it is never cut."""
    if label.destiny is None:
        return _("Ne pas donner, ne pas vendre")
    keep = _("ne pas donner") if label.destiny is Destiny.DESTROY else _("ne pas donner ni vendre")
    return f"{_(DESTINY_WORD[label.destiny])} · {keep}"


@dataclass(frozen=True, slots=True)
class Item:
    """One piece of text that is kept or dropped as a whole. `rank` 2 is kept longest, 10 is dropped first."""

    rank: int
    text: str
    bold: bool = False
    reverse: bool = False


def show_date(day: date) -> str:
    """Return a date as French people write it."""
    return f"{day.day:02d}/{day.month:02d}/{day.year}"


def one_line(text: str) -> str:
    """Return untrusted text as one line that the face can draw: accents composed, what it has not as "?"."""
    kept = clean(unicodedata.normalize("NFC", text)) or ""
    return "".join(char if is_drawable(char) else "?" for char in kept if not unicodedata.combining(char)) or _(UNKNOWN)


def tag_words(label: LabelData) -> str:
    """Return the big number."""
    return one_line(label.tag) if label.tag else _("SANS NUMÉRO")


def proof_words(label: LabelData, *, destiny: bool = True) -> str:
    """Return date, check and method of the wipe, or why the machine is not erased. `destiny` False: that word stands in
    large beside it already."""
    if label.outcome is LabelOutcome.NO_DISK:
        seen = _("aucun disque vu par l'audit")
        return f"{_(DESTINY_WORD[label.destiny])} · {seen}" if label.destiny and destiny else seen
    if label.outcome is LabelOutcome.NOT_ERASED:
        return one_line(label.why) if label.why else _("effacement non prouvé")
    checked = {True: _("vérifié"), False: _("non vérifié"), None: _("vérification : inconnue")}[label.verified]
    method = one_line(label.method) if label.method else _("méthode inconnue")
    day = show_date(label.wiped_on) if label.wiped_on else _("date inconnue")
    # The check before the method: a narrow label cuts the end of the line.
    return SEPARATOR.join((day, checked, method))


def items(label: LabelData) -> tuple[Item, ...]:
    """Return what stands below the big word, most important first."""
    found = [Item(2, _("EXERCICE, pas une vraie machine"), bold=True, reverse=True)] if label.practice else []
    found.append(Item(3, _named([(_("type"), label.chassis, ""), (_("modèle"), label.model, "")]), bold=True))
    found.append(Item(4, _named([(_("processeur"), label.cpu, ""), (_("mémoire"), label.ram, "")])))
    found += [Item(5, text) for text in _disks(label)]
    found.append(Item(6, one_line(label.os) if label.os else _("système : {unknown}").format(unknown=_(UNKNOWN))))
    battery = _named([(_("batterie"), label.battery, _("Batterie ")), (_("chargeur"), label.charger, _("chargeur "))])
    state = _named(
        [(_("grade"), label.grade, _("Grade ")), (_("clavier"), label.keyboard, ""), (_("écran"), label.inches, "")]
    )
    found += [Item(rank, text) for rank, text in ((7, battery), (8, state)) if text]
    found += [Item(9, one_line(text), bold=True, reverse=True) for text in label.warnings]
    found.append(Item(10, _origin(label)))
    return tuple(item for item in found if item.text)


def _named(facts: Sequence[tuple[str, Fact, str]]) -> str:
    """Join (name when unknown, value, words before the value): "Grade B · clavier, écran : inconnu"."""
    known = [before + one_line(value) for _, value, before in facts if isinstance(value, str)]
    unknown = [name for name, value, _ in facts if value is None]
    if unknown:
        known.append(shown(f"{', '.join(unknown)} : {_(UNKNOWN)}"))
    return SEPARATOR.join(known)


def _disks(label: LabelData) -> list[str]:
    if label.disks is None:
        return [_("disques : {unknown}").format(unknown=_(UNKNOWN))]
    named = [one_line(text) for text in label.disks[:MAX_DISKS]]
    left = len(label.disks) - len(named)
    if left > 0:
        named.append(_("+ {left} autre{left2} disque{left2}").format(left=left, left2="s" if left > 1 else ""))
    if not named and label.outcome is not LabelOutcome.NO_DISK:
        named = [_("aucun disque vu")]
    return named


def _origin(label: LabelData) -> str:
    parts = [f"S/N …{one_line(label.serial_tail)}" if label.serial_tail else f"S/N {_(UNKNOWN)}"]
    if label.lot:
        parts.append(_("lot {one_line}").format(one_line=one_line(label.lot)))
    if label.printed_on:
        parts.append(_("étiquette du {show_date}").format(show_date=show_date(label.printed_on)))
    return SEPARATOR.join(parts)
