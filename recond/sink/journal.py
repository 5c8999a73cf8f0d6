"""The journal of one run: events, one JSON object a line, appended and flushed, never rewritten."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from recond.core import canonical
from recond.core.errors import ConfigurationFault
from recond.core.words import N_
from recond.sink import files

BLOCK = 1 << 16


class Journal:
    """The file DATA/journal/RUN.ndjson."""

    def __init__(self, folder: Path, run: str) -> None:
        self.path = folder / f"{Path(run).name}.ndjson"

    def append(self, item: Mapping[str, Any]) -> None:
        """Add an event; when this returns, it is on the stick. A torn line left by a power cut is set aside first."""
        self.mend()
        files.append(self.path, canonical.encode(item) + b"\n")

    def mend(self) -> bool:
        """Cut off a last line that a power cut left unfinished; it is kept beside (.torn), never taken for an event."""
        if self._whole():
            return False
        data = self._bytes()
        whole, _, torn = data.rpartition(b"\n")
        files.append(self.path.with_suffix(".torn"), torn + b"\n")
        files.write(self.path, whole + b"\n" if whole else b"")
        return True

    def _bytes(self) -> bytes:
        try:
            return self.path.read_bytes()
        except OSError as error:
            raise files.cannot_read(self.path, error) from error

    def _whole(self) -> bool:
        try:
            with self.path.open("rb") as file:
                if file.seek(0, os.SEEK_END) == 0:
                    return True
                file.seek(-1, os.SEEK_END)
                return file.read(1) == b"\n"
        except FileNotFoundError:
            return True
        except OSError as error:
            raise files.cannot_read(self.path, error) from error

    def read(self) -> list[dict[str, Any]]:
        """Return the events in order, without a torn last line. Raises ConfigurationFault for a damaged line before it."""
        try:
            lines = self.path.read_bytes().split(b"\n")
        except FileNotFoundError:
            return []
        except OSError as error:
            raise files.cannot_read(self.path, error) from error
        return [self._event(line, number) for number, line in enumerate(lines[:-1], start=1)]

    def names(self, uid: str) -> bool:
        """Tell whether this run speaks of a machine, damaged or not: then it must be read, and read whole."""
        try:
            return uid.encode() in self.path.read_bytes()
        except FileNotFoundError:
            return False
        except OSError as error:
            raise files.cannot_read(self.path, error) from error

    def last(self) -> dict[str, Any] | None:
        """Return the last whole event, None when there is none; only the end of the file is read. Raises as `read` does."""
        try:
            with self.path.open("rb") as file:
                size = file.seek(0, os.SEEK_END)
                tail = b""
                while size and tail.count(b"\n") < 2:
                    step = min(BLOCK, size)
                    size -= step
                    file.seek(size)
                    tail = file.read(step) + tail
        except FileNotFoundError:
            return None
        except OSError as error:
            raise files.cannot_read(self.path, error) from error
        lines = tail.split(b"\n")[:-1]
        return self._event(lines[-1], None) if lines else None

    def _event(self, line: bytes, number: int | None) -> dict[str, Any]:
        try:
            item = canonical.loads(line)
            if isinstance(item, dict):
                return item
            error: object = N_("un objet est attendu")
        except (ValueError, RecursionError) as wrong:
            error = wrong
        where = N_("ligne {number}").format(number=number) if number else N_("dernière ligne")
        raise ConfigurationFault(
            N_("{path}, {where} : le journal est abîmé ({error})").format(path=self.path, where=where, error=error),
            N_("copiez la clé avant tout, puis signalez-le ; rien n'a été effacé du journal"),
        )
