"""The assistant's first screen: this PC, the stick, the lot, and the keys. 79 columns, at most 24 lines."""

from __future__ import annotations

from dataclasses import dataclass

from recond import __version__
from recond.core.lot_summary import LotSummary
from recond.core.settings import Arm, Lot
from recond.core.words import _, language
from recond.ui.console import WIDTH, fold

MENU = (
    ("R", _("Reconditionner ce PC : audit, effacement, installation, étiquette"), ("run",)),
    ("L", _("Lots : ouvrir, choisir, voir ce qui reste, fermer"), ("lots",)),
    ("U", _("Audit seulement (rien n'est modifié)"), ("audit",)),
    ("E", _("Essayer écran, clavier, son, Wi-Fi... (rien n'est effacé)"), ("test", "--left")),
    ("S", _("Station : effacer des disques branchés l'un après l'autre"), ("station",)),
    ("V", _("Voir la dernière fiche"), ("show", "last")),
    ("N", _("Envoyer les fiches au serveur"), ("push",)),
    ("T", _("Entraînement sur un disque factice"), ("practice", "--ask")),
    ("D", _("Vérifier la clé et ses outils"), ("doctor",)),
    ("H", _("Aide"), ("help",)),
    ("X", _("Éteindre"), ("poweroff",)),
    ("G", "English" if language() == "fr" else "Français", ("language",)),
)
"""Letter, what it does, and the words of the command. Each letter sits on the same key on AZERTY and QWERTY."""


@dataclass(frozen=True, slots=True)
class Home:
    """What the first screen shows. `pc` and `stick` are one line each; `warnings` come first of all."""

    workshop: str
    pc: str
    stick: str
    lot: Lot | None = None
    summary: LotSummary | None = None
    tag: str | None = None
    warnings: tuple[str, ...] = ()


def home_lines(home: Home, width: int = WIDTH) -> list[str]:
    """Return the screen's lines, without the question; more than a screen where it has fewer than 79 columns."""
    lines = [f" recond {__version__} ".ljust(width - len(home.workshop)) + home.workshop, "-" * width]
    for warning in home.warnings:
        lines += fold(f" {warning}", "   ", width)
    lines += [
        *fold(_(" Ce PC   {pc}").format(pc=home.pc), " " * 9, width),
        *fold(_(" Clé     {stick}").format(stick=home.stick), " " * 9, width),
    ]
    for number, text in enumerate(lot_texts(home.lot, home.summary or LotSummary())):
        lines += fold((_(" Lot     ") if number == 0 else " " * 9) + text, " " * 9, width)
    if home.tag:
        lines.append(_(" Étiquette {tag} lue : [R] pour commencer avec elle.").format(tag=home.tag))
    lines.append("")
    # The language sits beside the last line: a screen of 24 lines has none to spare.
    *menu, last, other = (f"   [{key}]  {text}" for key, text, _unused in MENU)
    lines += [*menu, f"{last:40}{other}"]
    if home.lot is not None and home.lot.arm is not Arm.NONE:
        foot = _(" Lot ARME : [R] montre le plan dix secondes, puis efface sans question.")
    else:
        foot = _(" Tapez une lettre puis Entrée. Rien n'est effacé sans le mot DETRUIRE.")
    return [*lines, "", foot]


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
