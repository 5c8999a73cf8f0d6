"""A profile's folder, read and checked as a whole before anything is built."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from recipe.common import RecipeError, digest, words
from recipe.mirror import sources

from recond.core.profile import BuildSpec, Profile, read_build, read_profile

HOME = Path(__file__).resolve().parent.parent
"""profiles/"""

COMMON = HOME / "common"
"""Files and first-boot steps that every profile gets, laid down before the profile's own."""


@dataclass(frozen=True)
class Source:
    """One profile as its folder describes it. `archive`: apt's source lines; `key`: a hash over all that goes in."""

    name: str
    folder: Path
    profile: Profile
    spec: BuildSpec
    packages: tuple[str, ...]
    archive: tuple[str, ...]
    toml: dict[str, object]
    key: str

    @property
    def layers(self) -> tuple[Path, ...]:
        """Return the folders whose files/ and first-boot/ are copied, in order."""
        return (COMMON, self.folder)


def names() -> list[str]:
    """Return the profiles there are."""
    return sorted(path.parent.name for path in HOME.glob("*/profile.toml"))


def read_source(name: str) -> Source:
    """Read one profile. Raises RecipeError that lists everything wrong in it, each with its place."""
    folder = HOME / name
    try:
        data = tomllib.loads((folder / "profile.toml").read_text())
    except FileNotFoundError:
        raise RecipeError(f"no profile {name}; there are: {', '.join(names())}") from None
    except tomllib.TOMLDecodeError as error:
        raise RecipeError(f"{name}/profile.toml: {error}") from None
    profile, errors = read_profile(name, data)
    spec, more = read_build(name, data)
    listing = folder / "packages.txt"
    packages = tuple(words(listing)) if listing.exists() else ()
    if not packages:
        more += (f"{name}/packages.txt: missing or empty",)
    if profile is None or spec is None or not packages:
        raise RecipeError("\n".join((*errors, *more)))
    archive = tuple(sources(" ".join(spec.components)))
    builder = (HOME / "builder", HOME / "build")
    key = digest(*builder, COMMON, folder, "\n".join(archive))
    return Source(name, folder, profile, spec, packages, archive, data, key)
