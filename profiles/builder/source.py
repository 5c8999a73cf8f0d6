"""A profile's folder, read and checked as a whole before anything is built."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from pathlib import Path

from recipe.common import RecipeError, digest, words
from recipe.mirror import sources

from recond.core.profile import (
    BuildSpec,
    read_build,
    read_include,
    read_profile,
    wrong_packages,
)

HOME = Path(__file__).resolve().parent.parent
"""profiles/"""

COMMON = HOME / "common"
"""What every system gets, before its own: packages.txt, files/, first-boot/, customise."""

BUILDER = HOME / "builder"

LANGUAGES = COMMON / "files/etc/dpkg/dpkg.cfg.d/60-recond-languages"
"""Which parts of packages are left out; it holds while the root is made and afterwards."""


@dataclass(frozen=True)
class Source:
    """One thing to build as its folder describes it: a profile, or the layer that profiles share (`layer`).

    `under`: the layer that comes first, None when the root is made from nothing. `packages`: what is to be added to it.
    `archive`: apt's source lines; `key`: a hash over all that goes in.
    """

    name: str
    folder: Path
    spec: BuildSpec
    packages: tuple[str, ...]
    archive: tuple[str, ...]
    toml: dict[str, object]
    key: str
    under: Source | None = None
    layer: bool = False

    @property
    def folders(self) -> tuple[Path, ...]:
        """Return the folders whose files/, first-boot/ and customise are applied, in order.

        A layer has packages only: the files of its folder come with each profile, so that a change in them costs seconds.
        """
        if self.layer:
            return ()
        return (COMMON, self.under.folder, self.folder) if self.under else (COMMON, self.folder)


def names() -> list[str]:
    """Return the profiles there are."""
    return sorted(path.parent.name for path in HOME.glob("*/profile.toml"))


def read_sources(wanted: list[str]) -> list[Source]:
    """Read profiles. Raises RecipeError that lists everything wrong in all of them, each with its place."""
    found, errors = [], []
    for name in wanted:
        try:
            found.append(read_source(name))
        except RecipeError as error:
            errors += [line for line in str(error).splitlines() if line not in errors]
    if errors:
        raise RecipeError("\n".join(errors))
    return found


def read_source(name: str, home: Path = HOME) -> Source:
    """Read one profile. Raises RecipeError that lists everything wrong in it, each with its place."""
    folder = home / name
    data, errors = _toml(folder / "profile.toml")
    if data is None:
        raise RecipeError(errors[0] if errors else f"no profile {name}; there are: {', '.join(names())}")
    _, wrong = read_profile(name, data)
    include, more = read_include(name, data)
    own, lacking = _packages(folder)
    errors += [*wrong, *more, *lacking, *_first_boot(folder), *_first_boot(COMMON)]
    under = None
    if include:
        try:
            under = _read_layer(home / include, f"{name}/profile.toml")
        except RecipeError as error:
            errors += str(error).splitlines()
    spec, more = (under.spec, ()) if under else read_build(name, data)
    errors += more
    if not include:
        common, lacking = _packages(COMMON)
        own, errors = (*common, *own), [*errors, *lacking]
        errors += wrong_packages(f"{name}/packages.txt (et common)", own) if not errors else ()
    if errors or spec is None:
        raise RecipeError("\n".join(errors))
    told = {key: value for key, value in data.items() if key not in ("build", "include")}
    archive = tuple(sources(" ".join(spec.components)))
    below = (under.key, under.folder) if under else ()
    key = digest(BUILDER, COMMON, *below, folder, "\n".join(archive))
    return Source(name, folder, spec, own, archive, told, key, under)


def _read_layer(folder: Path, asked_by: str) -> Source:
    data, errors = _toml(folder / "layer.toml")
    if data is None:
        raise RecipeError(errors[0] if errors else f"{asked_by}: include: {folder.name}/layer.toml n'existe pas")
    errors += [f"{folder.name}/layer.toml: {key}: clé inconnue" for key in data if key != "build"]
    spec, wrong = read_build(folder.name, data, "layer.toml")
    common, lacking = _packages(COMMON)
    own, more = _packages(folder)
    errors += [*wrong, *lacking, *more, *_first_boot(folder)]
    packages = (*common, *own)
    errors += wrong_packages(f"{folder.name}/packages.txt (et common)", packages) if not errors else ()
    if errors or spec is None:
        raise RecipeError("\n".join(errors))
    archive = tuple(sources(" ".join(spec.components)))
    key = digest(BUILDER, LANGUAGES, repr((packages, spec)), "\n".join(archive))
    return Source(folder.name, folder, spec, packages, archive, {}, key, layer=True)


def _toml(path: Path) -> tuple[dict[str, object] | None, list[str]]:
    try:
        return tomllib.loads(path.read_text()), []
    except FileNotFoundError:
        return None, []
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        return None, [f"{path.parent.name}/{path.name}: {error}"]


def _packages(folder: Path) -> tuple[tuple[str, ...], list[str]]:
    listing = folder / "packages.txt"
    where = f"{folder.name}/packages.txt"
    found = tuple(words(listing)) if listing.exists() else ()
    if not found:
        return (), [f"{where}: manque ou est vide"]
    return found, list(wrong_packages(where, found))


def _first_boot(folder: Path) -> list[str]:
    # A step without its executable bit would be left out in silence at the first start.
    steps = [*sorted((folder / "first-boot").glob("*")), *folder.glob("customise")]
    return [f"{path.relative_to(folder.parent)}: n'est pas exécutable (chmod +x)" for path in steps if not _runs(path)]


def _runs(path: Path) -> bool:
    return path.is_file() and os.access(path, os.X_OK)
