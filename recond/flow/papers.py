"""The A4 sheets of a machine, drawn from its record into the folder `papers`: its own, and the new owner's welcome."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from recond.core.ports import Host
from recond.core.travel import travel, welcome
from recond.core.words import N_
from recond.label.machine_pdf import machine_pdf
from recond.label.printers import stem
from recond.label.welcome_pdf import welcome_pdf
from recond.sink import files
from recond.sink.store import Store

MACHINE: str = N_("fiche")
WELCOME: str = N_("bienvenue")


def make(store: Store, host: Host, card: Mapping[str, Any]) -> dict[str, bytes]:
    """Return the sheets by their kind: always the machine's own, the welcome only when the machine is PRÊT."""
    settings = store.settings()
    url, today = store.public_url(), host.moment().wall.date()
    found = {MACHINE: machine_pdf(travel(card, settings.organisation, url, today, settings.lang))}
    hello = welcome(card, settings.organisation, settings.help, settings.lang)
    if hello is not None:
        found[WELCOME] = welcome_pdf(hello)
    return found


def keep(store: Store, host: Host, card: Mapping[str, Any]) -> dict[str, Path]:
    """Write the sheets; a welcome that does not hold any more is taken away. Raises EnvironmentFault."""
    made = make(store, host, card)
    paths = {kind: path(store.folder, card, kind) for kind in (MACHINE, WELCOME)}
    for kind, one in paths.items():
        if kind in made:
            files.write(one, made[kind])
        elif one.exists():
            files.remove(one)
    return {kind: paths[kind] for kind in made}


def path(data: Path, card: Mapping[str, Any], kind: str) -> Path:
    """Return where a machine's sheet is kept."""
    return data / "papers" / f"{stem(card.get('tag'))}-{kind}.pdf"
