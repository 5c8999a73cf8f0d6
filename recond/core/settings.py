"""The workshop's settings (recond.toml) and its lots, read with all their errors listed at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from recond.core.verdict import Level
from recond.core.workshop import HelpContacts, read_help

LOT_NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$")


@dataclass(frozen=True, slots=True)
class Settings:
    """What recond.toml says; every key may be left out. `printer` and `media`: where labels are printed at the end of a
    run, as `recond label --printer` and `--media` name them. `uefi_tag`: the tag is also kept in the PC's UEFI (docs/uefi-tag.md).
    """

    organisation: str = "Atelier"
    station: str | None = None
    operator: str | None = None
    lang: str = "fr"
    tag_prefix: str = "PC"
    help: HelpContacts | None = None
    printer: str | None = None
    media: str | None = None
    uefi_tag: bool = False


def read_settings(path: str, data: Mapping[str, object]) -> tuple[Settings, tuple[str, ...]]:
    """Turn a parsed recond.toml into Settings. Returns the errors too; a wrong key keeps its default."""
    errors: list[str] = []
    values: dict[str, str | None] = {}
    consent = False
    contacts, wrong = read_help(path, data.get("help", {}))
    for key, value in data.items():
        if key == "help":
            errors += wrong
        elif key == "help_contact":
            errors.append(
                f"{path}: help_contact: remplacé par la table [help] (name, phone, email…), voir docs/profiles.md"
            )
        elif key not in Settings.__dataclass_fields__:
            errors.append(f"{path}: {key}: clé inconnue")
        elif key == "uefi_tag":
            if not isinstance(value, bool):
                errors.append(f"{path}: uefi_tag: true ou false est attendu, sans guillemets")
            consent = value is True
        elif not isinstance(value, str) or not value.strip():
            errors.append(f"{path}: {key}: un texte est attendu")
        elif key == "lang" and value not in ("fr", "en"):
            errors.append(f"{path}: lang: « fr » ou « en » est attendu, pas « {value} »")
        elif key == "tag_prefix" and not re.fullmatch(r"[A-Z]{2,5}", value):
            errors.append(f"{path}: tag_prefix: de 2 à 5 lettres majuscules sont attendues, pas « {value} »")
        else:
            values[key] = value.strip()
    return Settings(**values, help=contacts, uefi_tag=consent), tuple(errors)  # type: ignore[arg-type]


class Arm(StrEnum):
    """What a lot allows without a typed word: nothing, one machine, or every machine until it is closed."""

    NONE = "none"
    ONCE = "once"
    EACH = "each"


@dataclass(frozen=True, slots=True)
class Lot:
    """A lot: who gave, who works on it, how it is wiped and what is installed. `donor` never leaves the stick's record.

    `expected`: how many machines were announced, None = nobody said.
    """

    lot: str
    donor: str | None = None
    operator: str | None = None
    level: Level = Level.CLEAR
    profile: str = "auto"
    arm: Arm = Arm.NONE
    autostart: bool = False
    open: bool = True
    expected: int | None = None
    schema: str = "recond.lot/1"


def read_lot(path: str, data: Mapping[str, object]) -> tuple[Lot | None, tuple[str, ...]]:
    """Turn a lot's JSON into a Lot, or None with every error."""
    errors: list[str] = []
    name = data.get("lot")
    if not isinstance(name, str) or not LOT_NAME.match(name):
        errors.append(f"{path}: lot: un nom de lettres, chiffres, points et tirets est attendu")
    for key, kind in (("level", Level), ("arm", Arm)):
        if key in data and data[key] not in [str(member) for member in kind]:
            errors.append(f"{path}: {key}: {' ou '.join(str(member) for member in kind)} est attendu")
    for key in ("autostart", "open"):
        if not isinstance(data.get(key, True), bool):
            errors.append(f"{path}: {key}: true ou false est attendu")
    for key in ("donor", "operator", "profile"):
        if not isinstance(data.get(key, ""), str | None):
            errors.append(f"{path}: {key}: un texte est attendu")
    expected = data.get("expected")
    if expected is not None and (type(expected) is not int or not 0 < expected < 100_000):
        errors.append(f"{path}: expected: un nombre de machines est attendu")
    if errors:
        return None, tuple(errors)
    return (
        Lot(
            lot=str(name),
            donor=_text(data.get("donor")),
            operator=_text(data.get("operator")),
            level=Level(str(data.get("level", "clear"))),
            profile=_text(data.get("profile")) or "auto",
            arm=Arm(str(data.get("arm", "none"))),
            autostart=data.get("autostart", False) is True,
            open=data.get("open", True) is True,
            expected=expected,  # type: ignore[arg-type]
        ),
        (),
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value.strip() else None
