"""A donor's own list of machines, as a spreadsheet wrote it: read, with what is wrong line by line. Nothing is stored here.

Pure. The columns are found by their heading, in French or English, whatever their order; other columns are passed over
and told. A line with a fault is never taken in part.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from recond.core.identity import real
from recond.core.text import clean
from recond.core.words import N_

MAX_BYTES, MAX_LINES = 2 << 20, 5000
HEADS: Final[dict[str, tuple[str, ...]]] = {
    "maker": ("marque", "fabricant", "constructeur", "manufacturer", "brand", "make", "vendor"),
    "model": ("modele", "model", "designation", "description", "product", "produit", "reference"),
    "serial": ("n de serie", "no de serie", "numero de serie", "serie", "sn", "s n", "serial", "serial number", "service tag"),
    "asset": ("n inventaire", "no inventaire", "n d inventaire", "numero d inventaire", "inventaire", "code barre", "asset",
              "asset tag", "inventory", "inventory number", "etiquette"),
    "note": ("remarque", "remarques", "commentaire", "commentaires", "note", "notes", "observation", "etat", "comment"),
}  # fmt: skip
LENGTHS: Final = {"maker": 80, "model": 120, "serial": 80, "asset": 60, "note": 200}


class NoList(ValueError):
    """Why a file is no list of machines, in French."""


@dataclass(frozen=True, slots=True)
class Row:
    """One machine of the list. `line`: its number in the file, the heading being 1. `fault`: why it is not taken."""

    line: int
    maker: str = ""
    model: str = ""
    serial: str = ""
    asset: str = ""
    note: str = ""
    fault: str = ""

    @property
    def serial_key(self) -> str:
        """Return the serial number as fingerprints hold it, "" for one that means nothing ("To be filled by O.E.M.")."""
        return (real(self.serial, is_name=False) or "").lower()


@dataclass(frozen=True, slots=True)
class Read:
    """A list. `columns`: what was found under which heading; `passed_over`: headings that nobody here knows."""

    rows: tuple[Row, ...]
    columns: dict[str, str]
    passed_over: tuple[str, ...]
    text: str = field(repr=False)

    @property
    def good(self) -> tuple[Row, ...]:
        """Return the lines without a fault."""
        return tuple(row for row in self.rows if not row.fault)

    @property
    def bad(self) -> tuple[Row, ...]:
        """Return the lines that are not taken."""
        return tuple(row for row in self.rows if row.fault)


def read(data: bytes, known: Iterable[str] = ()) -> Read:
    """Read a list. `known`: serial keys of machines that are announced already. Raises NoList."""
    if len(data) > MAX_BYTES:
        raise NoList(N_("le fichier a plus de {n} Mio : ce n'est pas une liste de machines").format(n=MAX_BYTES >> 20))
    text = decoded(data)
    lines = text.splitlines()
    head = next((number for number, line in enumerate(lines) if line.strip()), None)
    if head is None:
        raise NoList(N_("le fichier est vide"))
    mark = max(";\t,", key=lines[head].count)
    reader = csv.reader(io.StringIO("\n".join(lines[head:])), delimiter=mark, strict=True)
    table: list[list[str]] = []
    numbers: list[int] = []
    try:
        # A cell may hold line ends: a row bears the number of its first line in the file.
        before = 0
        for cells in reader:
            table.append(cells)
            numbers.append(head + before + 1)
            before = reader.line_num
    except csv.Error as error:
        raise NoList(N_("ce n'est pas un CSV lisible : des guillemets ouverts, non refermés ?")) from error
    names, passed_over = _columns(table[0])
    if "serial" not in names.values() and "model" not in names.values():
        why = N_(
            "aucune colonne « modèle » ni « n° de série » ; la première ligne doit porter les titres (lu : {heads})"
        )
        raise NoList(why.format(heads=", ".join(clean(one, 40) or "" for one in table[0][:8])))
    if len(table) - 1 > MAX_LINES:
        raise NoList(N_("plus de {n} lignes : partagez la liste en plusieurs lots").format(n=MAX_LINES))
    rows = _rows(zip(numbers[1:], table[1:], strict=True), names, set(known))
    if not rows:
        raise NoList(N_("aucune machine sous les titres des colonnes"))
    return Read(rows, {name: table[0][at].strip() for at, name in names.items()}, passed_over, text)


def decoded(data: bytes) -> str:
    """Return a spreadsheet's text: UTF-8 with or without its mark, else what Windows writes (cp1252). Raises NoList."""
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise NoList(N_("c'est un classeur (xlsx, ods, xls) : enregistrez-le d'abord comme CSV"))
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    if "\0" in text:
        raise NoList(N_("ce n'est pas un fichier de texte"))
    return text


def _plain(text: str) -> str:
    # "N° de série" and "no_de_serie" are one heading: letters and digits, without accents.
    letters = unicodedata.normalize("NFKD", text.replace("°", " ").lower())
    return " ".join("".join(one if one.isalnum() else " " for one in letters if not unicodedata.combining(one)).split())


def _columns(heads: list[str]) -> tuple[dict[int, str], tuple[str, ...]]:
    found: dict[int, str] = {}
    others = []
    for at, head in enumerate(heads):
        plain = _plain(head)
        name = next((name for name, known in HEADS.items() if plain in known), None)
        if name and name not in found.values():
            found[at] = name
        elif head.strip():
            others.append(clean(head, 40) or "")
    return found, tuple(others)


def _rows(table: Iterable[tuple[int, list[str]]], names: dict[int, str], known: set[str]) -> tuple[Row, ...]:
    rows, seen = [], dict[str, int]()
    for line, cells in table:
        told = {name: " ".join(cells[at].split()) if at < len(cells) else "" for at, name in names.items()}
        if not any(told.values()):
            continue
        fault = _fault(told)
        row = Row(line, **{name: clean(text, LENGTHS[name]) or "" for name, text in told.items()}, fault=fault)
        key = row.serial_key
        if not fault and key in seen:
            row = replace(row, fault=N_("même n° de série qu'à la ligne {n}").format(n=seen[key]))
        elif not fault and key in known:
            row = replace(row, fault=N_("ce n° de série est déjà annoncé"))
        elif key:
            seen[key] = line
        rows.append(row)
    return tuple(rows)


def _fault(told: dict[str, str]) -> str:
    if not told.get("serial") and not told.get("model"):
        return N_("ni modèle ni n° de série")
    for name, text in told.items():
        if len(text) > LENGTHS[name]:
            return N_("une cellule de plus de {n} caractères : un guillemet qui manque ?").format(n=LENGTHS[name])
    return ""
