"""The codes under which records keep our texts: `locale/codes.json`, code -> msgid, made by `scripts/catalogs`.

A code never changes nor goes: records of years ago name it. Read when the first text is written or read, not before: most
commands need none. Imports nothing of ours.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

REGISTRY = Path(__file__).parent.parent / "locale" / "codes.json"


def code_of(msgid: str) -> str | None:
    """Return the code of a text, None for one that has none (`scripts/catalogs` gives it one)."""
    return _codes().get(msgid)


def msgid_of(code: str) -> str | None:
    """Return the text of a code, None for one that this version does not know."""
    return _msgids().get(code)


@cache
def _msgids() -> dict[str, str]:
    import json

    try:
        return dict(json.loads(REGISTRY.read_bytes()))
    except OSError:
        return {}  # a record in French is better than none


@cache
def _codes() -> dict[str, str]:
    return {msgid: code for code, msgid in _msgids().items()}
