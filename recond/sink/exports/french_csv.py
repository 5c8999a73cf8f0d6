"""A French table of the machines for donors and associations: `;`, UTF-8 with a byte order mark, one line a machine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from recond.core.labeldata import internal_verdicts, outcome_of
from recond.core.labelwords import CHASSIS, HEALTH, MEDIUM
from recond.core.text import decimal_bytes
from recond.sink.exports import Card, Export, machine_of, own_disks, part, said, table

HEAD = ("Étiquette", "Lot", "Fabricant", "Modèle", "N° de série", "Type", "Processeur", "Mémoire (Go)", "Disques",
        "N° de série des disques", "Santé des disques", "Batterie (%)", "Note", "Raison de la note", "Effacement",
        "Système installé", "État", "Vue le", "Écrans", "Équipement", "Mot de passe du BIOS")  # fmt: skip
EQUIPMENT = (
    ("webcams", "webcam"), ("sound", "son"), ("bluetooth", "Bluetooth"), ("touchscreens", "écran tactile"),
    ("fingerprint", "lecteur d'empreintes"), ("card_readers", "lecteur de cartes"), ("optical", "lecteur optique"),
)  # fmt: skip
"""What is named when it is there; nothing is said of what was not seen."""

ERASED = {"EFFACE": "EFFACÉ", "NON_EFFACE": "NON EFFACÉ", "SANS_DISQUE": "SANS DISQUE"}


def _make(cards: Sequence[Card]) -> list[tuple[str, bytes]]:
    return [("recond.csv", table(HEAD, [row(card) for card in cards], ";"))]


def row(card: Card) -> list[object]:
    """Return one machine's line, in the order of `HEAD`; empty = not known."""
    machine = machine_of(card)
    system, disks = part(machine, "system"), own_disks(card)
    memory = part(machine, "memory").get("total_bytes")
    return [
        card.get("tag"),
        card.get("lot"),
        said(system.get("manufacturer")),
        said(system.get("product")) or said(system.get("board_product")),
        said(system.get("serial"), is_name=False),
        CHASSIS.get(str(system.get("chassis"))),
        said(part(machine, "cpu").get("model")),
        f"{memory / (1 << 30):.1f}".replace(".", ",").removesuffix(",0") if memory else None,
        " + ".join(_disk(disk) for disk in disks),
        " + ".join(str(disk.get("serial") or "inconnu") for disk in disks),
        " + ".join(HEALTH.get(str(disk.get("health")), "inconnue") for disk in disks),
        " + ".join(
            str(one["health_pct"]) for one in machine.get("batteries") or () if one.get("health_pct") is not None
        ),
        card.get("grade"),
        card.get("grade_reason"),
        ERASED[outcome_of(internal_verdicts(card)).value],
        installed(card),
        "prête" if card.get("ready") else "pas prête",
        str(card.get("last_seen") or "")[:10],
        " + ".join(_screen(one) for one in machine.get("displays") or ()),
        ", ".join(name for field, name in EQUIPMENT if machine.get(field)),
        {"True": "oui", "False": "non"}.get(str(part(machine, "firmware").get("admin_password"))),
    ]


def _screen(display: Mapping[str, Any]) -> str:
    """Return a screen as people know it: "Dell P2419H 23,8 pouces"."""
    words = [said(display.get("maker")), said(display.get("model")) or display.get("connector")]
    inches = display.get("inches")
    words.append(f"{inches} pouces".replace(".", ",") if inches else None)
    return " ".join(str(word) for word in words if word)


def _disk(disk: Mapping[str, Any]) -> str:
    kind = MEDIUM.get(str(disk.get("medium")), "disque")
    return f"{kind} {decimal_bytes(disk.get('size_bytes'))}"


def installed(card: Card) -> str | None:
    """Return the system that was installed *and* checked, None otherwise."""
    install = card.get("install") or {}
    profile = install.get("profile") or {}
    if install.get("result") != "ok":
        return None
    return " ".join(str(profile[key]) for key in ("name", "version") if profile.get(key)) or None


EXPORT = Export("csv", "tableau français (CSV, une ligne par machine)", False, _make)
