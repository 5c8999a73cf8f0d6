"""How far each wipe of a run is: runs/RUN/wipe-KEY.json, so that a power cut costs seconds and not hours."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from recond.core import canonical
from recond.core.errors import EnvironmentFault
from recond.sink import files


class WipeStateFiles:
    """An `erase.method.WipeStates` in the run's folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def _path(self, key: str) -> Path:
        return self.folder / f"wipe-{key}.json"

    def load(self, key: str) -> Mapping[str, Any] | None:
        """Return what was kept; None when there is nothing, or nothing that can be read: the wipe then starts anew."""
        try:
            value = json.loads(self._path(key).read_bytes())
        except (OSError, ValueError):
            return None
        return value if isinstance(value, dict) else None

    def save(self, key: str, state: Mapping[str, object]) -> None:
        """Keep a state. Raises OSError when the stick does not take it."""
        try:
            files.write(self._path(key), canonical.encode(state))
        except EnvironmentFault as fault:
            raise OSError(fault.message) from fault

    def clear(self, key: str) -> None:
        """Forget the state; a stick that is gone has forgotten it already."""
        try:
            files.remove(self._path(key))
        except EnvironmentFault:
            return
