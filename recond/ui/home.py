"""The assistant's first screen: this PC, the stick, the lot, and the keys. 79 columns, at most 24 lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from recond import __version__
from recond.core.lot_summary import LotSummary
from recond.core.settings import Arm, Lot
from recond.core.words import _, language
from recond.ui.console import NARROW, WIDTH, fold

MENU = (
    ("R", _("Reconditionner ce PC : audit, effacement, installation, étiquette"), _("Reconditionner"), ("run",)),
    ("L", _("Lots : ouvrir, choisir, voir ce qui reste, fermer"), _("Lots"), ("lots",)),
    ("I", _("Imprimer : étiquettes, code QR à l'écran, feuilles A4"), _("Étiquettes"), ("papers",)),
    ("O", _("Installer un système, ou en choisir un pour ce PC"), _("Système"), ("systems",)),
    ("E", _("Essayer écran, clavier, son, Wi-Fi... (rien n'est effacé)"), _("Essais"), ("test", "--left")),
    ("S", _("Station : effacer des disques branchés l'un après l'autre"), "Station", ("station",)),
    ("U", _("Audit seul (rien n'est modifié)"), "Audit", ("audit",)),
    ("V", _("Voir la dernière fiche"), _("Dernière fiche"), ("show", "last")),
    ("N", _("Envoyer les fiches au serveur"), _("Envoyer"), ("push",)),
    ("C", _("Connecter la clé au serveur"), _("Serveur"), ("server",)),
    ("T", _("Entraînement sur un disque factice"), _("Entraînement"), ("practice", "--ask")),
    ("D", _("Vérifier la clé et ses outils"), _("Vérifier clé"), ("doctor",)),
    ("H", _("Aide"), _("Aide"), ("help",)),
    ("X", _("Éteindre"), _("Éteindre"), ("poweroff",)),
    ("G", *2 * ("English" if language() == "fr" else "Français",), ("language",)),
)
"""Letter, what it does, the same in a few letters, and the words of the command. Each letter sits on the same key on AZERTY
and QWERTY."""

WHOLE, LAST = 6, 3
"""So many entries have a line each, and so many share the last line; those between stand two on a line: a screen of 24
lines has none to spare."""

LEFT, THIRD = 45, 22
"""Columns of the first of two, and of each of three, on a line."""


@dataclass(frozen=True, slots=True)
class Home:
    """What the first screen shows. `pc` and `stick` are one line each; `warnings` come first of all. `fault`: why the data
    folder does not open, and what to do: then `stick` says nothing. `system`: title of the one chosen for this PC."""

    workshop: str
    pc: str
    stick: str
    lot: Lot | None = None
    summary: LotSummary | None = None
    tag: str | None = None
    warnings: tuple[str, ...] = ()
    short_warnings: tuple[str, ...] = ()
    system: str | None = None
    fault: tuple[str, ...] = ()


def home_lines(home: Home, width: int = WIDTH) -> list[str]:
    """Return the screen's lines, without the question: at most 24 of 79 columns, or of 39 where there is no more room."""
    lines = [f" recond {__version__} ".ljust(width - len(home.workshop)) + home.workshop, "-" * width]
    if width < NARROW:
        return [*(line[:width].rstrip() for line in lines), *_narrow(home, width)]
    for warning in home.warnings:
        lines += fold(f" {warning}", "   ", width)
    lines += [*fold(_(" Ce PC   {pc}").format(pc=home.pc), " " * 9, width)]
    if home.fault:
        for text in home.fault:
            lines += fold(f" {text}", "    ", width)
    else:
        lines += fold(_(" Clé     {stick}").format(stick=home.stick), " " * 9, width)
        for number, text in enumerate(lot_texts(home.lot, home.summary or LotSummary())):
            lines += fold((_(" Lot     ") if number == 0 else " " * 9) + text, " " * 9, width)
    if chosen := _chosen(home):
        lines += fold(chosen, " ", width)
    entries = [f"   [{key}]  {text}" for key, text, _unused, _words in MENU]
    lines += ["", *entries[:WHOLE], *two_columns(entries[WHOLE:-LAST], LEFT)]
    lines += ["".join(f"{one:{THIRD}}" for one in entries[-LAST:]).rstrip(), ""]
    if home.lot is not None and home.lot.arm is not Arm.NONE:
        return [*lines, _(" Lot ARME : [R] montre le plan dix secondes, puis efface sans question.")]
    return [*lines, _(" Tapez une lettre puis Entrée. Rien n'est effacé sans le mot DETRUIRE.")]


def _chosen(home: Home) -> str:
    tag = _("étiquette {tag} lue").format(tag=home.tag) if home.tag else ""
    system = _("système {system}").format(system=home.system) if home.system else ""
    told = ", ".join(one for one in (tag, system) if one)
    return _(" Pour ce PC : {told} ([R] pour commencer)").format(told=told) if told else ""


def two_columns(entries: Sequence[str], left: int) -> list[str]:
    """Return the entries two on a line, in reading order."""
    pairs = zip_longest(entries[::2], entries[1::2], fillvalue="")
    return [f"{one:{left}}{other.lstrip()}".rstrip() for one, other in pairs]


def _narrow(home: Home, width: int) -> list[str]:
    """Return the same in few columns: one line each, the warning at the foot, where it cannot scroll away."""
    lines = [home.pc, *([] if home.fault else [home.stick.partition(",")[0]])]
    if home.fault:
        lines += fold(home.fault[0], "", width - 1)[:3]
    elif home.lot is None:
        lines.append(_("Lot : aucun ouvert"))
    else:
        lines.append(_("Lot : {lot}").format(lot=home.lot.lot))
        lines += fold(lot_counts(home.lot, home.summary or LotSummary()), "", width - 1)[:2]
    if chosen := _chosen(home):
        lines += fold(chosen.strip(), "", width - 1)[:3]
    entries = [f"[{key}] {short}" for key, _unused, short, _words in MENU]
    lines += ["", *two_columns(entries, (width - 1) // 2), ""]
    if home.lot is not None and home.lot.arm is not Arm.NONE:
        lines += fold(_("Lot ARME : [R] efface sans question."), "", width - 1)
    else:
        lines += fold(_("Rien n'est effacé sans DETRUIRE."), "", width - 1)
    for warning in home.short_warnings or home.warnings:
        lines += fold(warning, "", width - 1)
    return [f" {line}"[:width].rstrip() for line in lines]


def lot_texts(lot: Lot | None, summary: LotSummary) -> tuple[str, ...]:
    """Return what is said of the lot: its name and consent, then its machines."""
    if lot is None:
        return (_("aucun ouvert ; [L] pour en ouvrir un"),)
    armed = {Arm.NONE: "", Arm.ONCE: _(", ARME pour un PC"), Arm.EACH: _(", ARME pour tous les PC")}[lot.arm]
    who = _(", opérateur {operator}").format(operator=lot.operator) if lot.operator else ""
    return (f"{lot.lot}{who}{armed}", lot_counts(lot, summary))


def lot_counts(lot: Lot, summary: LotSummary) -> str:
    """Return "12 vues sur 24 : 9 prêtes, 1 NON EFFACE, 2 à finir"."""
    of = _(" sur {expected} attendues").format(expected=lot.expected) if lot.expected else ""
    if not summary.seen:
        return _("aucune machine vue{of}").format(of=of)
    parts = (
        (summary.ready, _("prête"), _("prêtes")),
        (summary.wiped, _("effacée sans système"), _("effacées sans système")),
        (summary.not_wiped, _("NON EFFACE"), _("NON EFFACE")),
        (summary.without_disk, _("sans disque"), _("sans disque")),
        (summary.under_way, _("à finir"), _("à finir")),
    )
    told = ", ".join(f"{count} {one if count == 1 else more}" for count, one, more in parts if count)
    return _("{seen} {seen2}{of} : {told}").format(
        seen=summary.seen, seen2=_("vue") if summary.seen == 1 else _("vues"), of=of, told=told
    )
