"""Canonical JSON and its hash: the same facts give the same bytes on every machine, so they can be chained and compared.

A text of ours (`core.sentence.Words`) is written as its code and its values, in canonical JSON and in what people read
(`dumps`); `loads` gives it back. In between, in events and cards, it is a string.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from enum import Enum
from typing import Any

from recond.core.sentence import Words, read


def plain(value: object) -> object:
    """Turn dataclasses, enums, tuples and aware times into what JSON knows; texts stay. TypeError for anything else."""
    return _plain(value, lambda text: text)


def _plain(value: object, words: Callable[[Words], object]) -> object:
    if isinstance(value, Words):
        return words(value)
    if value is None or (isinstance(value, str | int | float | bool) and not isinstance(value, Enum)):
        return value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name), words) for field in dataclasses.fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    if isinstance(value, Mapping):
        return {str(key): _plain(item, words) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        items = [_plain(item, words) for item in value]
        return sorted(items, key=repr) if isinstance(value, set | frozenset) else items
    raise TypeError(f"not a fact: {type(value).__name__}")


def encode(value: object) -> bytes:
    """Return canonical JSON: UTF-8, keys sorted, no spaces, no NaN (ValueError)."""
    # A lone surrogate (a vendor's broken bytes) is legal in a Python string and in no UTF-8 file.
    return _ENCODER.encode(_plain(value, _code)).encode("utf-8", errors="replace")


def _code(text: Words) -> object:
    return _plain(text.plain(), _code)


def free(value: object) -> Any:
    """Return what JSON knows with its texts as they stand in records: for those who write JSON by other means."""
    return _plain(value, _code)


def dumps(value: object, indent: int | None = None) -> str:
    """Return JSON for people and their programs, keys in the order given."""
    return json.dumps(free(value), ensure_ascii=False, indent=indent)


def loads(data: bytes | str) -> Any:
    """Return what JSON says, its texts as Words. Raises ValueError. What is encoded again is the same, byte for byte."""
    known = b'"code"' in data if isinstance(data, bytes) else '"code"' in data
    return json.loads(data, object_hook=read if known else None)


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


def texts(value: Any) -> Any:
    """Return what json.loads gave with its texts as Words."""
    # A server does this to every card it makes: nothing is called for what is neither object nor list.
    if isinstance(value, dict):
        made = {key: texts(item) if isinstance(item, dict | list) else item for key, item in value.items()}
        return read(made) if "code" in made else made
    return [texts(item) for item in value] if isinstance(value, list) else value
