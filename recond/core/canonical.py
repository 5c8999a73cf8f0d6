"""Canonical JSON and its hash: the same facts give the same bytes on every machine, so they can be chained and compared."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import Enum


def plain(value: object) -> object:
    """Turn dataclasses, enums, tuples and aware times into what JSON knows. Raises TypeError for anything else."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        items = [plain(item) for item in value]
        return sorted(items, key=repr) if isinstance(value, set | frozenset) else items
    if value is None or isinstance(value, str | int | float | bool):
        return value
    raise TypeError(f"not a fact: {type(value).__name__}")


def encode(value: object) -> bytes:
    """Return canonical JSON: UTF-8, keys sorted, no spaces, no NaN (ValueError)."""
    # A lone surrogate (a vendor's broken bytes) is legal in a Python string and in no UTF-8 file.
    return _ENCODER.encode(plain(value)).encode("utf-8", errors="replace")


def encode_read(value: object) -> bytes:
    """Return the canonical JSON of what json.loads gave, as it is: ValueError for NaN and for a lone surrogate."""
    return read_text(value).encode("utf-8")


def read_text(value: object) -> str:
    """Return the same as text: a lone surrogate is still in it."""
    return _ENCODER.encode(value)


# Made once: json.dumps makes one a call, and a server encodes thousands of events a second. What is encoded was made by
# `plain` or by json.loads: nothing in it holds itself.
_ENCODER = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False, check_circular=False
)


def digest(value: object) -> str:
    """Return the SHA-256 of the canonical JSON, in hexadecimal."""
    return hashlib.sha256(encode(value)).hexdigest()
