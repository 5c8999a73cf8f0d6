"""A free-OS profile: what it needs and what it is for, read from profile.toml with all its errors listed at once."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import ClassVar

from recond.core.liveimage import LiveRoot
from recond.core.machine import Chassis
from recond.core.words import DEFAULT, N_, Words, joined, language, titled

GIB = 1 << 30
SUITES = ("trixie",)
COMPONENTS = ("main", "contrib", "non-free", "non-free-firmware")
SHA256 = re.compile(r"^[0-9a-f]{64}$")
NAME = re.compile(r"^[a-z0-9][a-z0-9-]*$")
LAYER = re.compile(r"^[a-z0-9][a-z0-9.-]*\.squashfs$")
PACKAGE = re.compile(r"^[a-z0-9][a-z0-9+.-]+$")


@dataclass(frozen=True, slots=True)
class Profile:
    """What profile.toml says. Sizes in bytes; `cpu_level` is the x86-64 level needed (1 = any 64-bit PC).

    The rest is about choosing by itself; a volunteer may choose any system all the same. `chassis` empty = any;
    `max_ram_bytes`: made for PCs with no more than that; `prefers_*`: comes first where there is an SSD, a touch screen;
    `auto` False = chosen by a person only, unless the stick has no other.
    """

    name: str
    title: str
    description: str
    min_ram_bytes: int
    comfortable_ram_bytes: int
    min_disk_bytes: int
    cpu_level: int
    priority: int
    max_ram_bytes: int | None = None
    chassis: tuple[Chassis, ...] = ()
    ssd: bool = False
    prefers_ssd: bool = False
    prefers_touch: bool = False
    auto: bool = True
    english: tuple[tuple[str, str], ...] = ()
    """What the table [en] says, title and description; what is not in it is shown in French."""

    @property
    def shown_title(self) -> str:
        """Return the title in the language spoken now."""
        return self._shown("title", self.title)

    @property
    def titled(self) -> Words:
        """Return the title as a text that may go into a record."""
        return titled(self.title, dict(self.english).get("title", self.title))

    @property
    def shown_description(self) -> str:
        """Return the description in the language spoken now."""
        return self._shown("description", self.description)

    def _shown(self, key: str, french: str) -> str:
        return french if language() == DEFAULT else dict(self.english).get(key, french)


@dataclass(frozen=True, slots=True)
class BuildSpec:
    """How a profile's image is built: the [build] table. `components` are sections of the Debian archive."""

    suite: str
    components: tuple[str, ...]
    recommends: bool


@dataclass(frozen=True, slots=True)
class Layer:
    """One squashfs of an image: its file, SHA-256 and size."""

    path: str
    sha256: str
    size_bytes: int


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
    layers: tuple[Layer, ...] = ()
    """What is unpacked first, in order; `path` holds only what differs from them."""
    removed: tuple[str, ...] = ()
    """Files of the layers that this system has not, relative to the root."""
    origin: str | None = field(default=None, compare=False)
    """Address of the folder on the workshop's server that its files are fetched from; None = they lie beside its description."""

    @property
    def fetched_bytes(self) -> int:
        """Return what is fetched over the network, 0 for an image that lies here."""
        return sum(part.size_bytes for part in self.files_to_read) if self.origin else 0

    @property
    def files_to_read(self) -> tuple[Layer, ...]:
        """Return all its files in the order in which they are unpacked, with their hashes and sizes."""
        return (*self.layers, Layer(self.path, self.sha256, self.size_bytes))


def read_profile(folder: str, data: Mapping[str, object]) -> tuple[Profile | None, tuple[str, ...]]:
    """Turn a parsed profile.toml into a Profile. Returns it, or None with every error, each with its path in the file."""
    read = _Reading(f"{folder}/profile.toml", data)
    name = read.text("name")
    if name and name != folder:
        read.wrong("name", N_("« {name} » n'est pas le nom du dossier « {folder} »").format(name=name, folder=folder))
    ram = read.number("needs", "ram_gib", None, 0.25, 1024)
    comfortable = read.number("comfortable", "ram_gib", max(1, ram), 0.25, 1024)
    most = read.number("needs", "max_ram_gib", 0, 0.25, 1024) if read.has("needs", "max_ram_gib") else None
    if comfortable < ram:
        read.wrong(
            "comfortable.ram_gib",
            N_("{comfortable:g} est moins que needs.ram_gib ({ram:g})").format(comfortable=comfortable, ram=ram),
        )
    if most is not None and most < ram:
        read.wrong("needs.max_ram_gib", N_("{most:g} est moins que needs.ram_gib ({ram:g})").format(most=most, ram=ram))
    profile = Profile(
        name=name,
        title=read.text("title"),
        description=read.text("description"),
        min_ram_bytes=int(ram * GIB),
        comfortable_ram_bytes=int(comfortable * GIB),
        min_disk_bytes=int(read.number("needs", "disk_gib", None, 1, 100_000) * GIB),
        cpu_level=read.whole("needs", "cpu_level", 1, 1, 4),
        priority=read.whole("choice", "priority", 0, 0, 100),
        max_ram_bytes=None if most is None else int(most * GIB),
        chassis=read.chassis(),
        prefers_ssd=read.yes("prefers", "ssd"),
        prefers_touch=read.yes("prefers", "touch"),
        ssd=read.yes("needs", "ssd"),
        auto=read.yes("choice", "auto", default=True),
        english=read.english(),
    )
    read.unknown_keys()
    return (None, tuple(read.errors)) if read.errors else (profile, ())


class _Reading:
    """One profile.toml while it is read: every error is kept, with its place."""

    KNOWN = ("name", "title", "description", "needs", "comfortable", "prefers", "choice", "en")
    ELSEWHERE = ("build", "include", "packages", "kind", "image")
    """Read by the builder (read_build, read_include) and by image profiles (core.liveimage)."""
    TABLES: ClassVar = {
        "needs": ("ram_gib", "max_ram_gib", "disk_gib", "cpu_level", "chassis", "ssd"),
        "comfortable": ("ram_gib",),
        "prefers": ("ssd", "touch"),
        "choice": ("priority", "auto"),
        "en": ("title", "description"),
    }

    def __init__(self, where: str, data: Mapping[str, object]) -> None:
        self.where, self.data = where, data
        self.errors: list[str] = []

    def wrong(self, place: str, why: str) -> None:
        self.errors.append(N_("{where}: {place}: {why}").format(where=self.where, place=place, why=why))

    def has(self, table: str, key: str) -> bool:
        return key in self._table(table)

    def text(self, key: str) -> str:
        value = self.data.get(key)
        if not isinstance(value, str) or not value.strip():
            self.wrong(key, N_("un texte est attendu"))
            return ""
        return value.strip()

    def number(self, table: str, key: str, default: float | None, low: float, high: float) -> float:
        value = self._table(table).get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            self.wrong(f"{table}.{key}", N_("un nombre de {low:g} à {high:g} est attendu").format(low=low, high=high))
            return low
        return float(value)

    def whole(self, table: str, key: str, default: int, low: int, high: int) -> int:
        value = self.number(table, key, default, low, high)
        if value != int(value):
            self.wrong(
                f"{table}.{key}", N_("un nombre entier de {low} à {high} est attendu").format(low=low, high=high)
            )
        return int(value)

    def yes(self, table: str, key: str, *, default: bool = False) -> bool:
        value = self._table(table).get(key, default)
        if not isinstance(value, bool):
            self.wrong(f"{table}.{key}", N_("true ou false est attendu"))
        return value is True

    def chassis(self) -> tuple[Chassis, ...]:
        value = self._table("needs").get("chassis", [])
        kinds = [kind.value for kind in Chassis if kind is not Chassis.UNKNOWN]
        if not isinstance(value, list) or any(one not in kinds for one in value):
            self.wrong("needs.chassis", N_("une liste parmi {kinds} est attendue").format(kinds=", ".join(kinds)))
            return ()
        return tuple(Chassis(one) for one in value)

    def english(self) -> tuple[tuple[str, str], ...]:
        found = []
        for key in self.TABLES["en"]:
            value = self._table("en").get(key)
            if value is None:
                continue
            if not isinstance(value, str) or not value.strip():
                self.wrong(f"en.{key}", N_("un texte est attendu"))
                continue
            found.append((key, value.strip()))
        return tuple(found)

    def unknown_keys(self) -> None:
        for key in self.data:
            if key not in (*self.KNOWN, *self.ELSEWHERE):
                self.wrong(key, N_("clé inconnue"))
        for table, known in self.TABLES.items():
            if table in self.data and not isinstance(self.data[table], Mapping):
                self.wrong(table, N_("une table est attendue"))
            for key in self._table(table):
                if key not in known:
                    self.wrong(f"{table}.{key}", N_("clé inconnue"))

    def _table(self, name: str) -> Mapping[str, object]:
        value = self.data.get(name, {})
        return value if isinstance(value, Mapping) else {}


def read_include(folder: str, data: Mapping[str, object]) -> tuple[str | None, tuple[str, ...]]:
    """Read `include`: the shared layer that the profile is built upon, None for none, or None with every error."""
    where = f"{folder}/profile.toml"
    include = data.get("include", [])
    if not isinstance(include, list) or any(not isinstance(one, str) or not NAME.match(one) for one in include):
        return None, (N_("{where}: include: une liste de noms de dossiers est attendue").format(where=where),)
    if len(include) > 1:
        return None, (N_("{where}: include: un seul dossier partagé est possible").format(where=where),)
    if include and "build" in data:
        return None, (
            N_("{where}: build: se règle dans {include}/layer.toml, que ce profil partage").format(
                where=where, include=include[0]
            ),
        )
    return (str(include[0]) if include else None), ()


def wrong_packages(where: str, words: Sequence[str]) -> tuple[str, ...]:
    """Return what is wrong in a list of packages: names that Debian does not allow (policy 5.6.1), and double ones."""
    errors = [
        N_("{where}: « {word} » n'est pas un nom de paquet").format(where=where, word=word)
        for word in words
        if not PACKAGE.match(word)
    ]
    seen: set[str] = set()
    for word in words:
        if word in seen:
            errors.append(N_("{where}: « {word} » deux fois").format(where=where, word=word))
        seen.add(word)
    return tuple(errors)


def read_build(
    folder: str, data: Mapping[str, object], file: str = "profile.toml"
) -> tuple[BuildSpec | None, tuple[str, ...]]:
    """Read the [build] table, all of whose keys may be left out. Returns the spec, or None with every error."""
    where = f"{folder}/{file}: build"
    table = data.get("build", {})
    if not isinstance(table, Mapping):
        return None, (N_("{where}: une table est attendue").format(where=where),)
    errors = [
        N_("{where}.{key}: clé inconnue").format(where=where, key=key)
        for key in table
        if key not in ("suite", "components", "recommends")
    ]
    suite = table.get("suite", "trixie")
    if suite not in SUITES:
        errors.append(N_("{where}.suite: {suites} est attendu").format(where=where, suites=joined(" or ", SUITES)))
    components = table.get("components", ["main"])
    if not isinstance(components, list) or not components or any(one not in COMPONENTS for one in components):
        errors.append(
            N_("{where}.components: une liste parmi {components} est attendue").format(
                where=where, components=", ".join(COMPONENTS)
            )
        )
        components = ["main"]
    elif components[0] != "main":
        errors.append(N_("{where}.components: « main » vient en premier").format(where=where))
    recommends = table.get("recommends", False)
    if not isinstance(recommends, bool):
        errors.append(N_("{where}.recommends: true ou false est attendu").format(where=where))
    if errors:
        return None, tuple(errors)
    return BuildSpec(str(suite), tuple(str(one) for one in components), bool(recommends)), ()


def read_image(path: str, data: Mapping[str, object]) -> tuple[ProfileImage | None, tuple[str, ...]]:
    """Turn the JSON beside an image into a ProfileImage, or None with every error."""
    errors: list[str] = []
    if data.get("schema") != "recond.profile-image/1":
        errors.append(N_("{path}: schema: « recond.profile-image/1 » est attendu").format(path=path))
    for key in ("name", "version", "sha256"):
        if not isinstance(data.get(key), str):
            errors.append(N_("{path}: {key}: un texte est attendu").format(path=path, key=key))
    for key in ("size_bytes", "unpacked_bytes", "files"):
        value = data.get(key)
        if isinstance(value, bool) or not isinstance(value, int) or value <= 0:
            errors.append(N_("{path}: {key}: un nombre positif est attendu").format(path=path, key=key))
    if not SHA256.match(str(data.get("sha256"))):
        errors.append(N_("{path}: sha256: 64 chiffres hexadécimaux sont attendus").format(path=path))
    layers, removed = _read_layers(path, data, errors)
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
        layers=layers,
        removed=removed,
    )
    return image, ()


def _read_layers(path: str, data: Mapping[str, object], errors: list[str]) -> tuple[tuple[Layer, ...], tuple[str, ...]]:
    # Files beside the image, by name alone; what is removed stays inside the root.
    layers, removed = [], []
    told = data.get("layers", [])
    for one in told if isinstance(told, list) else [None]:
        entry = one if isinstance(one, Mapping) else {}
        file, digest, size = entry.get("file"), entry.get("sha256"), entry.get("size_bytes")
        if not isinstance(file, str) or not LAYER.match(file) or not SHA256.match(str(digest)) or type(size) is not int:
            errors.append(N_("{path}: layers: file, sha256 et size_bytes sont attendus").format(path=path))
            continue
        layers.append(Layer(str(PurePosixPath(path).with_name(file)), str(digest), size))
    told = data.get("removed", [])
    for one in told if isinstance(told, list) else [None]:
        if not isinstance(one, str) or one.startswith("/") or not one or ".." in PurePosixPath(one).parts:
            errors.append(N_("{path}: removed: des chemins dans le système sont attendus").format(path=path))
            continue
        removed.append(one)
    return tuple(layers), tuple(removed)
