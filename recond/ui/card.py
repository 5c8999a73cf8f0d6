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
from recond.core.words import _
from recond.ui.console import fold
from recond.ui.functional import summary

STATES = {
    "received": _("reçue"),
    "audited": _("auditée"),
    "wiping": _("en cours d'effacement"),
    "wiped": _("effacée, sans système"),
    "installing": _("en cours d'installation"),
    "ready": _("PRETE"),
    "aside": _("A METTRE DE COTE"),
}
REVIEW = _("A REVOIR")
HEALTH = {"pass": _("sans signe de panne"), "watch": _("à surveiller"), "fail": _("en panne")}
WIPES = {
    "ERASED": _("effacé et relu"),
    "ERASED_WITH_EXCEPTIONS": _("NON EFFACE en entier : A DETRUIRE"),
    "UNPROVEN": _("NON PROUVE"),
    "INTERRUPTED": _("INTERROMPU : NON EFFACE"),
    "FAILED": _("ECHEC : A DETRUIRE"),
    "RUNNING": _("en cours"),
}
RESULTS = {
    "ok": _("installé et vérifié"),
    "failed": _("ECHEC"),
    "interrupted": _("INTERROMPU"),
    "running": _("en cours"),
}


def card_lines(card: Mapping[str, Any]) -> list[str]:
    """Return the card in a few lines of at most 79 columns; what is not known says "inconnu"."""
    state = state_words(card)
    outcome = outcome_of(internal_verdicts(card)).replace("_", " ")
    lines = [
        _(" {tag}   {model}").format(
            tag=card.get("tag") or _("sans étiquette"), model=card.get("model") or _("modèle inconnu")
        ),
        _(" Étiquette  {outcome}").format(outcome=outcome),
        _(" État       {state}, classe {grade}, lot {lot}").format(
            state=state, grade=card.get("grade") or _("inconnue"), lot=card.get("lot") or _("aucun")
        ),
        *_sorting(card),
    ]
    for disk in card.get("disks", ()):
        name = _("{model} {serial} {decimal_bytes}").format(
            model=disk.get("model") or _("modèle inconnu"),
            serial=disk.get("serial") or "",
            decimal_bytes=decimal_bytes(disk.get("size_bytes")),
        )
        health = HEALTH.get(str(disk.get("health")), _("inconnue"))
        lines += [
            _(" Disque     {name}").format(name=name),
            _("            {wipes} ; santé {health}").format(
                wipes=WIPES.get(str(disk.get("wipe")), _("NON EFFACE")), health=health
            ),
        ]
    install = card.get("install")
    if install:
        profile = install.get("profile") or {}
        system = f"{profile.get('name')} {profile.get('version')}, {RESULTS.get(str(install.get('result')), 'inconnu')}"
    else:
        system = _("aucun")
    lines.append(_(" Système    {system}").format(system=system))
    tests = results_of_json(card.get("tests"))
    if tests:
        lines.append(_(" Tests      {summary}").format(summary=summary(tests)))
    lines.append(_(" Vue le     {when}").format(when=_when(card.get("last_seen"))))
    lines.append(_(" A FAIRE    {left}").format(left=_left(card)))
    return [folded for line in lines for folded in fold(line, " " * 12)]


SORTING = {"repair": _("A REPARER"), "parts": _("POUR PIECES")}


def _sorting(card: Mapping[str, Any]) -> list[str]:
    word = SORTING.get(str(card.get("sorting")))
    what = " ; ".join(str(one) for one in card.get("repairs") or ())
    return [_(" Tri        {word}{what}").format(word=word, what=" : " + what if what else "")] if word else []


def state_words(card: Mapping[str, Any]) -> str:
    """Return where the machine stands, as people say it. "PRETE" needs the record's own word for it."""
    state = str(card.get("state"))
    if not card.get("ready") and is_finished(card):
        return REVIEW
    if state == "ready" and not card.get("ready"):
        return STATES["aside"]
    return STATES.get(state, _("inconnu"))


def _when(wall: object) -> str:
    try:
        seen = datetime.fromisoformat(str(wall))
    except ValueError:
        return _("inconnu")
    return _("{date} à {hour} UTC (horloge du PC)").format(date=f"{seen:%d/%m/%Y}", hour=f"{seen:%H:%M}")


def _left(card: Mapping[str, Any]) -> str:
    verdicts = internal_verdicts(card)
    outcome = outcome_of(verdicts)
    if card.get("ready"):
        return _("rien, la machine est prête")
    if outcome is LabelOutcome.ERASED:
        # What holds a machine back holds it back without a system too.
        held = blocking({**card, "install": {"result": "ok"}}, verdicts)
        system = () if is_finished(card) else (_("installer un système (recond install)"),)
        return " ; ".join((*held, *system)) if held else _("installer un système (recond install), ou la donner sans")
    if outcome is LabelOutcome.NO_DISK:
        return _("aucun disque trouvé : vérifier les branchements et le BIOS")
    return _("effacer ses disques (recond run), ou les retirer : étiquette ROUGE")
