"""Finds French in records and JSON: a string that is a text of ours, whole or with its values filled in."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

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
