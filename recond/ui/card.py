"""The record of a machine as lines for the console."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from recond.core.text import decimal_bytes


def card_lines(card: Mapping[str, Any]) -> list[str]:
    """Return the card in a few lines of at most 79 columns; what is not known says "inconnu"."""
    lines = [
        f" {card.get('tag') or 'sans étiquette'}   {card.get('model') or 'modèle inconnu'}",
        f" Etat     {card.get('state') or 'inconnu'}   note {card.get('grade') or 'inconnue'}   lot {card.get('lot') or '-'}",
    ]
    for disk in card.get("disks", ()):
        name = f"{disk.get('model') or 'disque'} {disk.get('serial') or ''} {decimal_bytes(disk.get('size_bytes'))}"
        lines.append(f" Disque   {name}")
        lines.append(
            f"          santé {disk.get('health') or 'inconnue'}, effacement {disk.get('wipe') or 'NON EFFACE'}"
        )
    install = card.get("install") or {}
    lines.append(f" Système  {install.get('profile') or 'aucun'} {install.get('result') or ''}")
    return [line[:79].rstrip() for line in lines]
