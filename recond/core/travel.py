"""What the A4 sheets say: the one that travels with a machine through the workshop, and the new owner's welcome.

Pure: from the card and the workshop's settings to words. Nothing here is said that the label would not say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from recond.core import labelwords
from recond.core.certpage import Tone
from recond.core.destiny import Destiny, blocking, disk_name, worth_doing
from recond.core.functional import TITLES, Outcome, results_of_json
from recond.core.labeldata import LabelData, LabelOutcome, internal_verdicts, label_from_card
from recond.core.text import clean
from recond.core.words import _
from recond.core.workshop import HelpContacts

Card = Mapping[str, Any]
Rows = tuple[tuple[str, str], ...]
UNKNOWN: Final = _("inconnu")
CONSOLE_ONLY: Final = ("debian-base",)
"""Profiles without a desktop: their owner is not told of menus and icons."""
PROFILES: Final = {
    "debian-base": _("Debian, en mode texte"),
    "debian-lxqt": _("Debian, bureau LXQt"),
    "debian-xfce": _("Debian, bureau Xfce"),
    "debian-gnome": _("Debian, bureau GNOME"),
    "debian-school": _("Debian pour l'école"),
}
WORDS: Final = {
    Destiny.READY: (
        _("PRÊT"),
        Tone.GOOD,
        _("Tous les disques sont effacés et relus, le système est installé et vérifié."),
    ),
    Destiny.REVIEW: (_("À REVOIR"), Tone.DOUBT, _("Les disques sont effacés et relus. Il reste à faire ce qui suit.")),
}
NOT_ERASED: Final = _("Ne pas donner, ne pas vendre : des données de l'ancien propriétaire peuvent s'y trouver encore.")
OUTCOMES: Final = {
    Outcome.PASS: (_("bon"), Tone.GOOD),
    Outcome.FAIL: (_("EN PANNE"), Tone.BAD),
    Outcome.NA: (_("n'existe pas ici"), None),
}
WIPES: Final = {
    "ERASED": (_("effacé et relu"), Tone.GOOD),
    "ERASED_WITH_EXCEPTIONS": (_("À DÉTRUIRE"), Tone.BAD),
    "FAILED": (_("À DÉTRUIRE"), Tone.BAD),
    "UNPROVEN": (_("NON PROUVÉ"), Tone.BAD),
    "INTERRUPTED": (_("INTERROMPU"), Tone.BAD),
    "RUNNING": (_("en cours"), Tone.BAD),
}


@dataclass(frozen=True, slots=True)
class Travel:
    """The sheet of one machine. `disks` and `tests` are rows of cells, each with the tone that it is shown in."""

    title: str
    organisation: str
    url: str | None
    word: str
    tone: Tone
    sentence: str
    practice: bool
    todo: tuple[str, ...]
    also: tuple[str, ...]
    facts: Rows
    disks: tuple[tuple[tuple[str, Tone | None], ...], ...]
    tests: tuple[tuple[tuple[str, Tone | None], ...], ...]
    origin: str


@dataclass(frozen=True, slots=True)
class Welcome:
    """The new owner's sheet: `desktop` False = the system has no windows; `contacts` None = the workshop told none."""

    title: str
    organisation: str
    desktop: bool
    facts: Rows
    contacts: HelpContacts | None


def travel(card: Card, organisation: str, url: str | None, today: date | None) -> Travel:
    """Return the sheet of a machine as its record stands. `url`: the server's address, None = no server."""
    label = label_from_card(card, url=url, printed_on=today)
    word, tone, sentence = _word(label)
    return Travel(
        title=label.tag or _("sans numéro"),
        organisation=organisation,
        url=label.url,
        word=word,
        tone=tone,
        sentence=sentence,
        practice=label.practice,
        todo=blocking(card, internal_verdicts(card)),
        also=worth_doing(card),
        facts=_facts(card, label),
        disks=tuple(_disk(disk) for disk in card.get("disks") or () if disk.get("internal")),
        tests=_tests(card),
        origin=_origin(card, label),
    )


def welcome(card: Card, organisation: str, contacts: HelpContacts | None) -> Welcome | None:
    """Return the new owner's sheet; None unless the machine is PRÊT: nobody is welcomed to a machine that is not."""
    label = label_from_card(card)
    if label.destiny is not Destiny.READY or label.practice:
        return None
    name = str(((card.get("install") or {}).get("profile") or {}).get("name"))
    erased = (
        _("effacés et vérifiés le {wiped_on:%d/%m/%Y}").format(wiped_on=label.wiped_on)
        if label.wiped_on
        else _("effacés et vérifiés")
    )
    facts = (
        (_("Modèle"), _fact(label.model)),
        (_("Processeur, mémoire"), f"{_fact(label.cpu)}, {_fact(label.ram)}"),
        (_("Disque"), " ; ".join(_without_health(one) for one in label.disks or ()) or UNKNOWN),
        (_("Système"), PROFILES.get(name) or _fact(label.os)),
        *(
            ((_("Batterie"), _("{battery} de sa capacité d'origine").format(battery=label.battery)),)
            if _is_share(label.battery)
            else ()
        ),
        (_("Anciennes données"), _("disques {erased}").format(erased=erased)),
        (_("Numéro"), label.tag or UNKNOWN),
    )
    return Welcome(_("Bienvenue !"), organisation, name not in CONSOLE_ONLY, facts, contacts)


def _word(label: LabelData) -> tuple[str, Tone, str]:
    if label.outcome is LabelOutcome.NO_DISK:
        return (
            _("SANS DISQUE"),
            Tone.DOUBT,
            _("Aucun disque n'a été vu dans cette machine : rien n'a été effacé ni installé."),
        )
    if label.outcome is LabelOutcome.NOT_ERASED:
        destroy = label.destiny is Destiny.DESTROY
        word = _("NON EFFACÉ · DISQUE À DÉTRUIRE") if destroy else _("NON EFFACÉ")
        why = clean(label.why or "") or _("effacement non prouvé")
        return word, Tone.BAD, f"{why[0].upper()}{why[1:]}. {NOT_ERASED}"
    if label.destiny is None:
        return _("EFFACÉ"), Tone.GOOD, _("Ce disque est effacé et relu.")
    return WORDS[label.destiny]


def _facts(card: Card, label: LabelData) -> Rows:
    system = (card.get("machine") or {}).get("system") or {}
    grade = " : ".join(part for part in (clean(str(card.get(key) or "")) for key in ("grade", "grade_reason")) if part)
    rows = (
        (_("Type, modèle"), f"{_fact(label.chassis)}, {_fact(label.model)}"),
        (_("N° de série"), clean(str(system.get("serial") or "")) or UNKNOWN),
        (_("Processeur"), _fact(label.cpu)),
        (_("Mémoire"), _fact(label.ram)),
        (_("Batterie"), _fact(label.battery)),
        (_("Écran, clavier"), f"{_fact(label.inches)}, {_fact(label.keyboard)}"),
        (_("Système"), _fact(label.os)),
        (_("Grade"), grade or UNKNOWN),
        (_("Alertes"), ", ".join(label.warnings) or _("aucune")),
    )
    return tuple((name, value) for name, value in rows if value)


def _fact(value: object) -> str:
    # "Does not apply" is no text either: a desktop has no battery of its own.
    return (clean(value) or UNKNOWN) if isinstance(value, str) else (UNKNOWN if value is None else _("sans objet"))


def _is_share(value: object) -> bool:
    return isinstance(value, str) and value.endswith("%")


def _without_health(disk: str) -> str:
    return disk.partition(",")[0].partition(" · ")[0]


def _disk(disk: Mapping[str, Any]) -> tuple[tuple[str, Tone | None], ...]:
    said = WIPES.get(str(disk.get("wipe")), (_("NON EFFACÉ"), Tone.BAD))
    health = labelwords.HEALTH.get(str(disk.get("health")), _("état inconnu"))
    method = labelwords.METHOD.get(str(disk.get("method")), clean(str(disk.get("method") or "")) or "")
    day = "/".join(reversed(str(disk.get("wiped_at") or "")[:10].split("-")))
    how = " · ".join(part for part in (method, day) if part) or _("aucun effacement noté")
    bad = Tone.BAD if disk.get("health") == "fail" else None
    return (disk_name(disk), None), (health, bad), (how, None), said


def _tests(card: Card) -> tuple[tuple[tuple[str, Tone | None], ...], ...]:
    """Return the tests that were made; those that were not are named by `worth_doing`."""
    rows = []
    for one in results_of_json(card.get("tests")):
        if one.outcome is not Outcome.NOT_DONE:
            why = " ; ".join(clean(reason) or "" for reason in one.reasons)
            rows.append(((TITLES[one.name], None), OUTCOMES[one.outcome], (why, None)))
    return tuple(sorted(rows, key=lambda row: list(TITLES.values()).index(row[0][0])))


def _origin(card: Card, label: LabelData) -> str:
    parts = [_("Lot {lot}").format(lot=label.lot) if label.lot else _("Sans lot")]
    if card.get("operator"):
        parts.append(_("opérateur {operator}").format(operator=clean(str(card["operator"]))))
    if label.printed_on:
        parts.append(_("fiche du {printed_on:%d/%m/%Y}").format(printed_on=label.printed_on))
    return " · ".join(parts)
