"""Exports of the records for other tools, one file each: a file of this package with an `EXPORT` is one.

An export turns cards (`recond.card/1`) into files. Unknown stays empty or absent: it never becomes 0 or "n/a".
"""

from __future__ import annotations

import csv
import importlib
import io
import pkgutil
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from recond.core.errors import UsageError
from recond.core.identity import real

Card = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Export:
    """`make` returns (file name, content) of every file; `one_a_machine` tells whether there is one for each card."""

    key: str
    about: str
    one_a_machine: bool
    make: Callable[[Sequence[Card]], list[tuple[str, bytes]]]


@cache
def all_exports() -> tuple[Export, ...]:
    """Return every export, sorted by key."""
    modules = (importlib.import_module(f"{__name__}.{info.name}") for info in pkgutil.iter_modules(__path__))
    found = (getattr(module, "EXPORT", None) for module in modules)
    return tuple(sorted((one for one in found if isinstance(one, Export)), key=lambda one: one.key))


def export(key: str) -> Export:
    """Return the export of that key. Raises UsageError with those there are."""
    for one in all_exports():
        if one.key == key:
            return one
    raise UsageError(f"export inconnu : {key}", "au choix : " + ", ".join(one.key for one in all_exports()))


def machine_of(card: Card) -> Mapping[str, Any]:
    """Return the audited machine of a card, empty when there was no audit."""
    found = card.get("machine")
    return found if isinstance(found, Mapping) else {}


def part(machine: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return one section of a machine (`system`, `cpu` …), empty when it is missing."""
    found = machine.get(name)
    return found if isinstance(found, Mapping) else {}


def said(value: object, *, is_name: bool = True) -> str | None:
    """Return a text of the machine when it means something: records of other tools may still hold placeholders."""
    return real(value, is_name=is_name) if isinstance(value, str) else None


def own_disks(card: Card) -> list[Mapping[str, Any]]:
    """Return the disks that belong to the machine, with their verdicts."""
    return [disk for disk in card.get("disks") or () if disk.get("internal")]


def table(head: Sequence[str], rows: Iterable[Sequence[object]], separator: str) -> bytes:
    """Return a CSV (RFC 4180 lines, UTF-8 with a byte order mark, which spreadsheets need to see that it is UTF-8)."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8", "replace")


def _cell(value: object) -> str:
    # A cell that begins like a formula is run by spreadsheets (OWASP, CSV injection); an apostrophe makes it text.
    text = " ".join(str("" if value is None else value).split())
    is_number = re.fullmatch(r"-?\d+([.,]\d+)?", text) is not None
    return "'" + text if text[:1] in ("=", "+", "-", "@") and not is_number else text
