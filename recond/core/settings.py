"""The workshop's settings (recond.toml) and its lots, read with all their errors listed at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from recond.core.verdict import Level
from recond.core.words import N_, joined
from recond.core.workshop import HelpContacts, read_help

LOT_NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$")


@dataclass(frozen=True, slots=True)
class Settings:
    """What recond.toml says; every key may be left out. `printer` and `media`: where labels are printed at the end of a
    run, as `recond label --printer` and `--media` name them. `uefi_tag`: the tag is also kept in the PC's UEFI (docs/uefi-tag.md).
    """

    organisation: str = N_("Atelier")
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
                N_(
                    "{path}: help_contact: remplacé par la table [help] (name, phone, email…), voir docs/profiles.md"
                ).format(path=path)
            )
        elif key not in Settings.__dataclass_fields__:
            errors.append(N_("{path}: {key}: clé inconnue").format(path=path, key=key))
        elif key == "uefi_tag":
            if not isinstance(value, bool):
                errors.append(N_("{path}: uefi_tag: true ou false est attendu, sans guillemets").format(path=path))
            consent = value is True
        elif not isinstance(value, str) or not value.strip():
            errors.append(N_("{path}: {key}: un texte est attendu").format(path=path, key=key))
        elif key == "lang" and value not in ("fr", "en"):
            errors.append(
                N_("{path}: lang: « fr » ou « en » est attendu, pas « {value} »").format(path=path, value=value)
            )
        elif key == "tag_prefix" and not re.fullmatch(r"[A-Z]{2,5}", value):
            errors.append(
                N_("{path}: tag_prefix: de 2 à 5 lettres majuscules sont attendues, pas « {value} »").format(
                    path=path, value=value
                )
            )
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
        errors.append(N_("{path}: lot: un nom de lettres, chiffres, points et tirets est attendu").format(path=path))
    for key, kind in (("level", Level), ("arm", Arm)):
        if key in data and data[key] not in [str(member) for member in kind]:
            errors.append(
                N_("{path}: {key}: {kind} est attendu").format(
                    path=path, key=key, kind=joined(" or ", (str(member) for member in kind))
                )
            )
    for key in ("autostart", "open"):
        if not isinstance(data.get(key, True), bool):
            errors.append(N_("{path}: {key}: true ou false est attendu").format(path=path, key=key))
    for key in ("donor", "operator", "profile"):
        if not isinstance(data.get(key, ""), str | None):
            errors.append(N_("{path}: {key}: un texte est attendu").format(path=path, key=key))
    expected = data.get("expected")
    if expected is not None and (type(expected) is not int or not 0 < expected < 100_000):
        errors.append(N_("{path}: expected: un nombre de machines est attendu").format(path=path))
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
