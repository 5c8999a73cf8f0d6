"""The systems that PCs started over the network may install: their list, and their files by HTTP with ranges (RFC 9110, 14)."""

from __future__ import annotations

import json
import re
from pathlib import Path

PREFIX = "/profiles/"
LIST, SOURCE = "index.json", "source.json"
BYTES = re.compile(r"bytes=(\d{1,18})-(\d{1,18})?")


def listed(names: list[str]) -> bytes:
    """Return the list that a PC asks for first. It is not signed: each system's own description is."""
    return json.dumps({"schema": "recond.image-list/1", "images": names}).encode()


def source(url: str) -> bytes:
    """Return what a PC's folder of images is told: where those of this server are. `url`: of the offer."""
    return json.dumps({"schema": "recond.image-source/1", "url": url + PREFIX.rstrip("/")}).encode()


def named(path: str, files: dict[str, Path]) -> Path | None:
    """Return the file that a request's path means; only names of the list, so nothing else of this machine."""
    return files.get(path.removeprefix(PREFIX)) if path.startswith(PREFIX) else None


def asked(header: str | None, size: int) -> tuple[int, int] | None:
    """Return the first byte and the number of bytes asked for, all without a range that this server knows; None = there are
    none such in a file of that size (416)."""
    found = BYTES.fullmatch(header or "")
    if found is None:
        return 0, size
    start = int(found[1])
    last = min(int(found[2]) if found[2] else size - 1, size - 1)
    return (start, last - start + 1) if start <= last else None
