"""Several disks on one page: a machine's, or a whole lot's. Every disk of each machine has a row, erased or not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from recond.core import labelwords
from recond.core.certpage import EVIDENCE, NEVER, Tone, said, word_of
from recond.core.labeldata import LabelOutcome, internal_verdicts, outcome_of
from recond.core.text import decimal_bytes
from recond.core.verification import Examined
from recond.core.words import _

Json = Mapping[str, Any]
Certificates = Mapping[str, tuple[Json, Examined]]
"""Certificates by their hash, each examined."""


@dataclass(frozen=True, slots=True)
class DiskRow:
    """One disk of a list. `why`: what is missing when it is not erased; `short`: the beginning of its certificate's hash."""

    tag: str
    machine: str
    disk: str
    serial: str
    size: str
    how: str
    day: str
    word: str
    tone: Tone
    why: str
    short: str


@dataclass(frozen=True, slots=True)
class Listing:
    """A machine or a lot. `machines_erased`: machines whose disks are all erased, as their label says; `notes`: on what
    the methods used were ever seen to work, where that is not a real disk."""

    title: str
    facts: tuple[tuple[str, str], ...]
    rows: tuple[DiskRow, ...]
    machines: int
    machines_erased: int
    without_disk: int
    practice: bool
    notes: tuple[str, ...] = ()

    @property
    def erased(self) -> int:
        """Return how many disks are erased."""
        return sum(row.tone is Tone.GOOD for row in self.rows)

    @property
    def word(self) -> tuple[str, Tone]:
        """Return the big word: good only when every disk of every machine is erased."""
        left = len(self.rows) - self.erased
        if not self.rows:
            return _("AUCUN DISQUE"), Tone.DOUBT
        if left or self.machines_erased + self.without_disk < self.machines:
            return (_("{left} DISQUE(S) NON EFFACÉ(S)").format(left=left) if left else _("MACHINES À REVOIR")), Tone.BAD
        return (_("EFFACÉ") if len(self.rows) == 1 else _("TOUS LES DISQUES EFFACÉS")), Tone.GOOD


def listing(
    title: str, facts: tuple[tuple[str, str], ...], cards: Iterable[Json], certificates: Certificates
) -> Listing:
    """List every disk of these machines. A disk's word needs its card, its certificate, and both to say the same."""
    cards = list(cards)
    outcomes = [outcome_of(internal_verdicts(card)) for card in cards]
    rows = [
        _row(card, disk, certificates) for card in cards for disk in card["disks"] if disk["internal"] or disk["wipe"]
    ]
    return Listing(
        title=title,
        facts=facts,
        rows=tuple(rows),
        machines=len(cards),
        machines_erased=outcomes.count(LabelOutcome.ERASED),
        without_disk=outcomes.count(LabelOutcome.NO_DISK),
        notes=tuple(
            sorted({EVIDENCE[one["evidence"]] for one, _ in certificates.values() if one.get("evidence") in EVIDENCE})
        ),
        practice=any(one.get("practice") for one, _ in certificates.values()),
    )


def _row(card: Json, disk: Json, certificates: Certificates) -> DiskRow:
    found = certificates.get(str(disk["certificate"]))
    word, tone, why = _word(disk, found)
    certificate = found[0] if found else None
    method = str(disk["method"] or "")
    how = f"{labelwords.METHOD.get(method, method)}, {disk['level']}" if method else _("aucun effacement")
    return DiskRow(
        tag=said(card["tag"]),
        machine=said(labelwords.system_model((card["machine"] or {}).get("system") or {}) or card["model"]),
        disk=said(disk["model"]),
        serial=said(disk["serial"], _("sans n° de série")),
        size=decimal_bytes(disk["size_bytes"]),
        how=how,
        day=_day(disk["wiped_at"]),
        word=word,
        tone=tone,
        why=why,
        short=str(certificate["sha256"])[:12] if certificate else "",
    )


def _word(disk: Json, found: tuple[Json, Examined] | None) -> tuple[str, Tone, str]:
    if disk["wipe"] is None:
        return (*NEVER, _("jamais effacé, ou utilisé depuis"))
    if found is None:
        return (*NEVER, _("certificat introuvable"))
    certificate, examined = found
    if examined.faults:
        return (*NEVER, _("certificat à ne pas croire : {faults}").format(faults=examined.faults[0]))
    if certificate["verdict"] != disk["wipe"]:
        return (*NEVER, _("la fiche et le certificat ne disent pas la même chose"))
    word, tone = word_of(certificate, examined)
    return word, tone, "" if tone is Tone.GOOD else labelwords.WHY_NOT.get(str(disk["wipe"]), "")


def _day(wall: object) -> str:
    text = str(wall or "")[:10]
    year, _unused, rest = text.partition("-")
    month, _unused, day = rest.partition("-")
    return f"{day}/{month}/{year}" if day.isdigit() and int(year) >= 2025 else _("date inconnue") if wall else ""
