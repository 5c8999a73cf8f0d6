"""What the server takes for an event: the envelope of recond.event/1, and of later versions what it files them by.

The payload is the stick's, and kept as it is.

Pure. Each line of a request is judged alone: one bad event never holds up the good ones sent with it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from recond.core import canonical, event
from recond.core.text import clean

MAX_LINES: Final = 1000
MAX_EVENT: Final = 8 << 20
MAX_SEQ: Final = (1 << 31) - 1

UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
SHA256: Final = re.compile(r"[0-9a-f]{64}")
LATER: Final = re.compile(r"recond\.event/([2-9]|[1-9][0-9]{1,3})")
TYPE: Final = re.compile(r"[a-z][a-z0-9_.]{0,39}")


@dataclass(frozen=True, slots=True)
class Line:
    """One line: `item` and its canonical `body` with its `sha256` when it is an event, else the `reason`.

    `id` as far as it was read.
    """

    id: str | None
    item: Mapping[str, Any] | None = None
    body: str = ""
    sha256: str = ""
    reason: str | None = None


def read_lines(body: bytes) -> list[Line]:
    """Split NDJSON and judge each line. Raises ValueError for too many lines."""
    lines = [line for line in body.split(b"\n") if line.strip()]
    if len(lines) > MAX_LINES:
        raise ValueError(f"more than {MAX_LINES} events in one request")
    return [read_line(line) for line in lines]


def read_line(line: bytes) -> Line:
    """Judge one line."""
    if len(line) > MAX_EVENT:
        return Line(None, reason=f"an event holds at most {MAX_EVENT} bytes")
    try:
        item, text = _read(line)
    except (ValueError, RecursionError) as error:
        return Line(None, reason=f"not JSON: {str(error)[:80]}")
    if not _is_plain(item) and (reason := fault(item)):
        named = item.get("id") if isinstance(item, Mapping) else None
        return Line(named if isinstance(named, str) and UUID.fullmatch(named) else None, reason=reason)
    return Line(item["id"], item, text, hashlib.sha256(text.encode()).hexdigest())


def _read(line: bytes) -> tuple[Any, str]:
    """Return what a line says and its canonical text. Raises ValueError, RecursionError."""
    text = line.decode("utf-8")
    with suppress(ValueError):
        # A stick writes canonical JSON. What comes out again as it came in has no key twice, no NaN and nothing else that
        # the reading below refuses: `_once` is asked of the others only, for it costs as much as all the rest.
        item = _FAST.decode(text)
        if canonical.read_text(item) == text:
            return item, text
    item = _STRICT.decode(text)
    # Also what JSON can say and the record cannot: 1e999, half a character, nesting without end.
    return item, canonical.encode_read(item).decode()


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    # Of two equal keys each reader takes another one: what is stored must say one thing.
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


_FAST: Final = json.JSONDecoder()
_STRICT: Final = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_no_constant)


def fault(item: object) -> str | None:
    """Return what is wrong with an envelope, or None. The same rules are published in docs/schemas."""
    if not isinstance(item, Mapping):
        return "an object is expected"
    ours = item.get("schema") == event.SCHEMA
    if not ours and not is_later(item):
        return f"schema: {str(item.get('schema'))[:40]!r} is not known"
    for where, inner, told, good in SPLIT_RULES if ours else LATER_RULES:
        value = item.get(where)
        if inner:
            value = value.get(inner) if isinstance(value, dict) else None
        if not good(value):
            return f"{where}{'.' if inner else ''}{inner}: {told} is expected"
    return None


def _is_plain(item: Any) -> bool:
    """Tell, for nearly every event that a stick makes, that `fault` would find nothing. False = `fault` decides."""
    try:
        machine, prev, tag, lot = item["machine"], item["prev"], item["machine"]["tag"], item["lot"]
        # Put together and looked at once: no field may hold a space, and what is no text raises TypeError.
        said = " ".join(
            (
                item["type"], item["id"], item["run"], machine["uid"], "-" if prev is None else prev,
                "-" if tag is None else tag, "-" if lot is None else lot, item["time"]["wall"],
            )
        )  # fmt: skip
        return (
            _PLAIN.fullmatch(said) is not None
            and prev != "-"
            and item["schema"] == event.SCHEMA
            and type(item["seq"]) is int
            and 0 < item["seq"] <= MAX_SEQ
            and type(item["payload"]) is type(item["actor"]) is dict
            and item["attachments"] == []
        )
    except (KeyError, TypeError):
        return False


_PLAIN: Final = re.compile(
    rf"{TYPE.pattern} (?:{UUID.pattern} ){{3}}(?:{SHA256.pattern}|-) [A-Z0-9-]{{1,40}} [A-Za-z0-9._-]{{1,60}} [0-9TZ:.+-]{{1,40}}"
)


def is_later(item: Mapping[str, Any]) -> bool:
    """Tell whether an event is of a version after ours: it is kept as it is, and shown as not understood."""
    return _pattern(LATER)(item.get("schema"))


def _pattern(pattern: re.Pattern[str]) -> Callable[[Any], bool]:
    full = pattern.fullmatch
    return lambda value: isinstance(value, str) and full(value) is not None


def _line_of_text(limit: int) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and clean(value, limit) == value


def _seq(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value <= MAX_SEQ


def _or_null(good: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: value is None or good(value)


def _attachments(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(one, Mapping) and _pattern(SHA256)(one.get("sha256")) for one in value
    )


RULES: Final[tuple[tuple[str, str, Callable[[Any], bool]], ...]] = (
    ("id", "a lower-case UUID", _pattern(UUID)),
    ("type", "a type such as wipe.disk", _pattern(TYPE)),
    ("run", "a lower-case UUID", _pattern(UUID)),
    ("seq", "a positive number", _seq),
    ("prev", "a SHA-256 or null", _or_null(_pattern(SHA256))),
    ("machine.uid", "a lower-case UUID", _pattern(UUID)),
    ("machine.tag", "one short line of text or null", _or_null(_line_of_text(40))),
    ("time.wall", "one short line of text", _line_of_text(40)),
    ("actor", "an object or null", _or_null(lambda value: isinstance(value, Mapping))),
    ("lot", "one short line of text or null", _or_null(_line_of_text(60))),
    ("payload", "an object", lambda value: isinstance(value, Mapping)),
    ("attachments", "a list of objects with their sha256, or null", _or_null(_attachments)),
)
SPLIT_RULES: Final = tuple(
    (where.partition(".")[0], where.partition(".")[2], told, good) for where, told, good in RULES
)
"""The same, ready to be gone through a thousand times a second."""
LATER_RULES: Final = tuple(rule for rule in SPLIT_RULES if rule[0] in ("id", "type", "run", "seq", "machine"))
