"""The words people read, in French or English. The source language is French: a msgid is the French text itself.

`_` and `ngettext` give the text in the language of this process; `N_` gives one that may go into a record: it knows its
msgid and what is filled into it (`core.sentence`), stands in the record under its code, and `stored` gives it in the
language of this process when it is shown. Records are thus the same whatever language the screen speaks. Those of earlier
versions hold the French sentence itself: `stored` finds its msgid by pattern. The language must be known before the modules
with texts are imported (the entry point calls `use` first): tables of words are made at import.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

from recond.core.sentence import Words, joined, titled

__all__ = [
    "LANGUAGES",
    "N_",
    "Words",
    "_",
    "aside",
    "joined",
    "language",
    "ngettext",
    "shown",
    "stored",
    "titled",
    "units",
    "use",
]

LANGUAGES = ("fr", "en")
DEFAULT = "fr"
CATALOGUE = Path(__file__).parent.parent / "locale"
ENVIRONMENT = "RECOND_LANG"
"""Says the language of this run, above recond.toml and LANG: the stick's boot menu and the assistant's key set it."""

_ENTRY = re.compile(r'((?:^(?:msgid|msgid_plural|msgstr(?:\[\d\])?) ".*"\n(?:^".*"\n)*)+)', re.MULTILINE)
_PART = re.compile(r'^(msgid_plural|msgid|msgstr(?:\[\d\])?) ((?:".*"\n)+)', re.MULTILINE)
_FIELD = re.compile(r"\{(\w+)[^{}]*\}")

BETWEEN = {" ; ": "; ", " : ": ": ", ", ": ", ", " ou ": " or ", " -> ": " -> "}
"""What stands between the parts of a text that was put together, and how English writes it."""
SIZE = re.compile(r"(?<![\w,.])(\d+(?:,\d+)?) (o|ko|Ko|Mo|Go|To|Mio|Gio)\b")
UNITS = {"o": "B", "ko": "kB", "Ko": "kB", "Mo": "MB", "Go": "GB", "To": "TB", "Mio": "MiB", "Gio": "GiB"}

LEAD = re.compile(r" *(?:\[[^\]]{2,6}\] *|-> |- |• *)?")
"""What stands before the text of a line: blanks, a status word, a dash or a point."""

SPACED = re.compile(r"(?<=[^\s\[]) (?=[:;?!](?:\s|$))")
"""The blank that French puts before these marks, and English does not."""
INSIDE = re.compile(r"(.*?) \((.*)\)", re.DOTALL)

_now = {"lang": ""}
_here: ContextVar[str] = ContextVar("_here", default="")


def from_environment(environ: Mapping[str, str]) -> str | None:
    """Return the language that the environment asks for (RECOND_LANG, else LC_ALL, LC_MESSAGES, LANG), None when none is ours."""
    for name in (ENVIRONMENT, "LC_ALL", "LC_MESSAGES", "LANG"):
        if (said := environ.get(name, "")[:2].lower()) in LANGUAGES:
            return said
    return None


def use(lang: str) -> None:
    """Speak this language from now on. Raises ValueError for one that recond does not know."""
    if lang not in LANGUAGES:
        raise ValueError(lang)
    _now["lang"] = lang


def language() -> str:
    """Return the language spoken now, "fr" or "en"."""
    if here := _here.get():
        return here
    if not _now["lang"]:
        _now["lang"] = from_environment(os.environ) or DEFAULT
    return _now["lang"]


@contextmanager
def speaking(lang: str) -> Iterator[None]:
    """Speak this language in here, whatever the screen speaks: labels and papers are in the workshop's language."""
    before = _here.set(lang)
    try:
        yield
    finally:
        _here.reset(before)


class Said(str):
    """A text in another language than French: what is filled into it is turned too, when it is a French text of ours."""

    __slots__ = ()

    def format(self, *values: object, **named: object) -> str:
        """See str.format. A value of a record (French) is given in the language spoken now."""
        return str.format(self, *map(_turned, values), **{name: _turned(value) for name, value in named.items()})


def _turned(value: object) -> object:
    if isinstance(value, Words):
        return stored(value)
    if not isinstance(value, str) or isinstance(value, Said) or len(value) <= 3:
        return value
    return shown(value) if "\n" in value else stored(value)


def _(text: str) -> str:
    """Return a French text in the language spoken now; the French itself when there is no translation."""
    lang = language()
    return text if lang == DEFAULT else Said(_catalogue(lang).get(text, (text,))[0])


N_ = Words
"""Mark a text for the catalogue: the French text as it is, which may go into a record and is translated when shown."""


def aside(text: object, more: object) -> Words:
    """Return a text with another in brackets after it."""
    return N_("{text} ({more})").format(text=text, more=more)


def ngettext(one: str, many: str, count: int) -> str:
    """Return the text for this count: in French 0 and 1 are singular, in English 1 only."""
    lang = language()
    if lang == DEFAULT:
        return one if abs(count) < 2 else many
    said = _catalogue(lang).get(one, (one, many))
    return said[0] if count == 1 else said[-1]


def stored(text: str) -> str:
    """Return a text of a record in the language spoken now: exactly when it knows its msgid; else (it is of an earlier
    version, or was put together for the screen) what the catalogue knows of the French, unknown ones unchanged."""
    lang = language()
    if isinstance(text, Words):
        return text.said(lang, _translate)
    if lang == DEFAULT or not text:
        return text
    known = _catalogue(lang)
    if text in known:
        return known[text][0]
    for piece, template in _templates(lang):
        if piece in text and (found := _pattern(template).fullmatch(text)):
            bare = _FIELD.sub(
                r"{\1}", known[template][0]
            )  # a number comes out of the sentence as it was written into it
            return bare.format(**{name: stored(value) for name, value in found.groupdict().items()})
    if found := INSIDE.fullmatch(text):
        return f"{stored(found[1])} ({stored(found[2])})"
    for mark, said in BETWEEN.items():
        if mark in text:
            parts = text.split(mark)
            turned = [stored(part) for part in parts]
            if turned != parts:
                return said.join(turned)
    return units(text)


def shown(text: str) -> str:
    """Return what is about to be shown, line by line, with what is French of ours in it in the language spoken now: the last
    stop of a text that was kept in French."""
    if language() == DEFAULT:
        return text
    if isinstance(text, Words):
        return stored(text)
    lines = []
    for line in text.split("\n"):
        start = LEAD.match(line)
        head = start[0] if start else ""
        body = line[len(head) :].rstrip(" ")
        lines.append(head + SPACED.sub("", stored(body)) + line[len(head) + len(body) :])
    return "\n".join(lines)


def _translate(msgid: str) -> str:
    return _catalogue(language()).get(msgid, (msgid,))[0]


def units(text: str) -> str:
    """Return a line with its sizes as the language spoken now writes them: "1,5 To" is "1.5 TB" in English."""
    if language() == DEFAULT:
        return text
    return SIZE.sub(lambda size: f"{size[1].replace(',', '.')} {UNITS[size[2]]}", text)


@cache
def _catalogue(lang: str) -> dict[str, tuple[str, ...]]:
    """Read the words of a language: msgid -> (text,) or (singular, plural). A missing file is an empty catalogue."""
    path = CATALOGUE / lang / "LC_MESSAGES" / "recond.po"
    try:
        source = path.read_text(encoding="utf-8")
    except OSError:
        return {}
    found: dict[str, tuple[str, ...]] = {}
    for entry in _ENTRY.findall(source):
        parts = {key: _text(value) for key, value in _PART.findall(entry)}
        said = tuple(value for key, value in sorted(parts.items()) if key.startswith("msgstr"))
        if parts.get("msgid") and all(said):
            found[parts["msgid"]] = said
    return found


def _text(quoted: str) -> str:
    whole = quoted.replace('"\n"', "").strip()[1:-1]
    if "\\" not in whole:
        return whole
    return re.sub(r"\\(.)", lambda found: {"n": "\n", "t": "\t"}.get(found[1], found[1]), whole)


@cache
def _templates(lang: str) -> tuple[tuple[str, str], ...]:
    """Return (longest fixed piece, template) of the texts with open places, the most telling first."""
    found = []
    for template in _catalogue(lang):
        if _FIELD.search(template):
            pieces = _FIELD.split(template)[::2]
            letters = sum(char.isalpha() for piece in pieces for char in piece)
            if letters > 3:
                found.append((-letters, max(pieces, key=len).replace("{{", "{").replace("}}", "}"), template))
    return tuple((piece, template) for _letters, piece, template in sorted(found))


@cache
def _pattern(template: str) -> re.Pattern[str]:
    pieces = _FIELD.split(template)
    seen: set[str] = set()
    made = ""
    for number, piece in enumerate(pieces):
        if number % 2 == 0:
            made += re.escape(piece.replace("{{", "{").replace("}}", "}"))
        elif piece in seen:
            made += f"(?P={piece})"
        else:
            seen.add(piece)
            made += f"(?P<{piece}>.*?)"
    return re.compile(made, re.DOTALL)
