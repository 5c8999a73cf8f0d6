"""Whom the new owner may ask: what the workshop wrote for it, brought by the installation (`/etc/recond/help.json`)."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields

from owner.system import System

FILE = "/etc/recond/help.json"


@dataclass(frozen=True)
class Contacts:
    """The workshop's contacts; every one may be empty, and all are when the workshop gave none."""

    name: str = ""
    phone: str = ""
    email: str = ""
    web: str = ""
    address: str = ""
    hours: str = ""
    text: str = ""

    def lines(self) -> list[str]:
        """Return them as lines for a screen."""
        told = [self.name, self.phone, self.email, self.web, self.address, self.hours]
        lines = [", ".join(value.split("\n")) for value in told]
        return [line.strip() for line in [*lines, *self.text.splitlines()] if line.strip()]


def read_contacts(system: System) -> Contacts:
    """Read the contacts; a file that is missing or damaged gives none, since a first start must not fail for it."""
    try:
        data = json.loads(system.read(FILE) or "{}")
    except ValueError:
        return Contacts()
    if not isinstance(data, dict):
        return Contacts()
    names = [field.name for field in fields(Contacts)]
    return Contacts(**{name: data[name].strip() for name in names if isinstance(data.get(name), str)})
