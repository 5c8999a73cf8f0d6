"""The outbox: what the server has not yet said it stored. Nothing leaves it on the strength of a hope."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from recond.core import canonical
from recond.core.words import N_
from recond.sink import files
from recond.sink.blobs import Blobs


class Outbox:
    """The folder DATA/outbox with sent/ and quarantine/. Event ids are UUIDv7, so names sort in the order made."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.blobs = Blobs(folder.parent / "blobs")

    def put(self, item: Mapping[str, Any]) -> None:
        """Queue an event; when this returns, it is on the stick."""
        files.write(self.folder / f"{item['id']}.json", canonical.encode(item))

    def holds(self, event_id: str) -> bool:
        """Tell whether an event was ever queued here: waiting, sent or refused."""
        return self.find(event_id) is not None

    def find(self, event_id: str) -> Path | None:
        """Return where a queued event lies: waiting, sent or refused; None when it was never queued here."""
        name = f"{Path(event_id).name}.json"
        return next((folder / name for folder in self._folders() if (folder / name).exists()), None)

    def waiting(self) -> list[Path]:
        """Return the files that wait, oldest first."""
        return sorted(self.folder.glob("*.json"))

    def quarantined(self) -> list[Path]:
        """Return the events that the server refused, oldest first; each has its reason beside it (.reason)."""
        return sorted((self.folder / "quarantine").glob("*.json"))

    def everything(self) -> list[Path]:
        """Return every event, waiting, sent or refused, oldest first."""
        return sorted(
            (path for folder in self._folders() for path in folder.glob("*.json")), key=lambda path: path.name
        )

    def _folders(self) -> tuple[Path, ...]:
        return (self.folder, self.folder / "sent", self.folder / "quarantine")

    def sent(self, path: Path) -> None:
        """The server says it has this event."""
        files.move(path, self.folder / "sent")

    def quarantine(self, path: Path, reason: str) -> None:
        """The server will never take this event: it is kept apart, with the reason."""
        folder = self.folder / "quarantine"
        files.write(folder / f"{path.stem}.reason", canonical.encode({"reason": reason}))
        files.move(path, folder)

    def reason(self, path: Path) -> str:
        """Return why a quarantined event was refused."""
        try:
            return str(canonical.loads(path.with_suffix(".reason").read_bytes())["reason"])
        except (OSError, ValueError, KeyError, TypeError):
            return N_("raison perdue")

    def requeue_refused(self) -> int:
        """Queue again what the server refused (it was brought up to date since); return how many."""
        refused = self.quarantined()
        for path in refused:
            files.move(path, self.folder)
            files.remove(path.with_suffix(".reason"))
        return len(refused)

    def requeue_all(self) -> int:
        """Queue everything again that was sent or refused (a new server, an old backup); return how many."""
        again = [*(self.folder / "sent").glob("*.json"), *self.quarantined()]
        for path in again:
            files.move(path, self.folder)
        return len(again)

    @contextlib.contextmanager
    def alone(self, patience_s: float = 0.0) -> Iterator[bool]:
        """Hold the outbox while pushing; False when another push of this stick is at work, also after `patience_s`."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            fd = os.open(self.folder / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise files.cannot_keep(self.folder, error) from error
        try:
            yield _locked(fd, patience_s)
        finally:
            os.close(fd)


def _locked(fd: int, patience_s: float) -> bool:
    end = time.monotonic() + patience_s
    while True:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= end:
                return False
            time.sleep(0.2)
        else:
            return True
