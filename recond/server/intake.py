"""Answering a request that brings events: unpacked within a limit, taken in, said of each what became of it."""

from __future__ import annotations

import logging
import zlib
from typing import Any, Final

from django.db import DatabaseError, InterfaceError, close_old_connections

from recond.server import ingest
from recond.server.models import Stick

LOG = logging.getLogger(__name__)

MAX_UNPACKED: Final = 64 << 20

Said = tuple[int, dict[str, Any]]
"""A status of HTTP and what is said with it."""


def refusal(reason: str) -> dict[str, Any]:
    """Return an error that a program and a person can read."""
    return {"schema": "recond.error/1", "reason": reason}


NOT_NOW: Final[Said] = (503, refusal("the server cannot keep this now; send it again"))


def unpacked(body: bytes, encoding: str) -> bytes:
    """Return a body, unpacked within its limit. Raises ValueError for a broken one, OverflowError for a bomb."""
    if encoding == "identity":
        return body
    if encoding != "gzip":
        raise ValueError("Content-Encoding: gzip or identity is expected")
    engine = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        data = engine.decompress(body, MAX_UNPACKED + 1)
    except zlib.error as error:
        raise ValueError(f"not gzip: {error}") from error
    if len(data) > MAX_UNPACKED:
        raise OverflowError
    if not engine.eof:
        raise ValueError("the gzip body is cut off")
    if engine.unused_data:
        # A second gzip member would be dropped without a word.
        raise ValueError("one gzip stream is expected, something follows it")
    return data


def answer(body: bytes, encoding: str, stick: Stick) -> Said:
    """Take events in, here; says of each what became of it, in the order sent. Raises DatabaseError."""
    try:
        answers = ingest.take(unpacked(body, encoding), stick)
    except OverflowError:
        return 413, refusal(f"events unpack to at most {MAX_UNPACKED} bytes")
    except ValueError as error:
        return 400, refusal(str(error))
    results = [{"id": one.id, "status": one.status, "reason": one.reason} for one in answers]
    return 200, {"schema": "recond.push-answer/1", "results": results}


def guarded(body: bytes, encoding: str, stick: Stick) -> Said:
    """Do the same outside of Django's own requests, whose connections are looked after elsewhere."""
    close_old_connections()
    try:
        return answer(body, encoding, stick)
    except (DatabaseError, InterfaceError, OSError):
        LOG.exception("events")
        return NOT_NOW
    finally:
        close_old_connections()
