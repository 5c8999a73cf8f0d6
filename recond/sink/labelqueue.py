"""The labels that wait for a printer: nothing is lost when it is off, out of paper or unplugged. See docs/contracts.md."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from recond.core import canonical
from recond.sink import files

SCHEMA = "recond.label-waiting/1"


@dataclass(frozen=True, slots=True)
class Waiting:
    """One machine's label: for which printer ("brother-ql@192.168.1.50") and medium, and why it did not come out.

    Both empty: for the workshop's own, whichever it is by then.
    """

    uid: str
    tag: str
    printer: str
    media: str
    why: str
    since: str
    schema: str = SCHEMA


class LabelQueue:
    """One file a machine; the label itself is drawn anew from the record when it is printed, so that it is never stale."""

    def __init__(self, data: Path) -> None:
        self._folder = data / "labels" / "waiting"

    def put(self, item: Waiting) -> None:
        """Keep a label for later; a machine's earlier one is replaced. Raises EnvironmentFault."""
        files.write(self._path(item.uid), canonical.encode(item))

    def done(self, uid: str) -> None:
        """Forget a machine's label: it came out."""
        if self._path(uid).exists():
            files.remove(self._path(uid))

    def all(self) -> tuple[Waiting, ...]:
        """Return what waits, oldest first. A file that does not read is passed over: the record has the label."""
        found = []
        for path in self._folder.glob("*.json"):
            try:
                value = canonical.loads(path.read_bytes())
                found.append(Waiting(**{key: str(value[key]) for key in Waiting.__dataclass_fields__}))
            except (OSError, ValueError, KeyError, TypeError):
                continue
        return tuple(sorted(found, key=lambda item: (item.since, item.tag)))

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the printer's turn: two labels printed at once would come out mixed, and be recorded so."""
        fd = -1
        try:
            # A stick that is full or gone keeps nobody from printing.
            with contextlib.suppress(OSError):
                self._folder.mkdir(parents=True, exist_ok=True)
                fd = os.open(self._folder / ".turn", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
                fcntl.flock(fd, fcntl.LOCK_EX)
            yield
        finally:
            if fd >= 0:
                os.close(fd)

    def _path(self, uid: str) -> Path:
        return self._folder / f"{Path(uid).name}.json"
