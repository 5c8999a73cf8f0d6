"""Compile the catalogues while recond is installed, so that a wheel and an editable checkout both speak English."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

UNDATED = datetime(2025, 1, 1, tzinfo=UTC)
"""The sources have no date, and babel would put the moment in: two images of the same sources must be the same bytes."""


def compile_catalog(source: Path) -> Path:
    """Write the .mo of a .po beside it and return it; the same source gives the same bytes."""
    with source.open("rb") as file:
        catalog = read_po(file, locale=source.parent.parent.name)
    catalog.creation_date = UNDATED
    compiled = source.with_suffix(".mo")
    with compiled.open("wb") as file:
        write_mo(file, catalog)
    return compiled


class CompiledCatalogs(BuildHookInterface):  # type: ignore[type-arg]
    """Write the .mo beside every .po; both go into the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile before the files are gathered."""
        for source in Path(self.root, "recond").rglob("locale/*/LC_MESSAGES/*.po"):
            compiled = compile_catalog(source)
            build_data["artifacts"].append("/" + compiled.relative_to(self.root).as_posix())
