"""The record of a machine as lines for the console."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from recond.core.destiny import blocking
from recond.core.functional import results_of_json
from recond.core.labeldata import LabelOutcome, internal_verdicts, outcome_of
from recond.core.projection import is_finished
from recond.core.text import decimal_bytes
from recond.ui.console import fold
from recond.ui.functional import summary

STATES = {
    "received": "reçue",
    "audited": "auditée",
    "wiping": "en cours d'effacement",
    "wiped": "effacée, sans système",
    "installing": "en cours d'installation",
    "ready": "PRETE",
    "aside": "A METTRE DE COTE",
}
REVIEW = "A REVOIR"
HEALTH = {"pass": "sans signe de panne", "watch": "à surveiller", "fail": "en panne"}
WIPES = {
    "ERASED": "effacé et relu",
    "ERASED_WITH_EXCEPTIONS": "NON EFFACE en entier : A DETRUIRE",
    "UNPROVEN": "NON PROUVE",
    "INTERRUPTED": "INTERROMPU : NON EFFACE",
    "FAILED": "ECHEC : A DETRUIRE",
    "RUNNING": "en cours",
}
RESULTS = {"ok": "installé et vérifié", "failed": "ECHEC", "interrupted": "INTERROMPU", "running": "en cours"}


def card_lines(card: Mapping[str, Any]) -> list[str]:
    """Return the card in a few lines of at most 79 columns; what is not known says "inconnu"."""
    state = state_words(card)
    outcome = outcome_of(internal_verdicts(card)).replace("_", " ")
    lines = [
        f" {card.get('tag') or 'sans étiquette'}   {card.get('model') or 'modèle inconnu'}",
        f" Étiquette  {outcome}",
        f" État       {state}, classe {card.get('grade') or 'inconnue'}, lot {card.get('lot') or 'aucun'}",
        *_sorting(card),
    ]
    for disk in card.get("disks", ()):
        name = f"{disk.get('model') or 'modèle inconnu'} {disk.get('serial') or ''} {decimal_bytes(disk.get('size_bytes'))}"
        health = HEALTH.get(str(disk.get("health")), "inconnue")
        lines += [
            f" Disque     {name}",
            f"            {WIPES.get(str(disk.get('wipe')), 'NON EFFACE')} ; santé {health}",
        ]
    install = card.get("install")
    if install:
        profile = install.get("profile") or {}
        system = f"{profile.get('name')} {profile.get('version')}, {RESULTS.get(str(install.get('result')), 'inconnu')}"
    else:
        system = "aucun"
    lines.append(f" Système    {system}")
    tests = results_of_json(card.get("tests"))
    if tests:
        lines.append(f" Tests      {summary(tests)}")
    lines.append(f" Vue le     {_when(card.get('last_seen'))}")
    lines.append(f" A FAIRE    {_left(card)}")
    return [folded for line in lines for folded in fold(line, " " * 12)]


SORTING = {"repair": "A REPARER", "parts": "POUR PIECES"}


def _sorting(card: Mapping[str, Any]) -> list[str]:
    word = SORTING.get(str(card.get("sorting")))
    what = " ; ".join(str(one) for one in card.get("repairs") or ())
    return [f" Tri        {word}{' : ' + what if what else ''}"] if word else []


def state_words(card: Mapping[str, Any]) -> str:
    """Return where the machine stands, as people say it. "PRETE" needs the record's own word for it."""
    state = str(card.get("state"))
    if not card.get("ready") and is_finished(card):
        return REVIEW
    if state == "ready" and not card.get("ready"):
        return STATES["aside"]
    return STATES.get(state, "inconnu")


def _when(wall: object) -> str:
    try:
        seen = datetime.fromisoformat(str(wall))
    except ValueError:
        return "inconnu"
    return f"{seen:%d/%m/%Y à %H:%M} UTC (horloge du PC)"


def _left(card: Mapping[str, Any]) -> str:
    verdicts = internal_verdicts(card)
    outcome = outcome_of(verdicts)
    if card.get("ready"):
        return "rien, la machine est prête"
    if outcome is LabelOutcome.ERASED:
        # What holds a machine back holds it back without a system too.
        held = blocking({**card, "install": {"result": "ok"}}, verdicts)
        system = () if is_finished(card) else ("installer un système (recond install)",)
        return " ; ".join((*held, *system)) if held else "installer un système (recond install), ou la donner sans"
    if outcome is LabelOutcome.NO_DISK:
        return "aucun disque trouvé : vérifier les branchements et le BIOS"
    return "effacer ses disques (recond run), ou les retirer : étiquette ROUGE"
