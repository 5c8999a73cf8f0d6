"""A text that a record keeps: which text of ours it is and what fills it, so that it belongs to no language.

To all who show, compare or lay it out it is a French string. In records and JSON it is `{"code": …, "values": {…}}`
(`recond.core.canonical` writes it so and reads it back), and every language renders it from these two. Imports nothing
of ours but the list of codes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from types import MappingProxyType
from typing import Any, Final, SupportsIndex

Translate = Callable[[str], str]
"""Gives a msgid in another language, the msgid itself where it has no translation."""

BY: Final = {", ": ", ", "; ": " ; ", ": ": " : ", " or ": " ou ", " -> ": " -> ", "\n  ": "\n  ", " ": " ", "": ""}
"""What stands between the parts of a list: as English and the records write it, and as French does."""

SIZE, MEMORY, JOINED, LOWER, TITLE = "size", "memory-size", "joined", "lower", "title"
"""Codes of texts that are made from their values and not from a msgid."""


class Words(str):
    """A French text that knows its msgid and the values filled into it: numbers, strings, None and other Words.

    `code` is set where there is no msgid: a text made from its values alone, or one of a later version, not known here.
    """

    # Set on the text itself only where it differs: a thousand texts are made at each start.
    code: str | None = None
    template: str | None = None
    values: Mapping[str, Any] = MappingProxyType({})

    @property
    def msgid(self) -> str:
        """Return the text in the catalogue, its fields open."""
        return str.__str__(self) if self.template is None else self.template

    def format(self, *args: object, **values: object) -> Words:
        """See str.format; by name only."""
        return _filled(self.msgid, {name: _kept(value) for name, value in values.items()})

    def __str__(self) -> Words:
        """Return itself: what is told through str() is still known."""
        return self

    def __add__(self, other: str) -> Words:
        """Return both as one text that knows its parts."""
        return joined("", (*_parts(self), *_parts(other)))

    def __radd__(self, other: str) -> Words:
        """See __add__."""
        return joined("", (*_parts(other), *_parts(self)))

    def lower(self) -> Words:
        """Return it without capitals, whatever the language."""
        return _made(LOWER, {"text": self})

    def __reduce_ex__(self, protocol: SupportsIndex) -> tuple[Any, ...]:
        """Copies and pickles know what they say too."""
        return _again, (str.__str__(self), self.code, self.template, dict(self.values))

    def said(self, lang: str, translate: Translate) -> str:
        """Return the text in a language, each of its values too."""
        if self.code in MADE:
            return MADE[self.code](self.values, lang, translate)
        if self.code is not None or lang == "fr":
            return str.__str__(self)
        text = translate(self.msgid)
        filled = {name: say(value, lang, translate) for name, value in self.values.items()}
        return str.format(text, **filled) if filled else text

    def plain(self) -> dict[str, Any] | str:
        """Return what stands in records: `code` and `values`, the values as they are. The French where there is no code:
        nothing that a chain found may be lost for want of one (`scripts/catalogs --check` sees to it that none is wanted)."""
        from recond.core import codes  # most commands write no record, and start without it

        code = self.code or codes.code_of(self.msgid)
        return str.__str__(self) if code is None else {"code": code, "values": self.values}


def say(value: object, lang: str, translate: Translate) -> Any:
    """Return a value in a language when it is a text of ours, anything else as it is."""
    return value.said(lang, translate) if isinstance(value, Words) else value


def joined(by: str, parts: Iterable[object]) -> Words:
    """Return texts as one, with `by` (a key of BY) between them; the text is "" when there are none."""
    return _made(JOINED, {"by": by, "parts": [_kept(part) for part in parts]})


def size(count: int) -> Words:
    """Return a disk's size as its maker prints it (powers of 1000): "256 Go"."""
    return _made(SIZE, {"bytes": count})


def memory_size(count: int) -> Words:
    """Return a memory size as people say it (powers of 1024): "8 Go"."""
    return _made(MEMORY, {"bytes": count})


def titled(french: str, english: str) -> Words:
    """Return a name that its author gave in French and in English."""
    return _made(TITLE, {"fr": french, "en": english})


def read(found: dict[str, Any]) -> Any:
    """Return the text that an object of a record stands for, the object itself when it stands for none.

    A code of a later version gives a text that shows the code and its values; so do values that do not fit. All are
    written again as they were read.
    """
    code, values = found.get("code"), found.get("values")
    if len(found) != 2 or not isinstance(code, str) or not isinstance(values, dict):
        return found
    from recond.core import codes

    try:
        if code in MADE:
            return _made(code, values)
        if msgid := codes.msgid_of(code):
            return _filled(msgid, values)
    except (LookupError, TypeError, ValueError, AttributeError, OverflowError):
        pass  # not ours, or made up: shown as what it is
    inside = ", ".join(f"{name}: {value}" for name, value in values.items())
    return _again(f"{code} ({inside})" if inside else code, code, None, values)


def _filled(msgid: str, values: Mapping[str, Any]) -> Words:
    return _again(str.format(msgid, **values), None, msgid, values) if values else Words(msgid)


def _again(text: str, code: str | None, template: str | None, values: Mapping[str, Any]) -> Words:
    made = Words(text)
    made.code, made.template, made.values = code, template, values
    return made


def _made(code: str, values: Mapping[str, Any]) -> Words:
    return _again(MADE[code](values, "fr", str), code, None, values)


def _kept(value: object) -> object:
    """Return a value as a record can keep it. An enum is its code, whatever else is not plain is its text."""
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, float) and value - value != 0:  # infinite or no number: JSON knows neither
        return str(value)
    return value if value is None or isinstance(value, str | int | float) else str(value)


def _parts(text: str) -> Iterable[object]:
    return (
        text.values["parts"] if isinstance(text, Words) and text.code == JOINED and not text.values["by"] else (text,)
    )


def _said_joined(values: Mapping[str, Any], lang: str, translate: Translate) -> str:
    french, parts = BY[values["by"]], values["parts"]
    if not isinstance(parts, list):
        raise TypeError(parts)
    return (french if lang == "fr" else values["by"]).join(f"{say(part, lang, translate)}" for part in parts)


def _said_lower(values: Mapping[str, Any], lang: str, translate: Translate) -> str:
    return str.lower(str.__str__(say(values["text"], lang, translate)))


def _said_size(values: Mapping[str, Any], lang: str, translate: Translate) -> str:
    amount = float(_count(values))
    for unit in ("o", "ko", "Mo", "Go", "To"):
        if amount < 999.5 or unit == "To":
            return _amount(amount, 1 if unit == "To" and amount < 9.95 else 0, unit, lang)
        amount /= 1000
    raise AssertionError("unreachable")


def _said_memory(values: Mapping[str, Any], lang: str, translate: Translate) -> str:
    count = _count(values)
    return _amount(count / (1 << 30), 1, "Go", lang) if count >= 1 << 30 else _amount(count / (1 << 20), 0, "Mo", lang)


def _said_title(values: Mapping[str, Any], lang: str, translate: Translate) -> str:
    return str.__str__(values[lang])


def _count(values: Mapping[str, Any]) -> int:
    count = values["bytes"]
    if not isinstance(count, int):
        raise TypeError(count)
    return count


def _amount(amount: float, digits: int, unit: str, lang: str) -> str:
    said = f"{amount:.{digits}f}"
    said = said.removesuffix(".0") if digits else said
    if lang != "fr":
        return f"{said} {unit.replace('o', 'B')}"
    return f"{said.replace('.', ',')} {unit}"


MADE: Final[dict[str | None, Callable[[Mapping[str, Any], str, Translate], str]]] = {
    JOINED: _said_joined, LOWER: _said_lower, SIZE: _said_size, MEMORY: _said_memory, TITLE: _said_title,
}  # fmt: skip
