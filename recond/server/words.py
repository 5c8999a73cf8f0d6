"""French words, colours and signs of the pages. A word is never alone with its colour, nor a colour with its word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from recond.core.words import N_

STICK: Final = "server"
"""What stands where a stick's name would in an event that the server itself wrote; "serveur" before there were codes."""

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


UNREADABLE: Final = Word(N_("FICHE ILLISIBLE"), "bad")
TO_CHECK: Final = Word(N_("À VÉRIFIER"), "bad")
REVIEW: Final = Word(N_("À REVOIR"), "bad")
"""Erased and installed, and something of `core.destiny.blocking` holds it back."""

STATES: Final = {
    "received": Word(N_("REÇUE")),
    "audited": Word(N_("AUDITÉE")),
    "wiping": Word(N_("EFFACEMENT NON TERMINÉ"), "busy"),
    "installing": Word(N_("INSTALLATION NON TERMINÉE"), "busy"),
    "aside": Word(N_("À METTRE DE CÔTÉ"), "bad"),
    "unreadable": UNREADABLE,
}
"""States shown as they were recorded; "wiped" and "ready" must be borne out by the disks first. A stick tells when it can:
whether a wipe goes on or was cut off is not known here, so it is "not finished", never "going on"."""

HANDED: Final = {"loan": Word(N_("PRÊTÉE")), "gift": Word(N_("DONNÉE"))}

VERDICTS: Final = {
    "ERASED": Word(N_("EFFACÉ"), "good"),
    "ERASED_WITH_EXCEPTIONS": Word(N_("SECTEURS NON EFFACÉS, À DÉTRUIRE"), "bad"),
    "UNPROVEN": Word(N_("NON PROUVÉ"), "bad"),
    "INTERRUPTED": Word(N_("INTERROMPU, NON EFFACÉ"), "bad"),
    "FAILED": Word(N_("ÉCHEC, À DÉTRUIRE"), "bad"),
    "RUNNING": Word(N_("EFFACEMENT EN COURS"), "busy"),
}
NOT_WIPED: Final = Word(N_("NON EFFACÉ"))

HEALTH: Final = {
    "pass": Word(N_("aucun signe de panne"), "good"),
    "watch": Word(N_("à surveiller"), "busy"),
    "fail": Word(N_("EN PANNE"), "bad"),
}

INSTALLED: Final = {
    "ok": Word(N_("INSTALLÉ ET VÉRIFIÉ"), "good"),
    "failed": Word(N_("ÉCHEC"), "bad"),
    "interrupted": Word(N_("INTERROMPU"), "bad"),
    "running": Word(N_("EN COURS"), "busy"),
}

SWITCH: Final = {"on": N_("actif"), "off": N_("inactif"), "unsupported": N_("absent")}

TOLD: Final = {
    "run.started": N_("Début"),
    "run.ended": N_("Fin"),
    "audit.hardware": N_("Audit du matériel"),
    "audit.disk_health": N_("Santé d'un disque"),
    "audit.firmware_lock": N_("Verrou du micrologiciel"),
    "test.result": N_("Essai"),
    "grade.set": N_("Note"),
    "wipe.planned": N_("Plan d'effacement"),
    "wipe.started": N_("Effacement commencé"),
    "wipe.disk": N_("Effacement fini"),
    "wipe.verified": N_("Relecture"),
    "install.started": N_("Installation commencée"),
    "install.completed": N_("Installation finie"),
    "label.printed": N_("Étiquette"),
    "lot.assigned": N_("Lot"),
    "state.set": N_("État"),
    "part.replaced": N_("Pièce changée"),
    "note.added": N_("Remarque"),
    "handover.recorded": N_("Remise"),
    "identity.merge": N_("Fiches réunies"),
    "identity.split": N_("Fiche séparée"),
    "correction": N_("Correction"),
}

SAID: Final = {
    "ok": N_("réussi"),
    "failed": N_("ÉCHEC"),
    "interrupted": N_("INTERROMPU"),
    "unknown": N_("inconnu"),
    "saved": N_("enregistrée"),
    "sent": N_("envoyée à l'imprimante"),
    "printed": N_("imprimée"),
    "ready": N_("prête"),
    "wiped": N_("effacée"),
    **{key: word.text for known in (STATES, VERDICTS, HEALTH) for key, word in known.items()},
}
"""What the values of verdict, result, state and outcome are called in the time line."""
