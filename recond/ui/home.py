"""The assistant's first screen: this PC, the stick, the lot, and the keys. 79 columns, at most 24 lines."""

from __future__ import annotations

from dataclasses import dataclass

from recond import __version__
from recond.core.lot_summary import LotSummary
from recond.core.settings import Arm, Lot
from recond.ui.console import WIDTH, fold

MENU = (
    ("R", "Reconditionner ce PC : audit, effacement, installation, étiquette", ("run",)),
    ("L", "Lots : ouvrir, choisir, voir ce qui reste, fermer", ("lots",)),
    ("U", "Audit seulement (rien n'est modifié)", ("audit",)),
    ("E", "Essayer écran, clavier, son, Wi-Fi... (rien n'est effacé)", ("test", "--left")),
    ("S", "Station : effacer des disques branchés l'un après l'autre", ("station",)),
    ("V", "Voir la dernière fiche", ("show", "last")),
    ("N", "Envoyer les fiches au serveur", ("push",)),
    ("T", "Entraînement sur un disque factice", ("practice", "--ask")),
    ("D", "Vérifier la clé et ses outils", ("doctor",)),
    ("H", "Aide", ("help",)),
    ("X", "Éteindre", ("poweroff",)),
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
    lines += [*fold(f" Ce PC   {home.pc}", " " * 9, width), *fold(f" Clé     {home.stick}", " " * 9, width)]
    for number, text in enumerate(lot_texts(home.lot, home.summary or LotSummary())):
        lines += fold((" Lot     " if number == 0 else " " * 9) + text, " " * 9, width)
    if home.tag:
        lines.append(f" Étiquette {home.tag} lue : [R] pour commencer avec elle.")
    lines.append("")
    lines += [f"   [{key}]  {text}" for key, text, _ in MENU]
    if home.lot is not None and home.lot.arm is not Arm.NONE:
        foot = " Lot ARME : [R] montre le plan dix secondes, puis efface sans question."
    else:
        foot = " Tapez une lettre puis Entrée. Rien n'est effacé sans le mot DETRUIRE."
    return [*lines, "", foot]


def lot_texts(lot: Lot | None, summary: LotSummary) -> tuple[str, ...]:
    """Return what is said of the lot: its name and consent, then its machines."""
    if lot is None:
        return ("aucun ouvert ; [L] pour en ouvrir un",)
    armed = {Arm.NONE: "", Arm.ONCE: ", ARME pour un PC", Arm.EACH: ", ARME pour tous les PC"}[lot.arm]
    who = f", opérateur {lot.operator}" if lot.operator else ""
    return (f"{lot.lot}{who}{armed}", lot_counts(lot, summary))


def lot_counts(lot: Lot, summary: LotSummary) -> str:
    """Return "12 vues sur 24 : 9 prêtes, 1 NON EFFACE, 2 à finir"."""
    of = f" sur {lot.expected} attendues" if lot.expected else ""
    if not summary.seen:
        return f"aucune machine vue{of}"
    parts = (
        (summary.ready, "prête", "prêtes"),
        (summary.wiped, "effacée sans système", "effacées sans système"),
        (summary.not_wiped, "NON EFFACE", "NON EFFACE"),
        (summary.without_disk, "sans disque", "sans disque"),
        (summary.under_way, "à finir", "à finir"),
    )
    told = ", ".join(f"{count} {one if count == 1 else more}" for count, one, more in parts if count)
    return f"{summary.seen} {'vue' if summary.seen == 1 else 'vues'}{of} : {told}"
