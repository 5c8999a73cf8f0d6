"""The workshop's contacts that the new owner finds on the installed system: the `[help]` table of recond.toml."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from recond.core.words import N_

LINES = {"name": 1, "phone": 1, "email": 1, "web": 1, "address": 4, "hours": 4, "text": 4}
"""How many lines each may have: so that the end of the first questions shows them at 800x600."""

LENGTH = 100
"""Characters in a line."""

SHAPES = {
    "phone": (re.compile(r"^\+?[0-9][0-9 .()/-]{2,28}$"), N_("un numéro comme « 04 78 00 00 00 » est attendu")),
    "email": (
        re.compile(r"^[^\s@<>\"]+@[^\s@<>\"]+\.[^\s@<>\"]+$"),
        N_("une adresse comme « aide@exemple.org » est attendue"),
    ),
    "web": (re.compile(r"^https?://[^\s<>\"]+$"), N_("une adresse qui commence par https:// est attendue")),
}


@dataclass(frozen=True, slots=True)
class HelpContacts:
    """Whom the new owner may ask; None = not told. Leaves the workshop with each PC, so no operator's name, no token."""

    name: str | None = None
    phone: str | None = None
    email: str | None = None
    web: str | None = None
    address: str | None = None
    hours: str | None = None
    text: str | None = None
    schema: str = "recond.help/1"

    def told(self) -> dict[str, str]:
        """Return what was told, by its key."""
        return {key: value for key, value in asdict(self).items() if key != "schema" and value}


def read_help(path: str, data: object) -> tuple[HelpContacts | None, tuple[str, ...]]:
    """Turn a `[help]` table into contacts, None for an empty one. Returns every error too, each with its place."""
    if not isinstance(data, Mapping):
        return None, (N_("{path}: help: une table [help] est attendue").format(path=path),)
    values: dict[str, str] = {}
    errors: list[str] = []
    for key, value in data.items():
        wrong = _fault(str(key), value)
        if wrong:
            errors.append(f"{path}: help.{key}: {wrong}")
        else:
            values[key] = "\n".join(line.strip() for line in value.strip().splitlines())
    return (HelpContacts(**values) if values else None), tuple(errors)


def _fault(key: str, value: object) -> str | None:
    if key not in LINES:
        return N_("clé inconnue ; au choix : {lines}").format(lines=", ".join(LINES))
    if not isinstance(value, str) or not value.strip():
        return N_("un texte est attendu")
    lines = value.strip().splitlines()
    if len(lines) > LINES[key]:
        return N_("{lines} ligne(s) au plus, pas {count}").format(lines=LINES[key], count=len(lines))
    if any(len(line) > LENGTH for line in lines):
        return N_("{length} caractères par ligne au plus").format(length=LENGTH)
    if any(not line.strip().isprintable() for line in lines):
        return N_("des caractères ne sont pas lisibles")
    shape, expected = SHAPES.get(key, (None, ""))
    return expected if shape and not shape.match(value.strip()) else None
