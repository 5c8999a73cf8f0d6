"""The certificates on the stick: certificates/TAG-SERIAL-DATE.json, never replaced and never deleted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from recond.core import canonical
from recond.core.certificate import SCHEMA
from recond.sink import files


class Certificates:
    """One stick's certificates. `folder` is DATA/certificates."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def head(self) -> tuple[int, str | None]:
        """Return number and hash of this stick's last certificate, (0, None) before the first."""
        last = max(self.all(), key=lambda item: int(item["chain"]["number"]), default=None)
        return (0, None) if last is None else (int(last["chain"]["number"]), str(last["sha256"]))

    def all(self) -> list[dict[str, Any]]:
        """Return every certificate that can be read."""
        return [found for path in sorted(self._folder.glob("*.json")) if (found := _read(path)) is not None]

    def find(self, sha256: str) -> Path | None:
        """Return the file of the certificate with this hash."""
        for path in sorted(self._folder.glob("*.json")):
            found = _read(path)
            if found is not None and found["sha256"] == sha256:
                return path
        return None

    def keep(self, certificate: Mapping[str, Any]) -> Path:
        """Write a certificate under a name of its own and return its path. Raises EnvironmentFault when it cannot be
        kept; when this returns, a power cut does not lose it."""
        words = (
            certificate["machine"]["tag"] or certificate["machine"]["uid"],
            certificate["disk"]["serial"] or "sans-serie",
            str(certificate["ended"]["wall"])[:10].replace("-", ""),
        )
        stem = "-".join(_plain(str(word)) for word in words)
        path = self._folder / f"{stem}.json"
        count = 1
        while path.exists():
            count += 1
            path = self._folder / f"{stem}-{count}.json"
        files.write(path, canonical.dumps(certificate, indent=1).encode("utf-8", "replace"))
        return path


def _plain(word: str) -> str:
    # A serial is a vendor's text: nothing of it may lead out of the folder or break a FAT file system.
    return re.sub(r"[^A-Za-z0-9._-]+", "_", word).strip("._-")[:40] or "x"


def _read(path: Path) -> dict[str, Any] | None:
    try:
        value = canonical.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    good = isinstance(value, dict) and value.get("schema") == SCHEMA and isinstance(value.get("sha256"), str)
    return value if good and isinstance(value.get("chain"), dict) else None
