"""How far each wipe of a run is: runs/RUN/wipe-KEY.json, replaced whole and flushed each time (docs/contracts.md)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from recond.core import canonical
from recond.sink import files


class WipeStates:
    """The states of one run; `folder` is runs/RUN. See `recond.erase.method.WipeStates`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def _path(self, key: str) -> Path:
        return self._folder / f"wipe-{key}.json"

    def load(self, key: str) -> Mapping[str, Any] | None:
        """Return what was kept, None when there is nothing or it is not readable: then the wipe starts over."""
        try:
            value = json.loads(self._path(key).read_bytes())
        except (OSError, ValueError):
            return None
        return value if isinstance(value, dict) else None

    def save(self, key: str, state: Mapping[str, object]) -> None:
        """Keep a state. Raises EnvironmentFault when the stick is full or gone. The file holds a seed: for root only."""
        files.write(self._path(key), canonical.encode(state), mode=0o600)

    def clear(self, key: str) -> None:
        """Forget the state."""
        files.remove(self._path(key))
