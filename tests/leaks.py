"""Finds French in records and JSON: a string that is a text of ours, whole or with its values filled in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from recond.core import words


@cache
def is_french(text: str) -> bool:
    """Tell whether English would say this string otherwise: it is a text of our catalogue, or made from one."""
    spoken = words.language()
    words.use("en")
    try:
        return words.stored(text) != text
    finally:
        words.use(spoken)


def leaks(value: object, where: str = "$") -> Iterator[tuple[str, str]]:
    """Yield (path, string) of what is French in a JSON value as it is written; keys too."""
    if isinstance(value, dict):
        for key, item in value.items():
            if is_french(str(key)):
                yield f"{where}.{key}", key
            yield from leaks(item, f"{where}.{key}")
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from leaks(item, f"{where}[{number}]")
    elif isinstance(value, str) and is_french(value):
        yield where, value


def leaks_below(folder: Path) -> Iterator[tuple[str, str, str]]:
    """Yield (file, path, string) of what is French in the records that a test left in a folder."""
    for path in sorted(folder.rglob("*")):
        if path.suffix not in (".json", ".ndjson", ".reason") or not path.is_file():
            continue
        for line in path.read_bytes().split(b"\n") if path.suffix == ".ndjson" else (path.read_bytes(),):
            try:
                value = json.loads(line)
            except (ValueError, RecursionError):
                continue  # cut off or spoiled on purpose
            schema = str(value.get("schema")) if isinstance(value, dict) else "recond."
            if path.suffix != ".reason" and (not schema.startswith("recond.") or schema.startswith("recond.profile")):
                continue  # not ours; or a profile, whose title is its own word
            yield from ((path.name, where, text) for where, text in leaks(value))
