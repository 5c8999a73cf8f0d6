"""What a table of media.toml may hold: every fault in French, so that a workshop can write its own product without code."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from recond.core.words import N_

PAGE_MM = ("margin_left_mm", "margin_top_mm", "gap_x_mm", "gap_y_mm")
COMMON = ("about", "kind", "label_mm", "safe_mm")
ONLY = {
    "sheet": ("page_mm", "columns", "rows", *PAGE_MM),
    "roll": ("tape_mm", "die_mm", "right_dots", "turned"),
}
KEY = re.compile(r"^[a-z0-9][a-z0-9-]{0,23}$")
SMALLEST_MM = (20.0, 9.0)
"""Width and height below which the number and the word cannot be read."""
BIGGEST_MM = 1000.0


def faults(key: str, table: object) -> list[str]:
    """Return what is wrong with one medium, an empty list when nothing is."""
    if not KEY.match(key):
        return [N_("un nom de lettres minuscules, chiffres et tirets est attendu")]
    if not isinstance(table, Mapping):
        return [N_("une table est attendue : [nom] puis ses clés")]
    kind = table.get("kind")
    if kind not in ONLY:
        return [N_("kind: « sheet » (planche) ou « roll » (rouleau) est attendu, pas {kind!r}").format(kind=kind)]
    found: list[str] = [
        N_("{name}: clé inconnue").format(name=name) for name in table if name not in (*COMMON, *ONLY[kind])
    ]
    if not isinstance(table.get("about"), str) or not table["about"].strip():
        found.append(N_("about: un texte est attendu"))
    wanted = ["label_mm", *(["page_mm"] if kind == "sheet" else [])]
    found += [
        N_("{name}: deux nombres de millimètres sont attendus").format(name=name)
        for name in wanted
        if not _is_pair(table.get(name))
    ]
    numbers = ["safe_mm", *(PAGE_MM if kind == "sheet" else ())]
    found += [
        N_("{name}: un nombre de millimètres est attendu").format(name=name)
        for name in numbers
        if not _is_number(table.get(name), 0.0)
    ]
    found += _whole(table, kind)
    return found or _sizes(table)


def _whole(table: Mapping[str, Any], kind: str) -> list[str]:
    found: list[str] = []
    if kind == "sheet":
        found = [
            N_("{name}: un nombre entier d'étiquettes est attendu").format(name=name)
            for name in ("columns", "rows")
            if type(table.get(name)) is not int or not 0 < table[name] <= 100
        ]
    for name in ("tape_mm", "die_mm", "right_dots"):
        if name in table and (type(table[name]) is not int or not 0 <= table[name] <= 1000):
            found.append(N_("{name}: un nombre entier est attendu").format(name=name))
    if not isinstance(table.get("turned", False), bool):
        found.append(N_("turned: true ou false est attendu"))
    return found


def _sizes(table: Mapping[str, Any]) -> list[str]:
    """Return what does not fit: a label too small to be read, a sheet's labels beyond its page."""
    width, height = table["label_mm"]
    if width < SMALLEST_MM[0] or height < SMALLEST_MM[1]:
        least = " x ".join(f"{one:.0f}" for one in SMALLEST_MM)
        return [N_("label_mm: au moins {least} mm sont attendus, sinon rien ne se lit").format(least=least)]
    if table["safe_mm"] > min(width, height) / 5:
        return [N_("safe_mm: trop grand pour cette étiquette")]
    if table["kind"] != "sheet":
        return []
    used = (
        table["margin_left_mm"] + table["columns"] * width + (table["columns"] - 1) * table["gap_x_mm"],
        table["margin_top_mm"] + table["rows"] * height + (table["rows"] - 1) * table["gap_y_mm"],
    )
    names = (N_("de large"), N_("de haut"))
    return [
        N_("les étiquettes prennent {mm:.1f} mm {name}, la page en a {page:.1f}").format(mm=mm, name=name, page=page)
        for mm, page, name in zip(used, table["page_mm"], names, strict=True)
        if mm > page + 0.05
    ]


def _is_number(value: object, least: float) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and least <= value <= BIGGEST_MM


def _is_pair(value: object) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(_is_number(one, 1.0) for one in value)
