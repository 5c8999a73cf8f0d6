"""The journal of calls: each program that was run, with its status, duration and a hash of what it said."""

from __future__ import annotations

import json
import threading
from pathlib import Path


class CallJournal:
    """Appends one JSON object a line. A full or vanished stick must not stop a wipe: what cannot be written is counted."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lost = 0
        self._lock = threading.Lock()
        path.parent.mkdir(parents=True, exist_ok=True)

    def __call__(self, call: dict[str, object]) -> None:
        """Write one call."""
        line = json.dumps(call, ensure_ascii=False, sort_keys=True)
        try:
            with self._lock, self.path.open("a", encoding="utf-8", errors="replace") as file:
                file.write(line + "\n")
        except OSError:
            self.lost += 1
