"""An image profile: a live ISO (or a bare squashfs) of a free system, pointed at by a folder of the stick.

The folder holds `profile.toml` (kind = "image": what a person says), the ISO, and `image.json` (`recond.image-profile/1`:
what `recond profile add` found in the ISO) beside the two files that it made, the manifest and the start kit.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from recond.core.words import N_, joined

SCHEMA = "recond.image-profile/1"
DIGEST = re.compile(r"[0-9a-f]{64}")
PATTERN = re.compile(r"[a-z0-9*?][a-z0-9+.*?-]*")
"""A Debian package's name, with * and ? for the rest (Debian policy 5.6.1)."""

REMOVE = (
    *("live-boot*", "live-config*", "live-tools", "live-task-*", "live-installer*", "live-clone-installer*"),
    *("calamares*", "casper*", "ubiquity*", "lupin-*", "debian-installer-launcher", "mint-live-session"),
)
"""Packages that make a system a live one, or that install it: of Debian, Ubuntu and Mint, and systems made from them."""


@dataclass(frozen=True, slots=True)
class LiveRoot:
    """Where the root of a live system lies in its file, and what turns it into an installed one.

    `squashfs`: its path inside the ISO. `kernel`: (version, offset, length) of a kernel that the ISO keeps beside the
    root, None when the root has its own. `manifest`, `kit`: files beside the ISO, with their SHA-256. `remove`: patterns
    of packages.
    """

    squashfs: str
    offset_bytes: int
    squashfs_bytes: int
    manifest: str
    manifest_sha256: str
    kit: str
    kit_sha256: str
    remove: tuple[str, ...] = REMOVE
    kernel: tuple[str, int, int] | None = None

    def removes(self, package: str) -> bool:
        """Tell whether a package of the live system does not belong on an installed PC."""
        return any(fnmatchcase(package, pattern) for pattern in self.remove)


@dataclass(frozen=True, slots=True)
class ImageTable:
    """The [image] table of profile.toml: the file's name in the folder, its SHA-256, the squashfs in it ("auto" = find
    it), more packages to remove."""

    file: str
    sha256: str
    squashfs: str
    remove: tuple[str, ...]


def is_image_profile(data: Mapping[str, object]) -> bool:
    """Tell whether a parsed profile.toml is that of an image profile."""
    return data.get("kind") == "image"


def read_table(where: str, data: Mapping[str, object]) -> tuple[ImageTable | None, tuple[str, ...]]:
    """Read the [image] table. Returns it, or None with every error, each with its path in the file."""
    table = data.get("image")
    if not isinstance(table, Mapping):
        return None, (N_("{where}: image: une table est attendue (file, sha256)").format(where=where),)
    errors = [
        N_("{where}: image.{key}: clé inconnue").format(where=where, key=key)
        for key in table
        if key not in ImageTable.__slots__
    ]
    file, digest, squashfs = table.get("file"), table.get("sha256"), table.get("squashfs", "auto")
    if not isinstance(file, str) or not file or PurePosixPath(file).name != file:
        errors.append(N_("{where}: image.file: le nom d'un fichier de ce dossier est attendu").format(where=where))
    if not isinstance(digest, str) or not DIGEST.fullmatch(digest):
        errors.append(N_("{where}: image.sha256: 64 chiffres hexadécimaux sont attendus").format(where=where))
    if not isinstance(squashfs, str) or not squashfs or ".." in PurePosixPath(squashfs).parts:
        errors.append(N_("{where}: image.squashfs: « auto » ou un chemin dans l'ISO est attendu").format(where=where))
    remove = table.get("remove", [])
    if not isinstance(remove, list) or any(not isinstance(one, str) or not PATTERN.fullmatch(one) for one in remove):
        errors.append(
            N_("{where}: image.remove: une liste de noms de paquets est attendue (* et ? permis)").format(where=where)
        )
        remove = []
    if errors:
        return None, tuple(errors)
    return ImageTable(str(file), str(digest), str(squashfs), tuple(str(one) for one in remove)), ()


def read_facts(
    where: str, data: Mapping[str, object], table: ImageTable
) -> tuple[dict[str, int | str], LiveRoot | None, tuple[str, ...]]:
    """Read image.json. Returns (version, size_bytes, unpacked_bytes, files), the root, and what is wrong with it."""
    again = N_("refaites : recond profile add")
    if data.get("schema") != SCHEMA:
        return (
            {},
            None,
            (
                N_("{where}: schema: « {schema} » est attendu ; {again}").format(
                    where=where, schema=SCHEMA, again=again
                ),
            ),
        )
    if (data.get("file"), data.get("sha256")) != (table.file, table.sha256):
        return (
            {},
            None,
            (N_("{where}: profile.toml désigne un autre fichier depuis ; {again}").format(where=where, again=again),),
        )
    errors = [
        N_("{where}: {key}: un texte est attendu").format(where=where, key=key)
        for key in TEXTS
        if not isinstance(data.get(key), str)
    ]
    errors += [
        N_("{where}: {key}: un nombre positif est attendu").format(where=where, key=key)
        for key in NUMBERS
        if not _positive(data.get(key))
    ]
    errors += [
        N_("{where}: {key}: 64 chiffres hexadécimaux sont attendus").format(where=where, key=key)
        for key in ("manifest_sha256", "kit_sha256")
        if not DIGEST.fullmatch(str(data.get(key)))
    ]
    offset, kernel = data.get("offset_bytes"), data.get("kernel")
    if not isinstance(offset, int) or offset < 0 or not (kernel is None or _kernel(kernel)):
        errors.append(joined(": ", (where, "offset_bytes, kernel", N_("inattendus"), again)))
    if errors:
        return {}, None, tuple(errors)
    root = LiveRoot(
        squashfs=str(data["squashfs"]),
        offset_bytes=int(str(offset)),
        squashfs_bytes=int(str(data["squashfs_bytes"])),
        manifest=str(PurePosixPath(where).parent / MANIFEST),
        manifest_sha256=str(data["manifest_sha256"]),
        kit=str(PurePosixPath(where).parent / KIT),
        kit_sha256=str(data["kit_sha256"]),
        remove=(*REMOVE, *table.remove),
        kernel=(str(kernel[0]), int(kernel[1]), int(kernel[2])) if isinstance(kernel, list) else None,
    )
    facts: dict[str, int | str] = {"version": str(data["version"])}
    facts |= {key: int(str(data[key])) for key in ("size_bytes", "unpacked_bytes", "files")}
    return facts, root, ()


TEXTS = ("version", "squashfs")
NUMBERS = ("size_bytes", "unpacked_bytes", "files", "squashfs_bytes")
MANIFEST, KIT, FACTS = "manifest.txt.gz", "kit.squashfs", "image.json"
"""Files that `recond profile add` makes in the folder."""


def _positive(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _kernel(value: object) -> bool:
    return isinstance(value, list) and len(value) == 3 and isinstance(value[0], str) and all(map(_positive, value[1:]))
