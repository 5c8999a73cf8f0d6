"""A card as the pages show it: plain texts, in French; the templates say them in the reader's language (`speech.told`).
Every text is a stick's or a vendor's, and is escaped later.

Nothing is shown as good that the disks do not bear out, and no value is trusted to be of the kind it should be:
a card that cannot be shown raises, and the page then says so of that machine alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils import formats, timezone
from django.utils.translation import gettext

from recond.core import labelwords
from recond.core.canonical import free, texts
from recond.core.destiny import blocking
from recond.core.functional import TITLES, Outcome, results_of_json, tally
from recond.core.labeldata import LabelData, LabelOutcome, internal_verdicts, label_from_card
from recond.core.projection import is_finished
from recond.core.text import clean, decimal_bytes
from recond.core.words import N_, joined
from recond.server import words
from recond.server.words import Word

UNKNOWN: Final = N_("inconnu")
UNKNOWN_MODEL: Final = N_("modèle inconnu")
CLOCK_BEGINS: Final = 2025
"""recond is younger: a time before comes from a PC whose clock battery is dead."""

FINISHED: Final = ("ready", "wiped", "aside")
"""States of a machine with which a stick was through: sticks before this rule called ready what is held back."""

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Tile:
    """One machine in the list. `disks`: size and word of each internal disk."""

    tag: str
    state: Word
    model: str
    why: str = ""
    disks: tuple[tuple[str, Word], ...] = ()
    grade: str = ""
    lot: str = ""
    practice: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A machine in a list of many, as it was drawn when its card was made: a list reads no whole card."""

    uid: str
    seen_at: datetime
    tile: Tile
    repairs: list[str]


@dataclass(frozen=True, slots=True)
class DiskShown:
    """One disk. `facts`: name and value of what is known."""

    title: str
    verdict: Word
    health: Word
    reasons: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    caveats: tuple[str, ...]
    elsewhere: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """One machine's page."""

    tile: Tile
    facts: tuple[tuple[str, str], ...] = ()
    raise_grade: str = ""
    notes: tuple[str, ...] = ()
    disks: tuple[DiskShown, ...] = ()
    install: Word | None = None
    install_facts: tuple[tuple[str, str], ...] = ()
    checks: tuple[tuple[str, Word], ...] = ()


def tile(card: Json) -> Tile:
    """Return what the list shows of a machine."""
    label = label_from_card(card)
    own = [disk for disk in card["disks"] if disk["internal"]]
    word = state(card, label)
    return Tile(
        tag=line(card["tag"]) or N_("sans étiquette"),
        state=word,
        model=line(label.model) or UNKNOWN_MODEL,
        why=_why(card, label, word),
        disks=tuple((decimal_bytes(disk["size_bytes"]), verdict(disk["wipe"])) for disk in own),
        grade=line(card["grade"]),
        lot=line(card["lot"]),
        practice=label.practice,
    )


def _why(card: Json, label: LabelData, word: Word) -> str:
    if card.get("later"):
        return N_("des événements d'un recond plus récent : mettez ce serveur à jour")
    if word is words.REVIEW:
        return joined("; ", blocking(card, internal_verdicts(card)))
    return (label.why or "") if word.colour == "bad" and word is not words.UNREADABLE else ""


def kept(tile: Tile, repairs: object) -> dict[str, Any]:
    """Return a tile as a card's row keeps it, with what is to be repaired."""
    return {
        **{name: getattr(tile, name) for name in ("tag", "model", "grade", "lot", "practice")},
        "why": free(tile.why),
        "state": [tile.state.text, tile.state.colour],
        "disks": [[size, word.text, word.colour] for size, word in tile.disks],
        "repairs": [free(line(texts(one))) for one in repairs] if isinstance(repairs, list) else [],
    }


def tile_of_kept(row: Json) -> Tile:
    """Return the tile that a card's row keeps."""
    plain = {name: row[name] for name in ("tag", "model", "why", "grade", "lot", "practice")}
    disks = tuple((size, Word(text, colour)) for size, text, colour in row["disks"])
    return Tile(state=Word(*row["state"]), disks=disks, **plain)


def broken(tag: str) -> Tile:
    """Return the tile of a machine whose card cannot be shown."""
    return Tile(tag or N_("sans étiquette"), words.UNREADABLE, N_("voyez ce qui s'est passé, plus bas sur sa page"))


def state(card: Json, label: LabelData) -> Word:
    """Return the word of a machine. What the disks say outranks the state that was set."""
    said = str(card["state"])
    if card.get("later"):
        return words.TO_CHECK
    wipes = [disk["wipe"] for disk in card["disks"] if disk["internal"]]
    if said != "unreadable" and any(wipe is not None and verdict(wipe).colour == "bad" for wipe in wipes):
        return Word(N_("NON EFFACÉE"), "bad")
    if (card["install"] or {}).get("result") in ("failed", "interrupted"):
        return Word(
            N_("INSTALLATION RATÉE") if card["install"]["result"] == "failed" else N_("INSTALLATION INTERROMPUE"), "bad"
        )
    handover = card.get("handover") or {}
    if said == "ready" and is_finished(card) and handover.get("action") == "given":
        return words.HANDED.get(str(handover.get("kind"))) or Word(N_("REMISE"))
    if said in FINISHED and is_finished(card) and card["ready"] is not True:
        return words.REVIEW
    if said == "ready":
        return Word(N_("PRÊTE"), "good") if card["ready"] is True else words.TO_CHECK
    if said == "wiped":
        return {
            LabelOutcome.ERASED: Word(N_("EFFACÉE"), "good"),
            LabelOutcome.NO_DISK: Word(N_("SANS DISQUE")),
            LabelOutcome.NOT_ERASED: words.TO_CHECK,
        }[label.outcome]
    return words.STATES.get(said) or Word(line(said).upper() or N_("ÉTAT INCONNU"))


def verdict(wipe: object) -> Word:
    """Return the word of a disk. A verdict this server does not know is never good."""
    if wipe is None:
        return words.NOT_WIPED
    return words.VERDICTS.get(str(wipe)) or Word(
        N_("VERDICT INCONNU : {verdict}").format(verdict=line(wipe)[:40]), "bad"
    )


def sheet(card: Json) -> Sheet:
    """Return what a machine's page shows."""
    install = card["install"]
    return Sheet(
        tile=tile(card),
        facts=tuple(_facts(card)),
        raise_grade=line(card["grade_raise"]),
        notes=tuple(joined(": ", (clock(note["at"]), line(note["text"]))) for note in card["notes"]),
        disks=tuple(_disk(disk) for disk in card["disks"]),
        install=words.INSTALLED.get(str(install["result"]), Word(N_("RÉSULTAT INCONNU"), "bad")) if install else None,
        install_facts=tuple(_install(install)) if install else (),
        checks=tuple(_check(one) for one in install.get("checks") or ()) if install else (),
    )


def _facts(card: Json) -> list[tuple[str, str]]:
    found = card["machine"] or {}
    system, firmware = found.get("system") or {}, found.get("firmware") or {}
    cpu = found.get("cpu") or {}
    level = f", x86-64-v{line(cpu['level'])}" if cpu.get("level") else ""
    mode = _which(firmware.get("uefi"), "UEFI", "BIOS", "")
    bios = " ".join(part for part in (mode, line(firmware.get("vendor")), line(firmware.get("version"))) if part)
    batteries = found.get("batteries") or []
    charge = " + ".join(f"{line(one.get('health_pct'))} %" if one.get("health_pct") else UNKNOWN for one in batteries)
    lock = _which(firmware.get("admin_password"), N_("OUI"), N_("non"), UNKNOWN)
    rows = [
        (N_("Type"), labelwords.CHASSIS.get(str(system.get("chassis")), UNKNOWN)),
        (N_("N° de série"), line(system.get("serial") or system.get("board_serial"))),
        (N_("Référence"), line(system.get("product"))),
        (N_("Processeur"), (line(labelwords.cpu_words(cpu)) or UNKNOWN) + level),
        (N_("Mémoire"), line(labelwords.ram_words(found.get("memory") or {}))),
        (N_("Batterie"), charge if batteries else N_("aucune vue")),
        (N_("Micrologiciel"), bios),
        ("Secure Boot", words.SWITCH.get(str(firmware.get("secure_boot")), UNKNOWN)),
        ("TPM", line(firmware.get("tpm_version"))),
        (N_("Mot de passe BIOS"), lock),
        (N_("Note"), joined(": ", (part for part in (line(card["grade"]), line(card["grade_reason"])) if part))),
        (N_("Tri"), line(_sorting(card))),
        (N_("Essais"), line(_tests(card))),
        (N_("Lot"), line(card["lot"]) or N_("aucun")),
        (N_("Bénévole, clé"), joined(", ", (part for part in (line(card["operator"]), stick(card["stick"])) if part))),
    ]
    return [(name, value or UNKNOWN) for name, value in rows]


def _sorting(card: Json) -> str:
    word = {"recondition": N_("à reconditionner"), "repair": N_("À RÉPARER"), "parts": N_("POUR PIÈCES")}.get(
        str(card["sorting"]), ""
    )
    what = joined("; ", card["repairs"]) if isinstance(card["repairs"], list) else ""
    return joined(": ", (word, what)) if word and what else word


def _tests(card: Json) -> str:
    """Return what a person tried on the machine; a test without a result is one to be made."""
    by = tally(results_of_json(card["tests"]))
    if not by[Outcome.PASS] and not by[Outcome.FAIL]:
        return N_("aucun")
    named = {outcome: joined(", ", (TITLES[name].lower() for name in names)) for outcome, names in by.items()}
    told = ((Outcome.FAIL, N_("RATÉS")), (Outcome.PASS, N_("bons")), (Outcome.NOT_DONE, N_("à faire")))
    return joined("; ", (joined(": ", (word, named[outcome])) for outcome, word in told if by[outcome]))


def _which(value: object, yes: str, no: str, neither: str) -> str:
    return yes if value is True else no if value is False else neither


def _disk(disk: Json) -> DiskShown:
    facts = [(N_("N° de série"), line(disk["serial"]) or N_("aucun"))]
    if disk["method"]:
        method = labelwords.METHOD.get(str(disk["method"]), line(disk["method"]))
        checked = disk["bytes_verified"]
        facts += [
            (N_("Méthode"), N_("{method}, niveau {level}").format(method=method, level=line(disk["level"]) or UNKNOWN)),
            (
                N_("Relu"),
                N_("{read} sur {size}").format(read=decimal_bytes(checked), size=decimal_bytes(disk["size_bytes"]))
                if checked
                else N_("rien"),
            ),
            (N_("Le (horloge du PC)"), clock(disk["wiped_at"])),
        ]
    if disk["bad_ranges"]:
        facts.append((N_("Non effacé"), N_("{count} plage(s) illisible(s)").format(count=len(disk["bad_ranges"]))))
    if disk["certificate"]:
        facts.append((N_("Certificat"), line(disk["certificate"])))
    return DiskShown(
        title=f"{line(disk['model']) or UNKNOWN_MODEL}, {decimal_bytes(disk['size_bytes'])}",
        verdict=verdict(disk["wipe"]),
        health=words.HEALTH.get(str(disk["health"]), Word(N_("santé inconnue"))),
        reasons=tuple(line(reason.get("text")) for reason in disk["reasons"][:5]),
        facts=tuple(facts),
        caveats=tuple(line(caveat) for caveat in disk["caveats"] or ()),
        elsewhere=not disk["internal"],
    )


def _install(install: Json) -> list[tuple[str, str]]:
    profile = install.get("profile") or {}
    return [
        (N_("Profil"), f"{line(profile.get('name'))} {line(profile.get('version'))}".strip() or UNKNOWN),
        (N_("Nom du PC"), line(install.get("hostname")) or UNKNOWN),
        *([(N_("Raison"), line(install["reason"]))] if install.get("reason") else []),
    ]


def _check(one: Json) -> tuple[str, Word]:
    good = one.get("ok") is True
    return line(one.get("text") or one.get("name")), Word(N_("réussi"), "good") if good else Word(N_("ÉCHEC"), "bad")


def stick(value: object) -> str:
    """Return a stick's name, or the word for this server where it wrote the event itself."""
    return N_("serveur") if value in (words.STICK, "serveur") else line(value)


def line(value: object) -> str:
    """Return any value as one printable line, "" for None."""
    return clean(str(value)) or "" if value is not None else ""


def clock(wall: object) -> str:
    """Return a stick's time as the workshop's clocks say it; that of a PC whose clock is plainly wrong is said to be."""
    try:
        found = datetime.fromisoformat(str(wall))
        local = timezone.localtime(found)
    except (ValueError, OverflowError):
        return line(wall)[:40] or UNKNOWN
    told = formats.date_format(local, "SHORT_DATETIME_FORMAT")
    return told if local.year >= CLOCK_BEGINS else gettext("{time} (horloge fausse)").format(time=told)
