"""A keyboard as it looks: rows of keys, which must answer, and which were seen. The kernel's codes name places, not letters."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

ESC: Final = 1
FUNCTION: Final = (("Ech", ESC), *((f"F{n}", 58 + n) for n in range(1, 11)), ("F11", 87), ("F12", 88))
EDIT: Final = (("Impr", 99), ("Inser", 110), ("Suppr", 111), ("Debut", 102), ("Fin", 107), ("PgHt", 104), ("PgBs", 109))
BOTTOM: Final = (("Ctrl", 29), ("Win", 125), ("Alt", 56), ("    espace    ", 57), ("AltGr", 100), ("Ctrl", 97),
                 ("gau", 105), ("hau", 103), ("bas", 108), ("dro", 106))  # fmt: skip
OPTIONAL: Final = frozenset({code for _, code in (*FUNCTION[1:], *EDIT)} | {125, 97, 100})
"""Keys that some keyboards have not, or keep behind Fn: shown, but not asked for."""


def _row(
    first: tuple[str, int] | None, letters: str, start: int, *last: tuple[str, int]
) -> tuple[tuple[str, int], ...]:
    keys = tuple((letter, start + place) for place, letter in enumerate(letters))
    return (*((first,) if first else ()), *keys, *last)


ENTER, CAPS, SHIFT, RSHIFT = ("Entr", 28), ("Verr", 58), ("Maj", 42), ("Maj", 54)
LAYOUTS: Final = {
    "azerty": (
        FUNCTION,
        _row(("²", 41), "&é\"'(-è_çà)=", 2, ("<--", 14)),
        _row(("Tab", 15), "AZERTYUIOP^$", 16, ENTER),
        _row(CAPS, "QSDFGHJKLMù", 30, ("*", 43)),
        (SHIFT, ("<", 86), *_row(None, "WXCVBN,;:!", 44), RSHIFT),
        BOTTOM,
        EDIT,
    ),
    "qwerty": (
        FUNCTION,
        _row(("`", 41), "1234567890-=", 2, ("<--", 14)),
        _row(("Tab", 15), "QWERTYUIOP[]", 16, ENTER),
        _row(CAPS, "ASDFGHJKL;'", 30, ("\\", 43)),
        (SHIFT, *_row(None, "ZXCVBNM,./", 44), RSHIFT),
        BOTTOM,
        EDIT,
    ),
}
"""By the names the trade uses. "azerty" has the key between Maj and W, "qwerty" is the American one without it."""

Row = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Keys:
    """A layout and the codes seen so far."""

    layout: str
    seen: frozenset[int] = frozenset()

    @property
    def rows(self) -> tuple[Row, ...]:
        """Return the rows from top to bottom."""
        return LAYOUTS[self.layout]

    def missing(self, *, optional: bool = False) -> tuple[str, ...]:
        """Return the names of the keys not yet seen: those that must answer, or those that some keyboards lack."""
        return tuple(
            name.strip()
            for row in self.rows
            for name, code in row
            if code not in self.seen and (code in OPTIONAL) is optional
        )

    @property
    def count(self) -> int:
        """Return how many keys must answer."""
        return sum(code not in OPTIONAL for row in self.rows for _, code in row)

    def after(self, codes: Collection[int]) -> Keys:
        """Return the same with these codes seen as well."""
        return Keys(self.layout, self.seen | frozenset(codes))


def picture(keys: Keys) -> tuple[str, ...]:
    """Return the keyboard in lines of at most 79 columns: "[é]" still to be pressed, " # " seen."""
    lines = []
    for row in keys.rows:
        cells = [
            f" {'#' * len(name.strip()):^{len(name)}} " if code in keys.seen else f"[{name}]" for name, code in row
        ]
        lines.append("  " + " ".join(cells))
    return tuple(lines)
