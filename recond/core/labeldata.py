"""What a label says of a machine. Pure: the facts in words, the one rule of "EFFACE", and the text of the QR code.

A label has no field for a donor, a person, a disk's serial or a token, so that none can be printed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum, StrEnum
from typing import Final
from urllib.parse import urlsplit

from recond.core.verdict import WipeVerdict

SERIAL_TAIL: Final = 4
"""Characters of the machine's own serial on a label: enough to compare with the sticker, not enough to identify it."""

ALPHANUMERIC: Final = re.compile(r"^[0-9A-Z $%*+\-./:]+$")
"""What a QR code packs at 5.5 bits a character (ISO/IEC 18004, 7.3.4); anything else makes the code bigger."""


class LabelOutcome(StrEnum):
    """The three words that are read at arm's length."""

    ERASED = "EFFACE"
    NOT_ERASED = "NON_EFFACE"
    NO_DISK = "SANS_DISQUE"


class Inapplicable(Enum):
    """A field that this kind of machine does not have: the battery of a desktop. Not the same as unknown (None)."""

    NA = "inapplicable"


Fact = str | Inapplicable | None
"""A text, "does not apply" (left out), or None: unknown, printed as "inconnu"."""


@dataclass(frozen=True, slots=True)
class LabelData:
    """One label's facts, already in French words. None = unknown.

    `why` tells why it is not erased ("effacement interrompu"). `disks` None = it is not known which there are, empty = none.
    `serial_tail` is the end of the machine's own serial. `practice`: made on a practice disk, and printed as such.
    `url` is what the QR code carries, see `qr_text`.
    """

    tag: str | None
    outcome: LabelOutcome = LabelOutcome.NOT_ERASED
    wiped_on: date | None = None
    method: str | None = None
    verified: bool | None = None
    why: str | None = None
    chassis: str | None = None
    model: str | None = None
    cpu: str | None = None
    ram: str | None = None
    disks: tuple[str, ...] | None = None
    os: str | None = None
    battery: Fact = None
    charger: Fact = None
    grade: str | None = None
    keyboard: Fact = None
    inches: Fact = None
    warnings: tuple[str, ...] = ()
    serial_tail: str | None = None
    lot: str | None = None
    printed_on: date | None = None
    practice: bool = False
    url: str | None = None

    def __post_init__(self) -> None:
        if self.serial_tail is not None and len(self.serial_tail) > SERIAL_TAIL:
            raise ValueError(f"only the last {SERIAL_TAIL} characters of a serial may be printed")


def outcome_of(internal_disks: Sequence[WipeVerdict | None] | None) -> LabelOutcome:
    """Decide the big word from the verdict of every internal disk (None = never wiped, or not known).

    EFFACE only when each of them is ERASED. `internal_disks` None (the disks could not be listed) is NON_EFFACE.
    """
    if internal_disks is None:
        return LabelOutcome.NOT_ERASED
    if not internal_disks:
        return LabelOutcome.NO_DISK
    erased = all(verdict is WipeVerdict.ERASED for verdict in internal_disks)
    return LabelOutcome.ERASED if erased else LabelOutcome.NOT_ERASED


def qr_text(tag: str | None, server: str | None = None) -> str | None:
    """Return what the QR code says: the machine's page on the server, upper case, else "RECOND:TAG"; None without a tag.

    The server answers /M/TAG in upper case: then every character is one of the 45 that a QR code packs tightly, and
    the code has 25 modules a side and not 33. Only scheme, host and port are taken: never a user, a path, a query.
    """
    if tag is None or not ALPHANUMERIC.match(tag.upper()):
        return None
    own = f"RECOND:{tag.upper()}"
    if not server:
        return own
    try:
        parts = urlsplit(server)
        host, port = parts.hostname, parts.port
    except ValueError:
        return own
    # An IPv6 address needs brackets, which the alphanumeric mode has not.
    if parts.scheme not in ("http", "https") or not host or ":" in host:
        return own
    url = f"{parts.scheme}://{host}{f':{port}' if port else ''}/M/{tag}".upper()
    return url if ALPHANUMERIC.match(url) else own


_CPU_NOISE = re.compile(
    r"\((?:R|TM|C)\)|®|™|\b(?:CPU|Processor|APU|with Radeon.*|w/ Radeon.*)(?=\s|$)|@.*$", re.IGNORECASE
)


def short_cpu(model: str | None) -> str | None:
    """Return a processor's name without trade marks, "CPU" and clock: "Intel Core i5-8350U"."""
    if model is None:
        return None
    return " ".join(_CPU_NOISE.sub(" ", model).split()) or None


_LEGAL_FORM = re.compile(
    r",?\s*\b(?:Inc|Co|Ltd|Corp|Corporation|GmbH|LLC|Computer|COMPUTERS?|Technology)\b\.?,?", re.IGNORECASE
)


def short_model(manufacturer: str | None, product: str | None) -> str | None:
    """Return maker and product as a person says them: no legal form, the maker's name once. None when both are blank."""
    maker, name = _maker((manufacturer or "").strip()), (product or "").strip()
    if maker and name and maker.split()[0].lower() not in name.lower().split():
        return f"{maker} {name}"
    return name or maker or None


def _maker(manufacturer: str) -> str:
    if manufacturer.lower() in ("hewlett-packard", "hewlett packard"):
        return "HP"
    return " ".join(_LEGAL_FORM.sub(" ", manufacturer).split()) or manufacturer
