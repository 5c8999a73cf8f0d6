"""Attachments: files named by their SHA-256, kept whole, and shown only as what their bytes are."""

from __future__ import annotations

import hashlib
from pathlib import Path

from recond.server import keep, own
from recond.server.models import Awaited, Blob

MAX_BYTES = 16 << 20
PNG = b"\x89PNG\r\n\x1a\n"


def path_of(sha256: str) -> Path:
    """Return where a blob is kept; `sha256` was checked to be 64 hexadecimal digits, so it leads nowhere else."""
    return own.data() / "blobs" / sha256


def held(sha256: str) -> bool:
    """Tell whether a blob is there, on the disk and not only in the database."""
    row = Blob.objects.filter(pk=sha256).first()
    if row is None:
        return False
    try:
        return path_of(sha256).stat().st_size == row.size_bytes
    except FileNotFoundError:
        return False


def store(sha256: str, data: bytes) -> bool:
    """Keep a blob; False when it is here already. Raises ValueError when the bytes are others, OverflowError for too many."""
    if held(sha256):
        return False
    if len(data) > MAX_BYTES:
        raise OverflowError
    if hashlib.sha256(data).hexdigest() != sha256:
        raise ValueError("the bytes do not have this SHA-256")
    keep.write(path_of(sha256), data)
    Blob.objects.update_or_create(sha256=sha256, defaults={"size_bytes": len(data)})
    Awaited.objects.filter(pk=sha256).delete()
    return True


def read(sha256: str) -> tuple[bytes, str] | None:
    """Return a blob and the type under which a browser may show it; None when it is not here.

    What a stick calls it is not believed: a picture is what begins as one, everything else is only saved.
    """
    if not held(sha256):
        return None
    data = path_of(sha256).read_bytes()
    return data, "image/png" if data.startswith(PNG) else "application/octet-stream"
