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
from recond.core.words import DEFAULT, N_, _, speaking
from recond.core.workshop import HelpContacts

Card = Mapping[str, Any]
Rows = tuple[tuple[str, str], ...]
UNKNOWN: Final = N_("inconnu")
CONSOLE_ONLY: Final = ("debian-base",)
"""Profiles without a desktop: their owner is not told of menus and icons."""
PROFILES: Final = {
    "debian-base": N_("Debian, en mode texte"),
    "debian-lxqt": N_("Debian, bureau LXQt"),
    "debian-xfce": N_("Debian, bureau Xfce"),
    "debian-gnome": N_("Debian, bureau GNOME"),
    "debian-school": N_("Debian pour l'école"),
}
WORDS: Final = {
    Destiny.READY: (
        N_("PRÊT"),
        Tone.GOOD,
        N_("Tous les disques sont effacés et relus, le système est installé et vérifié."),
    ),
    Destiny.REVIEW: (
        N_("À REVOIR"),
        Tone.DOUBT,
        N_("Les disques sont effacés et relus. Il reste à faire ce qui suit."),
    ),
}
NOT_ERASED: Final = N_(
    "Ne pas donner, ne pas vendre : des données de l'ancien propriétaire peuvent s'y trouver encore."
)
OUTCOMES: Final = {
    Outcome.PASS: (N_("bon"), Tone.GOOD),
    Outcome.FAIL: (N_("EN PANNE"), Tone.BAD),
    Outcome.NA: (N_("n'existe pas ici"), None),
}
WIPES: Final = {
    "ERASED": (N_("effacé et relu"), Tone.GOOD),
    "ERASED_WITH_EXCEPTIONS": (N_("À DÉTRUIRE"), Tone.BAD),
    "FAILED": (N_("À DÉTRUIRE"), Tone.BAD),
    "UNPROVEN": (N_("NON PROUVÉ"), Tone.BAD),
    "INTERRUPTED": (N_("INTERROMPU"), Tone.BAD),
    "RUNNING": (N_("en cours"), Tone.BAD),
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
    lang: str = DEFAULT


@dataclass(frozen=True, slots=True)
class Welcome:
    """The new owner's sheet: `desktop` False = the system has no windows; `contacts` None = the workshop told none."""

    title: str
    organisation: str
    desktop: bool
    facts: Rows
    contacts: HelpContacts | None
    lang: str = DEFAULT


def travel(card: Card, organisation: str, url: str | None, today: date | None, lang: str = DEFAULT) -> Travel:
    """Return the sheet of a machine as its record stands, in this language. `url`: the server's address, None = no server."""
    with speaking(lang):
        return _travel(card, organisation, label_from_card(card, url, today, lang))


def _travel(card: Card, organisation: str, label: LabelData) -> Travel:
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
        lang=label.lang,
    )


def welcome(card: Card, organisation: str, contacts: HelpContacts | None, lang: str = DEFAULT) -> Welcome | None:
    """Return the new owner's sheet; None unless the machine is PRÊT: nobody is welcomed to a machine that is not."""
    label = label_from_card(card, lang=lang)
    if label.destiny is not Destiny.READY or label.practice:
        return None
    with speaking(lang):
        return _welcome(card, organisation, contacts, label)


def _welcome(card: Card, organisation: str, contacts: HelpContacts | None, label: LabelData) -> Welcome:
    name = str(((card.get("install") or {}).get("profile") or {}).get("name"))
    erased = (
        _("effacés et vérifiés le {wiped_on:%d/%m/%Y}").format(wiped_on=label.wiped_on)
        if label.wiped_on
        else _("effacés et vérifiés")
    )
    facts = (
        (_("Modèle"), _fact(label.model)),
        (_("Processeur, mémoire"), f"{_fact(label.cpu)}, {_fact(label.ram)}"),
        (_("Disque"), " ; ".join(_without_health(one) for one in label.disks or ()) or _(UNKNOWN)),
        (_("Système"), _(PROFILES.get(name, "")) or _fact(label.os)),
        *(
            ((_("Batterie"), _("{battery} de sa capacité d'origine").format(battery=label.battery)),)
            if _is_share(label.battery)
            else ()
        ),
        (_("Anciennes données"), _("disques {erased}").format(erased=erased)),
        (_("Numéro"), label.tag or _(UNKNOWN)),
    )
    return Welcome(_("Bienvenue !"), organisation, name not in CONSOLE_ONLY, facts, contacts, label.lang)


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
        return word, Tone.BAD, f"{why[0].upper()}{why[1:]}. {_(NOT_ERASED)}"
    if label.destiny is None:
        return _("EFFACÉ"), Tone.GOOD, _("Ce disque est effacé et relu.")
    word, tone, sentence = WORDS[label.destiny]
    return _(word), tone, _(sentence)


def _facts(card: Card, label: LabelData) -> Rows:
    system = (card.get("machine") or {}).get("system") or {}
    grade = " : ".join(part for part in (clean(str(card.get(key) or "")) for key in ("grade", "grade_reason")) if part)
    rows = (
        (_("Type, modèle"), f"{_fact(label.chassis)}, {_fact(label.model)}"),
        (_("N° de série"), clean(str(system.get("serial") or "")) or _(UNKNOWN)),
        (_("Processeur"), _fact(label.cpu)),
        (_("Mémoire"), _fact(label.ram)),
        (_("Batterie"), _fact(label.battery)),
        (_("Écran, clavier"), f"{_fact(label.inches)}, {_fact(label.keyboard)}"),
        (_("Système"), _fact(label.os)),
        (_("Grade"), grade or _(UNKNOWN)),
        (_("Alertes"), _warnings(card, label)),
    )
    return tuple((name, value) for name, value in rows if value)


UNCHECKED: Final = {
    "firmware.admin_password": N_("mot de passe du BIOS"),
    "firmware.absolute": N_("Absolute"),
}
"""What would be a warning if anybody had been able to look."""


def _warnings(card: Card, label: LabelData) -> str:
    machine = card.get("machine")
    if not isinstance(machine, Mapping):
        return _("inconnues")
    known = ", ".join(label.warnings)
    gaps = {str(one.get("field")) for one in machine.get("gaps") or () if isinstance(one, Mapping)}
    firmware = machine.get("firmware") or {}
    # A record of an older version has no list of gaps: the fields themselves speak.
    gaps |= {"firmware.admin_password"} if firmware.get("admin_password") is None else set()
    gaps |= {"firmware.absolute"} if firmware.get("absolute") in (None, "unknown") else set()
    unknown = ", ".join(_(name) for field, name in UNCHECKED.items() if field in gaps)
    if not unknown:
        return known or _("aucune")
    return _("{known} ; non vérifiés : {unknown}").format(known=known or _("aucune connue"), unknown=unknown)


def _fact(value: object) -> str:
    # "Does not apply" is no text either: a desktop has no battery of its own.
    return (
        (clean(value) or _(UNKNOWN)) if isinstance(value, str) else (_(UNKNOWN) if value is None else _("sans objet"))
    )


def _is_share(value: object) -> bool:
    return isinstance(value, str) and value.endswith("%")


def _without_health(disk: str) -> str:
    return disk.partition(",")[0].partition(" · ")[0]


def _disk(disk: Mapping[str, Any]) -> tuple[tuple[str, Tone | None], ...]:
    word, tone = WIPES.get(str(disk.get("wipe")), (N_("NON EFFACÉ"), Tone.BAD))
    health = labelwords.HEALTH.get(str(disk.get("health")), _("état inconnu"))
    method = labelwords.METHOD.get(str(disk.get("method")), clean(str(disk.get("method") or "")) or "")
    day = "/".join(reversed(str(disk.get("wiped_at") or "")[:10].split("-")))
    how = " · ".join(part for part in (method, day) if part) or _("aucun effacement noté")
    bad = Tone.BAD if disk.get("health") == "fail" else None
    return (disk_name(disk), None), (health, bad), (how, None), (_(word), tone)


def _tests(card: Card) -> tuple[tuple[tuple[str, Tone | None], ...], ...]:
    """Return the tests that were made; those that were not are named by `worth_doing`."""
    rows = []
    order = list(TITLES)
    for one in sorted(results_of_json(card.get("tests")), key=lambda one: order.index(one.name)):
        if one.outcome is not Outcome.NOT_DONE:
            why = " ; ".join(clean(reason) or "" for reason in one.reasons)
            word, tone = OUTCOMES[one.outcome]
            rows.append(((_(TITLES[one.name]), None), (_(word), tone), (why, None)))
    return tuple(rows)


def _origin(card: Card, label: LabelData) -> str:
    parts = [_("Lot {lot}").format(lot=label.lot) if label.lot else _("Sans lot")]
    if card.get("operator"):
        parts.append(_("opérateur {operator}").format(operator=clean(str(card["operator"]))))
    if label.printed_on:
        parts.append(_("fiche du {printed_on:%d/%m/%Y}").format(printed_on=label.printed_on))
    return " · ".join(parts)
