"""French words, colours and signs of the pages. A word is never alone with its colour, nor a colour with its word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

SIGNS: Final = {"good": "✓", "bad": "✗", "busy": "…", "idle": "○"}


@dataclass(frozen=True, slots=True)
class Word:
    """What is read, and how it is coloured: good, bad, busy or idle."""

    text: str
    colour: str = "idle"

    @property
    def sign(self) -> str:
        """Return the sign that stands beside the word, for who does not see the colour."""
        return SIGNS[self.colour]


UNREADABLE: Final = Word("FICHE ILLISIBLE", "bad")
TO_CHECK: Final = Word("À VÉRIFIER", "bad")
REVIEW: Final = Word("À REVOIR", "bad")
"""Erased and installed, and something of `core.destiny.blocking` holds it back."""

STATES: Final = {
    "received": Word("REÇUE"),
    "audited": Word("AUDITÉE"),
    "wiping": Word("EFFACEMENT NON TERMINÉ", "busy"),
    "installing": Word("INSTALLATION NON TERMINÉE", "busy"),
    "aside": Word("À METTRE DE CÔTÉ", "bad"),
    "unreadable": UNREADABLE,
}
"""States shown as they were recorded; "wiped" and "ready" must be borne out by the disks first. A stick tells when it can:
whether a wipe goes on or was cut off is not known here, so it is "not finished", never "going on"."""

HANDED: Final = {"loan": Word("PRÊTÉE"), "gift": Word("DONNÉE")}

VERDICTS: Final = {
    "ERASED": Word("EFFACÉ", "good"),
    "ERASED_WITH_EXCEPTIONS": Word("SECTEURS NON EFFACÉS, À DÉTRUIRE", "bad"),
    "UNPROVEN": Word("NON PROUVÉ", "bad"),
    "INTERRUPTED": Word("INTERROMPU, NON EFFACÉ", "bad"),
    "FAILED": Word("ÉCHEC, À DÉTRUIRE", "bad"),
    "RUNNING": Word("EFFACEMENT EN COURS", "busy"),
}
NOT_WIPED: Final = Word("NON EFFACÉ")

HEALTH: Final = {
    "pass": Word("aucun signe de panne", "good"),
    "watch": Word("à surveiller", "busy"),
    "fail": Word("EN PANNE", "bad"),
}

INSTALLED: Final = {
    "ok": Word("INSTALLÉ ET VÉRIFIÉ", "good"),
    "failed": Word("ÉCHEC", "bad"),
    "interrupted": Word("INTERROMPU", "bad"),
    "running": Word("EN COURS", "busy"),
}

SWITCH: Final = {"on": "actif", "off": "inactif", "unsupported": "absent"}

TOLD: Final = {
    "run.started": "Début",
    "run.ended": "Fin",
    "audit.hardware": "Audit du matériel",
    "audit.disk_health": "Santé d'un disque",
    "audit.firmware_lock": "Verrou du micrologiciel",
    "test.result": "Essai",
    "grade.set": "Note",
    "wipe.planned": "Plan d'effacement",
    "wipe.started": "Effacement commencé",
    "wipe.disk": "Effacement fini",
    "wipe.verified": "Relecture",
    "install.started": "Installation commencée",
    "install.completed": "Installation finie",
    "label.printed": "Étiquette",
    "lot.assigned": "Lot",
    "state.set": "État",
    "part.replaced": "Pièce changée",
    "note.added": "Remarque",
    "handover.recorded": "Remise",
    "identity.merge": "Fiches réunies",
    "identity.split": "Fiche séparée",
    "correction": "Correction",
}

SAID: Final = {
    "ok": "réussi",
    "failed": "ÉCHEC",
    "interrupted": "INTERROMPU",
    "unknown": "inconnu",
    "saved": "enregistrée",
    "sent": "envoyée à l'imprimante",
    "printed": "imprimée",
    "ready": "prête",
    "wiped": "effacée",
    **{key: word.text for known in (STATES, VERDICTS, HEALTH) for key, word in known.items()},
}
"""What the values of verdict, result, state and outcome are called in the time line."""
