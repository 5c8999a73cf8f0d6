"""The outbox: what the server has not yet said it stored. Nothing leaves it on the strength of a hope."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from recond.core import canonical
from recond.sink import files


class Outbox:
    """The folder DATA/outbox with sent/ and quarantine/. Event ids are UUIDv7, so names sort in the order made."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, item: Mapping[str, Any]) -> None:
        """Queue an event; when this returns, it is on the stick."""
        files.write(self.folder / f"{item['id']}.json", canonical.encode(item))

    def waiting(self) -> list[Path]:
        """Return the files that wait, oldest first."""
        return sorted(self.folder.glob("*.json"))

    def quarantined(self) -> list[Path]:
        """Return the events that the server refused, oldest first; each has its reason beside it (.reason)."""
        return sorted((self.folder / "quarantine").glob("*.json"))

    def sent(self, path: Path) -> None:
        """The server says it has this event."""
        files.move(path, self.folder / "sent")

    def quarantine(self, path: Path, reason: str) -> None:
        """The server will never take this event: it is kept apart, with the reason."""
        folder = self.folder / "quarantine"
        files.write(folder / f"{path.stem}.reason", json.dumps({"reason": reason}, ensure_ascii=False).encode())
        files.move(path, folder)

    def requeue_all(self) -> int:
        """Queue everything again that was sent or refused (a new server, an old backup); return how many."""
        again = [*(self.folder / "sent").glob("*.json"), *self.quarantined()]
        for path in again:
            files.move(path, self.folder)
        return len(again)
