"""Texts of records and of the core, French wherever they are kept, as the reader's language says them.

A text of a record knows its msgid and its values, and is said exactly from them. What earlier versions recorded, and what
is put together for a page, is French, whoever looks at it. A page turns it into the reader's language here, last: a whole
text that the catalogues know, else one made from a known pattern ("{n} secteurs en attente"), else the parts of a list, else
the text as it is. Names that vendors and people gave are in no catalogue, so they stay what they are.
"""

from __future__ import annotations

import functools
import gettext as plain
import re
from pathlib import Path
from typing import Final

from django.utils import formats
from django.utils.translation import get_language

from recond.core.words import Words

SOURCE: Final = "fr"
HERE: Final = Path(__file__).resolve().parent
CATALOGUES: Final = (("django", HERE / "locale"), ("recond", HERE.parent / "locale"))
FIELD: Final = re.compile(r"%\((\w+)\)[sd]|\{(\w+)[^{}]*\}")
SIZE: Final = re.compile(r"(?<![\w,.])(\d+(?:,\d+)?)[ \u00a0](o|ko|Mo|Go|To|Kio|Mio|Gio)\b")
UNITS: Final = {"o": "B", "ko": "kB", "Mo": "MB", "Go": "GB", "To": "TB", "Kio": "KiB", "Mio": "MiB", "Gio": "GiB"}
LEAST: Final = 3
"""Letters a pattern must have of its own: one with fewer would take a stranger's text for ours."""
DEPTH: Final = 3
BETWEEN: Final = (" ; ", " : ", " · ", ", ")

Pattern = tuple[str, re.Pattern[str], str, tuple[str, ...]]
"""The longest piece that is the same in every such text (looked for first, it is quick), the whole, its translation, and
the names of its fields in their order."""


def told(text: str) -> str:
    """Return a French text of ours in the language of this request; anything else as it came."""
    language = get_language() or SOURCE
    if language == SOURCE or not text:
        return text
    if isinstance(text, Words):
        known = _every(language)
        return text.said(language, lambda msgid: known.get(msgid, msgid))
    return _told(language, text)


@functools.lru_cache(maxsize=4096)
def _told(language: str, text: str, depth: int = 0) -> str:
    whole, patterns = _known(language)
    if text in whole:
        return whole[text]
    for piece, pattern, into, names in patterns:
        if piece in text and (found := pattern.fullmatch(text)):
            values = [_told(language, value, depth + 1) if depth < DEPTH else value for value in found.groups()]
            return _filled(into, dict(zip(names, values, strict=True)))
    for mark in BETWEEN if depth < DEPTH else ():
        if mark in text:
            said = [_told(language, part, depth + 1) for part in text.split(mark)]
            return (": " if mark == " : " else "; " if mark == " ; " else mark).join(said)
    if (other := text[:1].swapcase() + text[1:]) in whole:
        # The same words at the beginning of a sentence, or within one.
        first = whole[other][:1]
        return (first.upper() if text[:1].isupper() else first.lower()) + whole[other][1:]
    return SIZE.sub(lambda size: f"{size[1].replace(',', '.')} {UNITS[size[2]]}", text)


def _filled(into: str, values: dict[str, str]) -> str:
    return FIELD.sub(lambda field: values[field[1] or field[2]], into)


@functools.cache
def _every(language: str) -> dict[str, str]:
    """Return the texts that records may hold, by their msgid."""
    found: dict[str, str] = {}
    for domain, folder in CATALOGUES:
        entries = getattr(plain.translation(domain, str(folder), [language], fallback=True), "_catalog", {})
        for key, into in entries.items():
            if isinstance(key, str) and isinstance(into, str) and key:
                found.setdefault(key, into)
    return found


@functools.cache
def _known(language: str) -> tuple[dict[str, str], tuple[Pattern, ...]]:
    """Return the texts of the catalogues, and those with fields as patterns, the most telling first."""
    whole: dict[str, str] = {}
    patterns: list[tuple[int, Pattern]] = []
    for domain, folder in CATALOGUES:
        found = plain.translation(domain, str(folder), [language], fallback=True)
        entries = getattr(found, "_catalog", {})
        for key, into in entries.items():
            french = key[0] if isinstance(key, tuple) else key
            if not isinstance(french, str) or not french or not isinstance(into, str):
                continue
            french = french.rpartition("\x04")[2]
            if not FIELD.search(french):
                whole.setdefault(french, into)
            elif pattern := _pattern(french, into):
                patterns.append((len(FIELD.sub("", french)), pattern))
    patterns.sort(key=lambda one: -one[0])
    return whole, tuple(pattern for _, pattern in patterns)


def _pattern(french: str, into: str) -> Pattern | None:
    names, parts, pieces, end = [], [], [], 0
    for field in FIELD.finditer(french):
        pieces.append(french[end : field.start()])
        parts += [re.escape(pieces[-1]), "(.+?)"]
        names.append(field[1] or field[2])
        end = field.end()
    pieces.append(french[end:])
    parts.append(re.escape(pieces[-1]))
    asked = {field[1] or field[2] for field in FIELD.finditer(into)}
    letters = sum(one.isalpha() for one in FIELD.sub("", french))
    if letters < LEAST or len(set(names)) < len(names) or not asked <= set(names):
        return None
    return max(pieces, key=len), re.compile("".join(parts), re.DOTALL), into, tuple(names)


def number(value: object) -> str:
    """Return a number as the language writes it, its thousands apart; anything else as it is."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        try:
            return str(formats.localize(value)) if value is not None else ""
        except (TypeError, ValueError):
            return str(value)
    return str(formats.number_format(value, force_grouping=True))
