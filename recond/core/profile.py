"""A free-OS profile: what it needs and what it is for, read from profile.toml with all its errors listed at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from recond.core.liveimage import LiveRoot

GIB = 1 << 30
SUITES = ("trixie",)
COMPONENTS = ("main", "contrib", "non-free", "non-free-firmware")
SHA256 = re.compile(r"^[0-9a-f]{64}$")


@dataclass(frozen=True, slots=True)
class Profile:
    """What profile.toml says. Sizes in bytes; `cpu_level` is the x86-64 level needed (1 = any 64-bit PC)."""

    name: str
    title: str
    description: str
    min_ram_bytes: int
    comfortable_ram_bytes: int
    min_disk_bytes: int
    cpu_level: int
    priority: int


@dataclass(frozen=True, slots=True)
class BuildSpec:
    """How a profile's image is built: the [build] table. `components` are sections of the Debian archive."""

    suite: str
    components: tuple[str, ...]
    recommends: bool


@dataclass(frozen=True, slots=True)
class ProfileImage:
    """A built image of a profile: `recond.profile-image/1`, see docs/contracts.md. `live`: it is a live system's ISO
    instead (an image profile), and where the root lies in it."""

    name: str
    version: str
    sha256: str
    size_bytes: int
    unpacked_bytes: int
    files: int
    path: str
    live: LiveRoot | None = None


def read_profile(folder: str, data: Mapping[str, object]) -> tuple[Profile | None, tuple[str, ...]]:
    """Turn a parsed profile.toml into a Profile. Returns it, or None with every error, each with its path in the file."""
    errors: list[str] = []

    def text(key: str) -> str:
        value = data.get(key)
        if not isinstance(value, str) or not value.strip():
            errors.append(f"{folder}/profile.toml: {key}: un texte est attendu")
            return ""
        return value.strip()

    def number(table: str, key: str, default: float | None, low: float, high: float) -> float:
        section = data.get(table, {})
        value = section.get(key, default) if isinstance(section, Mapping) else None
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            errors.append(f"{folder}/profile.toml: {table}.{key}: un nombre de {low:g} à {high:g} est attendu")
            return low
        return float(value)

    name = text("name")
    if name and name != folder:
        errors.append(f"{folder}/profile.toml: name: « {name} » n'est pas le nom du dossier « {folder} »")
    profile = Profile(
        name=name,
        title=text("title"),
        description=text("description"),
        min_ram_bytes=int(number("needs", "ram_gib", None, 0.25, 1024) * GIB),
        comfortable_ram_bytes=int(number("comfortable", "ram_gib", 1, 0.25, 1024) * GIB),
        min_disk_bytes=int(number("needs", "disk_gib", None, 1, 100_000) * GIB),
        cpu_level=int(number("needs", "cpu_level", 1, 1, 4)),
        priority=int(number("choice", "priority", 0, 0, 100)),
    )
    known = {"name", "title", "description", "needs", "comfortable", "choice", "build", "packages", "kind", "image"}
    errors += [f"{folder}/profile.toml: {key}: clé inconnue" for key in data if key not in known]
    return (None, tuple(errors)) if errors else (profile, ())


def read_build(folder: str, data: Mapping[str, object]) -> tuple[BuildSpec | None, tuple[str, ...]]:
    """Read the [build] table, all of whose keys may be left out. Returns the spec, or None with every error."""
    where = f"{folder}/profile.toml: build"
    table = data.get("build", {})
    if not isinstance(table, Mapping):
        return None, (f"{where}: une table est attendue",)
    errors = [f"{where}.{key}: clé inconnue" for key in table if key not in ("suite", "components", "recommends")]
    suite = table.get("suite", "trixie")
    if suite not in SUITES:
        errors.append(f"{where}.suite: {' ou '.join(SUITES)} est attendu")
    components = table.get("components", ["main"])
    if not isinstance(components, list) or not components or any(one not in COMPONENTS for one in components):
        errors.append(f"{where}.components: une liste parmi {', '.join(COMPONENTS)} est attendue")
        components = ["main"]
    elif components[0] != "main":
        errors.append(f"{where}.components: « main » vient en premier")
    recommends = table.get("recommends", False)
    if not isinstance(recommends, bool):
        errors.append(f"{where}.recommends: true ou false est attendu")
    if errors:
        return None, tuple(errors)
    return BuildSpec(str(suite), tuple(str(one) for one in components), bool(recommends)), ()


def read_image(path: str, data: Mapping[str, object]) -> tuple[ProfileImage | None, tuple[str, ...]]:
    """Turn the JSON beside an image into a ProfileImage, or None with every error."""
    errors: list[str] = []
    if data.get("schema") != "recond.profile-image/1":
        errors.append(f"{path}: schema: « recond.profile-image/1 » est attendu")
    for key in ("name", "version", "sha256"):
        if not isinstance(data.get(key), str):
            errors.append(f"{path}: {key}: un texte est attendu")
    for key in ("size_bytes", "unpacked_bytes", "files"):
        value = data.get(key)
        if isinstance(value, bool) or not isinstance(value, int) or value <= 0:
            errors.append(f"{path}: {key}: un nombre positif est attendu")
    if not SHA256.match(str(data.get("sha256"))):
        errors.append(f"{path}: sha256: 64 chiffres hexadécimaux sont attendus")
    if errors:
        return None, tuple(errors)
    image = ProfileImage(
        name=str(data["name"]),
        version=str(data["version"]),
        sha256=str(data["sha256"]),
        size_bytes=int(str(data["size_bytes"])),
        unpacked_bytes=int(str(data["unpacked_bytes"])),
        files=int(str(data["files"])),
        path=path.removesuffix(".json") + ".squashfs",
    )
    return image, ()
