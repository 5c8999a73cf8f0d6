"""Tables of words that are read in the language spoken when they are asked for, not in that of the import.

A screen may speak English while a label or a paper is made in the workshop's French.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from recond.core.words import _


class Table(Mapping[str, str]):
    """A read-only table whose values are French texts, marked by `N_` where they stand."""

    def __init__(self, french: Mapping[str, str]) -> None:
        self._french = dict(french)

    def __getitem__(self, key: str) -> str:
        return _(self._french[key])

    def __iter__(self) -> Iterator[str]:
        return iter(self._french)

    def __len__(self) -> int:
        return len(self._french)
