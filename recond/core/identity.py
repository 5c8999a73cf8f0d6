"""Which machine is this? Tags with a check character, fingerprints with qualities, and the match against known cards."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from recond.core import canonical
from recond.core.junk import is_placeholder, is_sequence
from recond.core.machine import Machine

TAG_PATTERN = re.compile(r"^([A-Z]{2,5})-(\d{1,6})-([0-9])$")


class Quality(StrEnum):
    """How far a fingerprint may be trusted; only GOOD ones identify."""

    GOOD = "good"
    PLACEHOLDER = "placeholder"
    REPEATED_CHAR = "repeated_char"
    SEQUENCE = "sequence"
    SHARED = "shared"


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """One value that might tell this machine from others."""

    kind: str
    value: str
    quality: Quality


def quality_of(value: str, *, is_name: bool = False) -> Quality:
    """Judge one DMI text. `is_name`: a product name, where a short word ("M72") is real; a serial that short is not."""
    folded = " ".join(value.lower().split())
    bare = re.sub(r"[^0-9a-z]", "", folded)
    if not bare or is_placeholder(folded):
        return Quality.PLACEHOLDER
    if len(set(bare)) == 1:
        return Quality.REPEATED_CHAR
    if is_sequence(bare):
        return Quality.SEQUENCE
    if not is_name and len(bare) < 4:
        return Quality.PLACEHOLDER
    return Quality.GOOD


def real(value: str | None, *, is_name: bool = False) -> str | None:
    """Return the value when it means something, else None."""
    return value if value is not None and quality_of(value, is_name=is_name) is Quality.GOOD else None


def check_digit(digits: str) -> str:
    """Return the Luhn check digit (ISO/IEC 7812-1, annex B), which finds every wrong digit and most swapped pairs."""
    total = 0
    for place, char in enumerate(reversed(digits)):
        number = int(char)
        if place % 2 == 0:
            number = number * 2 - 9 if number > 4 else number * 2
        total += number
    return str(-total % 10)


def make_tag(prefix: str, number: int) -> str:
    """Return a tag with its check character, as printed on stickers: "MDL-0042-2"."""
    digits = f"{number:04d}"
    return f"{prefix}-{digits}-{check_digit(digits)}"


def parse_tag(typed: str) -> str | None:
    """Return the tag in its printed form, or None when it is none or its check character is wrong (a typing error)."""
    match = TAG_PATTERN.match(typed.strip().upper())
    if match is None or check_digit(match[2]) != match[3]:
        return None
    return match[0]


def fingerprints(machine: Machine) -> tuple[Fingerprint, ...]:
    """Return what may identify the machine: never a disk's serial (disks move), never a USB network card's address."""
    return fingerprints_of_json(canonical.plain(machine))  # type: ignore[arg-type]


def fingerprints_of_json(machine: Mapping[str, Any]) -> tuple[Fingerprint, ...]:
    """Return the same as `fingerprints` from a recorded machine (`recond.machine/1`)."""
    system = machine.get("system") or {}
    raw: list[tuple[str, str | None]] = [
        ("system-uuid", system.get("uuid")),
        ("system-serial", system.get("serial")),
        ("board-serial", system.get("board_serial")),
        ("chassis-serial", system.get("chassis_serial")),
    ]
    nets = machine.get("networks") or ()
    raw += [("mac", net.get("mac")) for net in nets if net.get("permanent") and net.get("bus") == "pci"]
    raw += [("battery-serial", battery.get("serial")) for battery in machine.get("batteries") or ()]
    return tuple(Fingerprint(kind, value.lower(), quality_of(value)) for kind, value in raw if value)


def contradict(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Tell whether two recorded machines cannot be the same: a kind of good fingerprint that both have and share no value of."""
    mine, theirs = (
        {kind: {f.value for f in prints if f.kind == kind} for kind in {f.kind for f in prints}}
        for prints in (
            [f for f in fingerprints_of_json(machine) if f.quality is Quality.GOOD] for machine in (one, other)
        )
    )
    return any(not mine[kind] & theirs[kind] for kind in mine.keys() & theirs.keys())


@dataclass(frozen=True, slots=True)
class Known:
    """A machine met before: its uid, tag, model and good fingerprints as (kind, value)."""

    uid: str
    tag: str | None
    model: str | None
    good: frozenset[tuple[str, str]]


STRONG = frozenset({"system-uuid", "system-serial", "board-serial"})
"""Kinds that a machine keeps for life, as long as its board is not changed."""


def is_another(machine: Machine, card: Known) -> bool:
    """Tell whether this cannot be the card's machine: what firmware keeps for life differs and nothing good is shared."""
    mine = {(one.kind, one.value) for one in fingerprints(machine) if one.quality is Quality.GOOD}
    both = {kind for kind, _ in mine} & {kind for kind, _ in card.good}
    return bool(both & STRONG) and not mine & card.good


@dataclass(frozen=True, slots=True)
class Resolution:
    """`uid` None = new machine. `possible` names the uids that tied: a person decides."""

    uid: str | None
    tag: str | None = None
    possible: tuple[str, ...] = ()


def resolve(machine: Machine, tag: str | None, known: Iterable[Known]) -> Resolution:
    """Find the machine among those met before: the tag wins; else the sole best score of at least 2 equal good
    fingerprints, or 1 on the system's or board's serial with the same model; a tie is left to a person."""
    cards = list(known)
    if tag is not None:
        for card in cards:
            if card.tag == tag:
                return Resolution(card.uid, card.tag)
    mine = {(print_.kind, print_.value) for print_ in fingerprints(machine) if print_.quality is Quality.GOOD}
    strong = {"system-serial", "board-serial"}
    scores: list[tuple[int, Known]] = []
    for card in cards:
        if tag is not None and card.tag is not None:
            continue
        same = mine & card.good
        enough = len(same) >= 2 or (
            len(same) == 1 and card.model == machine.system.model and any(kind in strong for kind, _ in same)
        )
        if enough:
            scores.append((len(same), card))
    if not scores:
        return Resolution(None)
    best = max(score for score, _ in scores)
    winners = [card for score, card in scores if score == best]
    if len(winners) > 1:
        return Resolution(None, possible=tuple(card.uid for card in winners))
    return Resolution(winners[0].uid, winners[0].tag)
