"""A certificate in French words: what a printed page (or a web page) of it says. Pure; the certificate alone speaks.

The word "EFFACÉ" comes from here only, and only for a certificate whose examination found no fault.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, Final

from recond.core import certproof, labelwords
from recond.core.text import clean, decimal_bytes
from recond.core.verification import Examined
from recond.core.words import N_, _

Json = Mapping[str, Any]
Rows = tuple[tuple[str, str], ...]

UNKNOWN: Final = N_("inconnu")
RANGES_SHOWN: Final = 6


class Tone(Enum):
    """How a word is meant: the colour follows, and never stands alone."""

    GOOD = "good"
    BAD = "bad"
    DOUBT = "doubt"


WORDS: Final = {
    "ERASED": (N_("EFFACÉ"), Tone.GOOD),
    "ERASED_WITH_EXCEPTIONS": (N_("NON EFFACÉ EN ENTIER"), Tone.BAD),
    "FAILED": (N_("NON EFFACÉ"), Tone.BAD),
    "UNPROVEN": (N_("NON PROUVÉ"), Tone.DOUBT),
    "INTERRUPTED": (N_("NON EFFACÉ"), Tone.DOUBT),
}
NEVER: Final = (N_("NON EFFACÉ"), Tone.BAD)

LEVELS: Final = {
    "clear": N_("Clear (résiste à une lecture par l'interface du disque)"),
    "purge": N_("Purge (résiste aussi à un laboratoire)"),
}
DISPOSITIONS: Final = {
    "reuse": N_("réemploi"),
    "destroy": N_("à détruire, ne pas réemployer"),
    "erase-again": N_("à effacer de nouveau avant tout réemploi"),
}
HIDDEN: Final = {
    "none": N_("aucune (HPA, AMA et DCO lus)"),
    "restored": N_("il y en avait, rendues visibles puis traitées comme le reste"),
    "present": N_("il y en a, NON atteintes"),
    "undetermined": N_("non déterminées"),
}
EVIDENCE: Final = {
    "simulated": N_("Méthode éprouvée jusqu'ici sur des disques simulés seulement, jamais encore sur un vrai disque."),
    "emulated": N_(
        "Méthode éprouvée jusqu'ici sur des disques émulés (machine virtuelle), jamais encore sur un vrai disque."
    ),
}
"""Said on every page as long as it is true: the donor must know on what a method was ever seen to work."""

NO_LEVEL: Final = N_("aucun niveau affirmé")
MODES: Final = {"full": N_("disque entier"), "sample": N_("par sondage"), "none": N_("aucune")}
SMART: Final = (
    ("verdict", N_("Verdict du disque")), ("hours", N_("Heures de marche")), ("reallocated", N_("Secteurs réalloués")),
    ("pending", N_("Secteurs en attente")),
    ("uncorrectable", N_("Secteurs irrécupérables")), ("media_errors", N_("Erreurs du support")),
    ("used_pct", N_("Usure (%)")), ("temperature_c", N_("Température (°C)")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Page:
    """One disk's certificate. `sections`: disk, machine, who, then the rest, each a heading with rows.

    `caveats`: what the erasure does not cover; `smart`: name, before, after; `proof`: rows beside the QR code `code`;
    `practice`: no donor's disk.
    """

    number: str
    organisation: str
    word: str
    tone: Tone
    sentence: str
    sections: tuple[tuple[str, Rows], ...]
    caveats: tuple[str, ...]
    smart: tuple[tuple[str, str, str], ...]
    proof: Rows
    note: str
    code: str
    practice: bool


def word_of(certificate: Json | None, examined: Examined | None) -> tuple[str, Tone]:
    """Return the big word for a disk: that of its verdict when its certificate is whole, else NON EFFACÉ."""
    if certificate is None or examined is None or examined.faults:
        found = NEVER
    else:
        found = WORDS.get(str(certificate.get("verdict")), NEVER)
    return _(found[0]), found[1]


def page_of(certificate: Json, examined: Examined) -> Page:
    """Return what the page of a certificate says. Raises ValueError for one that must not be believed."""
    if examined.faults:
        raise ValueError("; ".join(examined.faults))
    word, tone = word_of(certificate, examined)
    issuer = certificate["issuer"]
    return Page(
        number=_("n° {number} de la clé {stick}").format(
            number=certificate["chain"]["number"], stick=said(issuer["stick"])
        ),
        organisation=said(issuer["organisation"]),
        word=word,
        tone=tone,
        sentence=said(certificate["statement"]),
        sections=(
            (_("Disque"), _disk(certificate["disk"])),
            (_("Machine"), _machine(certificate)),
            (_("Fait par"), _by(certificate)),
            (_("Effacement"), _wipe(certificate)),
        ),
        caveats=_caveats(certificate),
        smart=_smart(certificate.get("health") or {}),
        proof=_proof(certificate, examined),
        note=said(certificate["chain"]["note"]),
        code=certproof.paper_text(certificate),
        practice=certificate.get("practice") is True,
    )


def said(value: object, unknown: str = UNKNOWN) -> str:
    """Return any value as one printable line; `unknown` for None and blanks."""
    return (clean(str(value), 600) or unknown) if value is not None else unknown


def when(moment: Json | None) -> str:
    """Return a moment of the record: the PC's clock is never trusted, and a wrong one is said to be."""
    try:
        found = datetime.fromisoformat(str((moment or {})["wall"]))
    except (KeyError, ValueError):
        return _(UNKNOWN)
    return _("{date} à {hour} UTC").format(date=f"{found:%d/%m/%Y}", hour=f"{found:%H:%M}") + (
        "" if found.year >= 2025 else _(" (horloge du PC fausse)")
    )


def _caveats(certificate: Json) -> tuple[str, ...]:
    found = [said(one) for one in certificate["caveats"]]
    short = certificate.get("shortfall")
    if short and said(short) not in found:
        found.insert(0, said(short))
    told = EVIDENCE.get(str(certificate.get("evidence")))
    return (*found, told) if told else tuple(found)


def _disk(disk: Json) -> Rows:
    sources = {"usb-bridge": _(" (donné par l'adaptateur USB)")}
    medium = labelwords.MEDIUM.get(str(disk["medium"]), _("support inconnu"))
    bridge = _(", adaptateur {bridge}").format(bridge=said(disk["bridge"])) if disk.get("bridge") else ""
    hidden = str(disk.get("hidden_area"))
    return (
        (_("Modèle"), said(disk["model"])),
        (
            _("N° de série"),
            said(disk["serial"], _("le disque n'en donne pas")) + sources.get(str(disk["serial_source"]), ""),
        ),
        ("WWN", said(disk["wwn"])),
        (
            _("Capacité"),
            _("{decimal_bytes} ({grouped} octets)").format(
                decimal_bytes=decimal_bytes(disk["sizes"]["kernel"]), grouped=grouped(disk["sizes"]["kernel"])
            ),
        ),
        (
            _("Type"),
            _("{medium}, {upper}{bridge}, micrologiciel {firmware}").format(
                medium=medium, upper=said(disk["bus"]).upper(), bridge=bridge, firmware=said(disk["firmware"])
            ),
        ),
        (_("Zones cachées"), HIDDEN.get(hidden, said(hidden))),
    )


def _machine(certificate: Json) -> Rows:
    machine = certificate["machine"]
    return (
        (_("Étiquette"), said(machine["tag"], _("aucune"))),
        (_("Modèle"), said(machine["model"])),
        (_("N° de série"), said(machine["serial"])),
        (_("Lot"), said(certificate.get("lot"), _("aucun"))),
    )


def _wipe(certificate: Json) -> Rows:
    seen = certificate["observed"]
    size = seen["size_bytes"]
    method = str(certificate["method"])
    level = _(LEVELS.get(str(certificate["level"]), NO_LEVEL))
    before = [_attempt(one) for one in certificate.get("attempts") or ()]
    rows = [
        (_("Méthode"), f"{labelwords.METHOD.get(method, method)} ({method})"),
        *(((_("Essayé d'abord"), " ; ".join(before)),) if before else ()),
        (_("Niveau"), level),
        (_("Référence"), said(certificate["basis"])),
        (_("Début, fin"), f"{when(certificate['started'])}, {when(certificate['ended'])}{_lasted(certificate)}"),
    ]
    if certificate["kind"] == "overwrite":
        rows.append((_("Écrit"), share(seen["bytes_written"], size)))
    else:
        rows.append((_("Commandes"), "; ".join(_command(one) for one in certificate["commands"]) or _("aucune")))
        written, left = seen["markers_written"], seen["markers_survived"]
        rows.append(
            (
                _("Marques témoins"),
                _("{written} posées avant, {left} retrouvées après").format(written=written, left=left),
            )
        )
    rows.append(
        (_("Relecture"), f"{_(MODES.get(str(seen['verify']), UNKNOWN))} : {share(seen['bytes_verified'], size)}")
    )
    for key, name in (("bad_ranges", _("Zones en échec")), ("mismatches", _("Zones différentes"))):
        if seen[key]:
            rows.append((name, _ranges(seen[key])))
    if seen.get("error"):
        rows.append((_("Erreur"), said(seen["error"])))
    rows.append((_("Suite à donner"), _(DISPOSITIONS.get(str(certificate["disposition"]), UNKNOWN))))
    return tuple(rows)


def _by(certificate: Json) -> Rows:
    issuer = certificate["issuer"]
    image = f", image {said(issuer['image'])}" if issuer.get("image") else ""
    return (
        (_("Opérateur"), f"{said(issuer['operator'])}, {said(issuer['station'])}"),
        (_("2e contrôle"), said(certificate.get("checked_by"), _("aucun"))),
        (_("Outil"), f"{said(issuer['tool'])}, Linux {said(issuer['kernel'])}{image}"),
        *(((_("Programmes"), tools),) if (tools := "; ".join(_tool(*one) for one in _tools(issuer))) else ()),
    )


def _tools(issuer: Json) -> list[tuple[str, str]]:
    return sorted((said(name), said(version)) for name, version in (issuer.get("tools") or {}).items())


def _tool(name: str, version: str) -> str:
    """Return a program with its version: the first number that its own words hold, else those words."""
    number = re.search(r"\bv?(\d+(?:\.\d+)+)", version)
    return f"{name} {number[1] if number else version}"


def _proof(certificate: Json, examined: Examined) -> Rows:
    vouched = (
        _("reconnue : {vouched}").format(vouched=examined.vouched)
        if examined.vouched
        else _("NON RECONNUE sur le poste qui a fait cette page")
    )
    received = (
        _("reçu le {received} par le serveur {server}").format(received=examined.received, server=examined.server)
        if examined.received
        else _("aucun")
    )
    return (
        (_("Empreinte SHA-256"), str(certificate["sha256"])),
        (_("Signature Ed25519"), str(certificate["signature"])),
        (_("Clé"), f"{examined.key_id} ({vouched})"),
        (_("Contreseing"), received),
    )


def _smart(health: Json) -> tuple[tuple[str, str, str], ...]:
    sides = [(health.get(side) or {}).get("smart") or {} for side in ("before", "after")]
    if not any(side.get("available") for side in sides):
        return ()
    rows = []
    for key, name in SMART:
        words = [_smart_word(side, key) for side in sides]
        if any(word != _(UNKNOWN) for word in words):
            rows.append((name, *words))
    return tuple((name, before, after) for name, before, after in rows)


def _smart_word(side: Json, key: str) -> str:
    value = side.get("passed") if key == "verdict" else side.get(key)
    if key == "verdict":
        return {True: _("pas de panne annoncée"), False: _("PANNE ANNONCÉE")}.get(value, _(UNKNOWN))  # type: ignore[arg-type]
    return grouped(value) if isinstance(value, int) else _(UNKNOWN)


def _attempt(one: Json) -> str:
    method, ended = str(one["method"]), labelwords.WHY_NOT.get(str(one["verdict"]), _("sans effet"))
    return f"{labelwords.METHOD.get(method, method)} : {said(one.get('error'), ended)}"


def _command(one: Json) -> str:
    ended = f"code {one['status']}" if one.get("status") is not None else said(one.get("why"))
    return f"{' '.join(said(word) for word in one['argv'])} ({ended})"


def _lasted(certificate: Json) -> str:
    began, ended = certificate["started"], certificate["ended"]
    if began.get("boot_id") != ended.get("boot_id"):
        return ""
    minutes, seconds = divmod(round(ended["mono_s"] - began["mono_s"]), 60)
    hours, minutes = divmod(minutes, 60)
    return (
        _(" (durée {hours} h {minutes:02})").format(hours=hours, minutes=minutes)
        if hours
        else _(" (durée {minutes} min {seconds:02} s)").format(minutes=minutes, seconds=seconds)
    )


def _ranges(ranges: Sequence[Json]) -> str:
    total = sum(one["length"] for one in ranges)
    shown = ", ".join(f"{grouped(one['offset'])} + {grouped(one['length'])}" for one in ranges[:RANGES_SHOWN])
    more = (
        _(", la suite ({count}) dans le fichier JSON").format(count=len(ranges) - RANGES_SHOWN)
        if len(ranges) > RANGES_SHOWN
        else ""
    )
    return _("plages : {count}, octets : {grouped} (début + longueur : {shown}{more})").format(
        count=len(ranges), grouped=grouped(total), shown=shown, more=more
    )


def share(part: int, whole: int) -> str:
    """Return "500 107 862 016 octets sur 500 107 862 016 (100 %)"; 100 % is said of everything only."""
    percent = 100 * part / whole if whole else 0.0
    told = "100" if part >= whole > 0 else f"{min(percent, 99.99):.2f}".replace(".", ",")
    return _("{grouped} octets sur {grouped2} ({told} %)").format(
        grouped=grouped(part), grouped2=grouped(whole), told=told
    )


def grouped(number: int) -> str:
    """Return a whole number in groups of three, as French writes it."""
    return f"{number:,}".replace(",", "\u00a0")
