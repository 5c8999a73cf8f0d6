"""What a label is printed on: the media of `media.toml`, in millimetres."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from recond.core.errors import ConfigurationFault, UsageError
from recond.core.words import N_, joined
from recond.label.mediafile import PAGE_MM, faults

MM_PER_INCH = 25.4


@dataclass(frozen=True, slots=True)
class Page:
    """The page of a sheet of labels and where the labels lie on it (millimetres from its upper left corner)."""

    width_mm: float
    height_mm: float
    columns: int
    rows: int
    margin_left_mm: float
    margin_top_mm: float
    gap_x_mm: float
    gap_y_mm: float


@dataclass(frozen=True, slots=True)
class Media:
    """One product: the label's size, the margin kept white, and the page when labels come on sheets.

    `tape_mm`: width of a Brother roll as its printer names it, `die_mm` the length of its die-cut labels (0 = continuous),
    `right_dots`: dots of the head left free on its right. `turned`: the label comes out lying on its side.
    """

    key: str
    about: str
    width_mm: float
    height_mm: float
    safe_mm: float
    page: Page | None = None
    tape_mm: int | None = None
    die_mm: int = 0
    right_dots: int = 0
    turned: bool = False

    @property
    def per_page(self) -> int:
        """Return how many labels a page holds; 1 on a roll."""
        return self.page.columns * self.page.rows if self.page else 1

    def pixels(self, dpi: int) -> tuple[int, int]:
        """Return the label's width and height in dots."""
        return round(self.width_mm * dpi / MM_PER_INCH), round(self.height_mm * dpi / MM_PER_INCH)

    def corner_mm(self, position: int) -> tuple[float, float]:
        """Return the upper left corner of label `position` (from 0, row by row) on the page."""
        if self.page is None:
            return 0.0, 0.0
        row, column = divmod(position, self.page.columns)
        x = self.page.margin_left_mm + column * (self.width_mm + self.page.gap_x_mm)
        y = self.page.margin_top_mm + row * (self.height_mm + self.page.gap_y_mm)
        return x, y


OWN = "media.toml"
"""The workshop's own media, in its data folder; a table of the same name takes the place of a bundled one."""


@cache
def _bundled() -> tuple[Media, ...]:
    return read_media(OWN, resources.files("recond.label").joinpath(OWN).read_text(encoding="utf-8"))


def all_media(data: Path | None = None) -> tuple[Media, ...]:
    """Return every known medium in the order of the files, with those of the workshop's data folder.

    Raises ConfigurationFault with every error of the workshop's file at once.
    """
    path = data / OWN if data is not None else None
    if path is None or not path.exists():
        return _bundled()
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationFault(
            N_("{path} ne se lit pas : {error}").format(path=path, error=error),
            N_("corrigez ce fichier, ou renommez-le"),
        ) from error
    own = {media.key: media for media in read_media(str(path), text)}
    kept = tuple(own.pop(media.key, media) for media in _bundled())
    return (*kept, *own.values())


def read_media(path: str, text: str) -> tuple[Media, ...]:
    """Turn the text of a media.toml into media. Raises ConfigurationFault with every error at once."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationFault(
            N_("{path} ne se lit pas : {error}").format(path=path, error=error), N_("corrigez cette ligne")
        ) from error
    found, errors = [], []
    for key, table in tables.items():
        wrong = faults(key, table)
        errors += [N_("{where}: {place}: {why}").format(where=path, place=key, why=text) for text in wrong]
        if not wrong:
            found.append(_media(key, table))
    if errors:
        raise ConfigurationFault(
            joined("\n  ", errors), N_("corrigez ces lignes ; les clés sont décrites dans docs/labels.md")
        )
    return tuple(found)


def _media(key: str, table: Mapping[str, Any]) -> Media:
    width, height = table["label_mm"]
    page = None
    if table["kind"] == "sheet":
        page_width, page_height = table["page_mm"]
        margins = {name: table[name] for name in PAGE_MM}
        page = Page(page_width, page_height, columns=table["columns"], rows=table["rows"], **margins)
    return Media(
        key,
        table["about"],
        width,
        height,
        table["safe_mm"],
        page,
        table.get("tape_mm"),
        table.get("die_mm", 0),
        table.get("right_dots", 0),
        table.get("turned", False),
    )


def find_media(key: str, data: Path | None = None) -> Media:
    """Return the medium called `key`, one of the workshop's (`data`: its folder) or a bundled one.

    Raises UsageError naming those that exist.
    """
    known = all_media(data)
    for media in known:
        if media.key == key.strip().lower():
            return media
    names = ", ".join(media.key for media in known)
    raise UsageError(
        N_("support d'étiquettes inconnu : « {key} »").format(key=key),
        N_("choisissez parmi : {names} (recond list media)").format(names=names),
    )
