"""The audit's lines about screens, graphics, network and the other parts, and why fields are empty: short, plain, true."""

from __future__ import annotations

import re

from recond.core.machine import Ata, AuditedDisk, Device, Display, Gap, Machine, Network
from recond.core.text import decimal_bytes
from recond.core.words import _, shown
from recond.ui.console import WIDTH, fold, safe

SHOWN = 2
"""Screens and graphics chips named on the screen; the others are in --json."""

GAP_LINES = 2
"""Lines for what is unknown: the screen has 25 in all."""

KINDS = (
    ("webcams", _("webcam")),
    ("sound", _("son")),
    ("bluetooth", "Bluetooth"),
    ("touchpads", _("pavé tactile")),
    ("touchscreens", _("écran tactile")),
    ("fingerprint", _("lecteur d'empreintes")),
    ("card_readers", _("lecteur de cartes")),
    ("optical", _("lecteur optique")),
)

FIELDS = {
    "system.manufacturer": _("fabricant"),
    "system.product": _("modèle"),
    "system.serial": _("n° de série"),
    "firmware.admin_password": _("mot de passe du BIOS"),
    "firmware.secure_boot": "Secure Boot",
    "firmware.tpm_version": "TPM",
    "firmware.absolute": "Absolute",
    "memory.modules": _("barrettes"),
    "displays": _("écrans"),
    "cpu.level": _("niveau du processeur"),
}
"""Fields whose absence a volunteer should know of; the others are in --json only."""


def screens(machine: Machine) -> str:
    """Return the screens and the graphics chips, with what keeps those from working; empty when nobody could look."""
    if machine.displays is None:
        seen = _("écrans inconnus") if machine.gpus else ""
    else:
        seen = (
            _("aucun écran branché")
            if not machine.displays
            else "; ".join(_display(one) for one in machine.displays[:SHOWN]) + _more(machine.displays)
        )
    chips = machine.gpus or ()
    return "; ".join(part for part in (seen, *(_chip(one) for one in chips[:SHOWN])) if part) + _more(chips)


def _display(one: Display) -> str:
    if one.why_not is not None and one.native_width is None:
        return f"{one.connector} ({shown(one.why_not or '')})"
    words = [word for word in (one.maker, one.model) if word]
    if one.maker and one.model and one.model.upper().startswith(one.maker.upper()):
        words = words[1:]
    facts = [f'{one.inches:.1f}"'.replace(".", ",")] if one.inches else []
    facts += [f"{one.native_width}x{one.native_height}"] if one.native_width else []
    facts += [str(one.year)] if one.year else []
    return " ".join([*(words or [one.connector]), *facts])


FIRMS = re.compile(r",? (?:Corporation|Corp\.|Co\., Ltd\.|Inc\.|Limited|Technology|Semiconductor)(?=[ ,]|$)")
"""What makers' names end in: nothing that tells a volunteer more."""


def _short(name: str | None) -> str | None:
    return FIRMS.sub("", name) if name else None


def _chip(one: Device) -> str:
    return _("{short} ({driver}){missing}").format(
        short=_short(one.name) or one.ids or _("inconnu"),
        driver=one.driver or _("SANS PILOTE"),
        missing=_missing(one.firmware_missing),
    )


def _more(found: tuple[object, ...]) -> str:
    return _("; et {count} de plus").format(count=len(found) - SHOWN) if len(found) > SHOWN else ""


def _missing(files: tuple[str, ...]) -> str:
    return _(" FIRMWARE MANQUANT : {files}").format(files=files[0]) if files else ""


def network(one: Network) -> str:
    """Return one network card; a card without an interface says what it lacks."""
    kind = {"wifi": "Wi-Fi", "wwan": _("mobile")}.get(one.kind, _("filaire"))
    if not one.has_interface:
        lacks = "" if one.firmware_missing else _("SANS PILOTE") if one.driver is None else _("NE MARCHE PAS")
        return f"{_short(one.chip_name) or one.chip or one.name} ({kind}) {lacks}".rstrip() + _missing(
            one.firmware_missing
        )
    return f"{one.name} ({kind}{', ' + one.driver if one.driver else ''}){_missing(one.firmware_missing)}"


def equipment(machine: Machine) -> str:
    """Return what the machine has besides, each with what keeps it from working; empty when nothing was seen."""
    found, not_known = [], []
    for field, name in KINDS:
        parts: tuple[Device, ...] | None = getattr(machine, field)
        if parts is None:
            not_known.append(name)
        elif parts:
            broken = next((one for one in parts if one.firmware_missing), None)
            found.append(name + (_missing(broken.firmware_missing) if broken else ""))
    unsure = _("; inconnu : {not_known}").format(not_known=", ".join(not_known)) if found and not_known else ""
    return ", ".join(found) + unsure


def lock(audited: AuditedDisk) -> list[str]:
    """Return what a drive's lock and hidden sectors mean for whoever wants to erase it; nothing when all is as usual."""
    said = audited.ata
    if said is None:
        return []
    return [*_password(said), *_hidden(said, audited.disk.logical_block_bytes)]


def _password(said: Ata) -> list[str]:
    if said.locked:
        return [_("- VERROUILLE par un mot de passe du disque (ATA) : illisible sans lui")]
    return [_("- mot de passe du disque (ATA) mis, ouvert pour l'instant")] if said.security_enabled else []


def _hidden(said: Ata, block: int) -> list[str]:
    areas = (("HPA", said.hpa_sectors), ("DCO", said.dco_sectors))
    return [
        _("- {decimal_bytes} cachés ({name})").format(decimal_bytes=decimal_bytes(count * block), name=name)
        for name, count in areas
        if count
    ]


def gaps(found: tuple[Gap, ...]) -> list[str]:
    """Return in a few lines which fields that matter are unknown and why, those of one reason together."""
    reasons: dict[str, list[str]] = {}
    for gap in found:
        if gap.field in FIELDS:
            reasons.setdefault(gap.why, []).append(FIELDS[gap.field])
    text = _(" inconnu : ") + "; ".join(f"{', '.join(names)} ({shown(why)})" for why, names in reasons.items())
    lines = fold(safe(text), " " * 3) if reasons else []
    if len(lines) > GAP_LINES:
        tail = "... (--json)"
        lines = [*lines[: GAP_LINES - 1], lines[GAP_LINES - 1][: WIDTH - len(tail)] + tail]
    return lines
