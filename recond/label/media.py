"""What a label is printed on: the media of `media.toml`, in millimetres."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from recond.core.errors import UsageError

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

    `tape_mm`: width of the paper of a continuous tape, as its printer names it.
    """

    key: str
    about: str
    width_mm: float
    height_mm: float
    safe_mm: float
    page: Page | None = None
    tape_mm: int | None = None

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


@cache
def all_media() -> tuple[Media, ...]:
    """Return every known medium in the order of media.toml."""
    text = resources.files("recond.label").joinpath("media.toml").read_text(encoding="utf-8")
    return read_media(text)


def read_media(text: str) -> tuple[Media, ...]:
    """Turn the text of a media.toml into media. Raises KeyError or ValueError when a table is not complete."""
    found = []
    for key, table in tomllib.loads(text).items():
        if table["kind"] not in ("sheet", "roll"):
            raise ValueError(f"{key}: kind: sheet or roll is expected, not {table['kind']!r}")
        width, height = table["label_mm"]
        page = None
        if table["kind"] == "sheet":
            page_width, page_height = table["page_mm"]
            page = Page(
                page_width,
                page_height,
                columns=table["columns"],
                rows=table["rows"],
                margin_left_mm=table["margin_left_mm"],
                margin_top_mm=table["margin_top_mm"],
                gap_x_mm=table["gap_x_mm"],
                gap_y_mm=table["gap_y_mm"],
            )
        found.append(Media(key, table["about"], width, height, table["safe_mm"], page, table.get("tape_mm")))
    return tuple(found)


def find_media(key: str) -> Media:
    """Return the medium called `key`. Raises UsageError naming those that exist."""
    for media in all_media():
        if media.key == key.strip().lower():
            return media
    known = ", ".join(media.key for media in all_media())
    raise UsageError(f"support d'étiquettes inconnu : « {key} »", f"choisissez parmi : {known} (recond list media)")
