"""The ATA passwords that recond ever set, kept before they are set: DATA/passwords/KEY.json, KEY being `Disk.key`.

They are no secret: a disk that a failed erase left locked is opened again with them. So nothing is ever taken out.
"""

from __future__ import annotations

import json
from pathlib import Path

from recond.core import canonical
from recond.core.errors import EnvironmentFault
from recond.core.words import N_
from recond.sink import files

SCHEMA = "recond.passwords/1"


class Passwords:
    """See `recond.erase.method.Passwords`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, key: str, password: str) -> None:
        """Keep a password. Raises EnvironmentFault when the stick is full or gone, or holds something unreadable there:
        what may be the only way into a disk is not written over."""
        known = self.known(key)
        if not known and self._path(key).exists():
            raise EnvironmentFault(
                N_("{path} ne se lit pas").format(path=self._path(key)), N_("renommez ce fichier et gardez-le")
            )
        if password not in known:
            content = {"schema": SCHEMA, "passwords": [password, *known]}
            files.write(self._path(key), canonical.encode(content), mode=0o600)

    def known(self, key: str) -> tuple[str, ...]:
        """Return the passwords of a disk, the last one first."""
        try:
            value = json.loads(self._path(key).read_bytes())
            return tuple(str(one) for one in value["passwords"])
        except (OSError, ValueError, KeyError, TypeError):
            return ()

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}.json"
