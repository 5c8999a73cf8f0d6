"""The journal of one run: events, one JSON object a line, appended and flushed, never rewritten."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from recond.core import canonical
from recond.core.errors import ConfigurationFault
from recond.sink import files


class Journal:
    """The file DATA/journal/RUN.ndjson."""

    def __init__(self, folder: Path, run: str) -> None:
        self.path = folder / f"{Path(run).name}.ndjson"

    def append(self, item: Mapping[str, Any]) -> None:
        """Add an event; when this returns, it is on the stick. A torn line left by a power cut is set aside first."""
        self.mend()
        files.append(self.path, canonical.encode(item) + b"\n")

    def mend(self) -> bool:
        """Cut off a last line that a power cut left unfinished; it is kept beside, never taken for an event."""
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            return False
        if not data or data.endswith(b"\n"):
            return False
        whole, _, torn = data.rpartition(b"\n")
        files.append(self.path.with_suffix(".torn"), torn + b"\n")
        files.write(self.path, whole + b"\n" if whole else b"")
        return True

    def read(self) -> list[dict[str, Any]]:
        """Return the events in order, without a torn last line. Raises ConfigurationFault for a damaged line before it."""
        try:
            lines = self.path.read_bytes().split(b"\n")
        except FileNotFoundError:
            return []
        found = []
        for number, line in enumerate(lines[:-1], start=1):
            try:
                found.append(json.loads(line))
            except ValueError as error:
                raise ConfigurationFault(
                    f"{self.path}, ligne {number} : le journal est abîmé ({error})",
                    "copiez la clé avant tout, puis signalez-le ; rien n'a été effacé du journal",
                ) from error
        return found
