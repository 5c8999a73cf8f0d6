"""Attachments of events: DATA/blobs/SHA256, named by what they hold."""

from __future__ import annotations

import hashlib
from pathlib import Path

from recond.sink import files


class Blobs:
    """The folder of attachments."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, data: bytes, name: str) -> dict[str, object]:
        """Keep an attachment and return what the event says of it; it is on the stick before the event names it."""
        sha256 = hashlib.sha256(data).hexdigest()
        path = self.folder / sha256
        if not path.is_file() or path.stat().st_size != len(data):
            files.write(path, data)
        return {"sha256": sha256, "name": name, "bytes": len(data)}

    def read(self, sha256: str) -> bytes | None:
        """Return an attachment, None when it is gone or its bytes are not what the name says."""
        try:
            data = (self.folder / Path(sha256).name).read_bytes()
        except OSError:
            return None
        return data if hashlib.sha256(data).hexdigest() == sha256 else None
