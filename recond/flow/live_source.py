"""Look into a live system's file: which squashfs it is, where it lies, and whether it can become an installed system."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from recond.core.errors import ConfigurationFault
from recond.core.words import N_, joined
from recond.install.iso9660 import Entry, NotIso, Read, children, find

KNOWN = ("live/filesystem.squashfs", "casper/filesystem.squashfs")
"""Debian and its children (live-boot); Ubuntu, Mint and theirs (casper)."""

SQUASHFS = b"hsqs"
OTHER = N_("prenez une image live de Debian, Mint, Emmabuntüs ou PrimTux dont la racine est un filesystem.squashfs")


@dataclass(frozen=True, slots=True)
class Found:
    """A squashfs in a file: path inside the ISO ("" = the file is the squashfs), place and length in bytes; the kernels
    that lie beside it as (name, offset, length)."""

    path: str
    offset: int
    size: int
    kernels: tuple[tuple[str, int, int], ...] = ()


@contextmanager
def opened(path: Path) -> Iterator[tuple[BinaryIO, Read]]:
    """Open a file for reading in pieces. Raises ConfigurationFault when it cannot be read."""
    try:
        with path.open("rb") as file:

            def read(offset: int, length: int) -> bytes:
                file.seek(offset)
                return file.read(length)

            yield file, read
    except OSError as error:
        raise ConfigurationFault(
            N_("{path} ne se lit pas : {strerror}").format(path=path, strerror=error.strerror)
        ) from error


def look(path: Path, wanted: str = "auto") -> Found:
    """Find the squashfs. Raises ConfigurationFault that says what the file has instead."""
    with opened(path) as (file, read):
        try:
            found = _in_iso(read, path.name, wanted) if read(0, 4) != SQUASHFS else Found("", 0, _length(file))
        except NotIso as error:
            raise ConfigurationFault(f"{path.name} : {error}", OTHER) from error
        size = _squashfs_bytes(read, found, path.name, _length(file))
        return Found(found.path, found.offset, size, found.kernels)


def _length(file: BinaryIO) -> int:
    return file.seek(0, 2)


def _in_iso(read: Read, name: str, wanted: str) -> Found:
    entry = find(read, wanted) if wanted != "auto" else next(filter(None, (find(read, one) for one in KNOWN)), None)
    if entry is None and wanted != "auto":
        raise ConfigurationFault(
            N_("{name} n'a pas de fichier {wanted}").format(name=name, wanted=wanted),
            N_("corrigez image.squashfs dans profile.toml"),
        )
    if entry is None:
        entry = _only_one(read, name)
    if entry.folder:
        raise ConfigurationFault(
            N_("{path} dans {name} est un dossier").format(path=entry.path, name=name), N_("corrigez image.squashfs")
        )
    parent = find(read, entry.path.rpartition("/")[0])
    beside = tuple(children(read, parent)) if parent else ()
    kernels = tuple(
        (one.path.rpartition("/")[2], one.offset, one.size)
        for one in beside
        if not one.folder and one.path.rpartition("/")[2].startswith("vmlinuz")
    )
    return Found(entry.path, entry.offset, entry.size, kernels)


def _only_one(read: Read, name: str) -> Entry:
    seen = []
    for place in ("live", "casper"):
        folder = find(read, place)
        if folder is not None and folder.folder:
            seen += [one for one in children(read, folder) if one.path.endswith(".squashfs")]
    if len(seen) == 1:
        return seen[0]
    if not seen:
        raise ConfigurationFault(
            N_("{name} n'a pas de squashfs dans live/ ni casper/ : ce n'est pas une image live").format(name=name),
            OTHER,
        )
    layers = ", ".join(one.path for one in seen[:6])
    raise ConfigurationFault(
        N_("{name} est fait de plusieurs couches ({layers}) : recond installe une racine d'une seule pièce").format(
            name=name, layers=layers
        ),
        OTHER,
    )


def _squashfs_bytes(read: Read, found: Found, name: str, length: int) -> int:
    # Superblock of squashfs 4.0: magic, at 28 the version, at 40 the bytes used.
    head = read(found.offset, 96)
    if len(head) < 96 or head[:4] != SQUASHFS or struct.unpack_from("<HH", head, 28) != (4, 0):
        raise ConfigurationFault(N_("{path} n'est pas un squashfs 4.0").format(path=found.path or name), OTHER)
    used: int = struct.unpack_from("<Q", head, 40)[0]
    lacking = max(used - found.size, found.offset + used - length)
    if lacking > 0:
        raise ConfigurationFault(
            N_("{name} est coupé : il manque {lacking} octets").format(name=name, lacking=lacking),
            N_("téléchargez-le à nouveau"),
        )
    return used


@dataclass(frozen=True, slots=True)
class System:
    """What a live root says of itself. `version`, `title` from os-release; `kernel`: the one to take from the ISO (its
    version), None when the root has its own."""

    title: str
    version: str
    kernel: str | None


def judge(root: Path, kernels: tuple[tuple[str, int, int], ...]) -> System:
    """Look at a mounted live root. Raises ConfigurationFault listing everything that stands in the way."""
    wrong = [
        text
        for text, good in (
            (N_("ce n'est pas un système à paquets Debian (dpkg)"), (root / "var/lib/dpkg/status").is_file()),
            (N_("il n'a pas Python 3, que les premières questions demandent"), _program(root, "python3")),
            (N_("il n'a pas apt-get"), _program(root, "apt-get")),
            (N_("il ne démarre pas par systemd"), (root / "usr/lib/systemd/systemd").exists()),
            (
                N_("il n'a pas initramfs-tools, qui fait l'initrd"),
                (root / "etc/initramfs-tools/initramfs.conf").exists(),
            ),
        )
        if not good
    ]
    own = sorted(path.name for path in (root / "boot").glob("vmlinuz-*"))
    modules = sorted(path.name for path in (root / "usr/lib/modules").glob("*") if (path / "modules.dep").exists())
    kernel = None
    if not own and kernels and len(modules) == 1:
        kernel = modules[0]
    elif not own:
        wrong.append(N_("il n'a pas de noyau dans /boot"))
    if wrong:
        raise ConfigurationFault(
            N_("ce système ne peut pas être installé : {wrong}").format(wrong=joined("; ", wrong)), OTHER
        )
    told = os_release((root / "usr/lib/os-release").read_text(errors="replace"))
    return System(told.get("PRETTY_NAME", "Linux"), told.get("VERSION_ID", "0"), kernel)


def _program(root: Path, name: str) -> bool:
    return any((root / folder / name).is_symlink() or (root / folder / name).exists() for folder in ("usr/bin", "bin"))


def os_release(text: str) -> dict[str, str]:
    """Return the values of an os-release file (os-release(5))."""
    pairs = (re.match(r"""([A-Z0-9_]+)=(["']?)(.*)\2$""", line.strip()) for line in text.splitlines())
    return {found[1]: found[3] for found in pairs if found}


Tell = Callable[[str, float | None], None]
