"""Make an image profile from a live ISO: look into it, hash it, list its files, take the start kit, write the folder.

Nothing of the ISO is run here. The start kit is what a live root lacks to start from a disk in both firmwares and to ask
its owner's first questions; it is taken out of one of recond's own images.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import math
import os
import re
import shutil
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from recond.core.errors import ConfigurationFault, EnvironmentFault, UsageError
from recond.core.installing import EXT4_SHARE, SPARE
from recond.core.liveimage import FACTS, KIT, MANIFEST, SCHEMA, ImageTable, is_image_profile, read_table
from recond.core.ports import Command, Host, must
from recond.core.profile import GIB, ProfileImage, read_profile
from recond.core.words import N_, joined
from recond.flow.live_source import Found, System, Tell, judge, look
from recond.install.unpack import verify_image

BLOCK = 4096
CHUNK = 4 << 20
NAME = re.compile(r"[a-z][a-z0-9-]{1,39}")

KIT_PATHS = (
    *("boot/grub", "usr/lib/shim", "usr/lib/grub/x86_64-efi-signed", "usr/lib/recond"),
    *("etc/systemd/system/recond-*", "etc/systemd/system/getty@tty1.service.d"),
    *("etc/systemd/system/*.wants/recond-*", "etc/udev/rules.d/90-recond-serial.rules"),
)
"""Of recond's image: GRUB for both firmwares, and the first start."""


def add(
    host: Host, source: Path, home: Path, donor: ProfileImage | None, *, name: str | None, replace: bool, tell: Tell
) -> Path:
    """Make the folder `home`/NAME from an ISO, or finish a folder that has its profile.toml and ISO. Returns the folder.

    Raises UsageError, ConfigurationFault or EnvironmentFault; a folder is there whole or not at all.
    """
    if donor is None:
        raise ConfigurationFault(
            N_("aucune image de recond ici, d'où prendre GRUB et le premier démarrage"),
            N_("ajoutez debian-base (make profiles)"),
        )
    if source.is_dir():
        table, described = _described(source)
        file, folder = source / table.file, source
    else:
        file, described, table = source, None, None
        chosen = name or _name_of(source)
        if not NAME.fullmatch(chosen):
            raise UsageError(
                N_("« {chosen} » ne peut pas être un nom de système").format(chosen=chosen),
                N_("lettres minuscules, chiffres et tirets"),
            )
        folder = home / chosen
        if folder.exists() and not replace:
            raise UsageError(
                N_("{folder} existe déjà").format(folder=folder),
                N_("autre nom : --name N ; ou à la place de l'ancien : --replace"),
            )
    found = look(file, table.squashfs if table else "auto")
    verify_image(donor)
    digest = _sha256(file, lambda share: tell("SHA-256", share))
    if table is not None and digest != table.sha256:
        raise ConfigurationFault(
            N_("{file} est abîmé : son SHA-256 n'est pas celui de profile.toml").format(file=file),
            N_("téléchargez-le à nouveau"),
        )
    home.mkdir(parents=True, exist_ok=True)
    with _beside(home, folder.name) as work:
        with mounted(host, file, found, work / "root") as root:
            system = judge(root, found.kernels)
            files, unpacked = write_manifest(root, work / MANIFEST, lambda share: tell(N_("Liste des fichiers"), share))
        tell(N_("Nécessaire de démarrage"), None)
        _kit(host, donor, work)
        if described is None:
            (work / "profile.toml").write_text(
                _toml(folder.name, system, file.name, digest, unpacked), encoding="utf-8"
            )
        facts = {
            **_facts(found, system, work),
            "file": file.name,
            "sha256": digest,
            "size_bytes": file.stat().st_size,
            "unpacked_bytes": unpacked,
            "files": files,
        }
        (work / FACTS).write_text(json.dumps(facts, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        tell(N_("Copie"), None)
        _place(work, file, folder)
    return folder


def _described(folder: Path) -> tuple[ImageTable, dict[str, object]]:
    where = f"{folder}/profile.toml"
    try:
        data = tomllib.loads(Path(where).read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(
            joined(": ", (where, error.strerror)), N_("donnez un fichier .iso, ou un dossier avec son profile.toml")
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationFault(joined(": ", (where, error))) from error
    if not is_image_profile(data):
        raise ConfigurationFault(N_('{where} : kind = "image" est attendu').format(where=where))
    _unused, errors = read_profile(folder.name, data)
    table, more = read_table(where, data)
    if errors or table is None:
        raise ConfigurationFault("\n".join((*errors, *more)))
    return table, data


def _name_of(source: Path) -> str:
    plain = re.sub(r"[^a-z0-9]+", "-", source.stem.lower()).strip("-")
    return re.sub(r"^[^a-z]+", "", plain)[:40].strip("-")


def _sha256(path: Path, tell: Callable[[float], None]) -> str:
    digest = hashlib.sha256()
    size = max(1, path.stat().st_size)
    done = 0
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            done += len(chunk)
            tell(done / size)
    return digest.hexdigest()


@contextmanager
def _beside(home: Path, name: str) -> Iterator[Path]:
    work = home / f".{name}.{os.getpid()}"
    work.mkdir()
    try:
        yield work
    finally:
        # A mount that could not be undone must not be emptied.
        if not os.path.ismount(work / "root"):
            shutil.rmtree(work, ignore_errors=True)


@contextmanager
def mounted(host: Host, file: Path, found: Found, root: Path) -> Iterator[Path]:
    """Mount the squashfs inside a file, for reading only."""
    root.mkdir()
    options = f"loop,ro,nosuid,nodev,noexec,offset={found.offset},sizelimit={-(-found.size // BLOCK) * BLOCK}"
    mount = ("mount", "--types", "squashfs", "--options", options, str(file), str(root))
    must(host, Command(mount), hint=N_("à faire en root, sur la clé ou sur un PC avec Linux"))
    try:
        yield root
    finally:
        must(host, Command(("umount", str(root)), timeout_s=120))


def write_manifest(root: Path, target: Path, tell: Callable[[float], None]) -> tuple[int, int]:
    """Write "SHA-256  path" of every regular file; return how many there are and the bytes that they take on ext4."""
    names, unpacked = [], 0
    for base, folders, files in os.walk(root):
        unpacked += BLOCK * len(folders)
        names += [Path(base, one) for one in files]
    lines = []
    for number, path in enumerate(sorted(names)):
        name = os.fsencode(path.relative_to(root))
        if path.is_symlink() or not path.is_file() or b"\n" in name:
            continue
        with path.open("rb") as file:
            lines.append(hashlib.file_digest(file, "sha256").hexdigest().encode() + b"  " + name + b"\n")
        unpacked += -(-path.stat().st_size // BLOCK) * BLOCK
        if number % 256 == 0:
            tell(number / len(names))
    with gzip.GzipFile(target, "wb", mtime=0) as stream:
        stream.write(b"".join(lines))
    return len(lines), unpacked


def _kit(host: Host, donor: ProfileImage, work: Path) -> None:
    tree = work / "kit"
    # -no-xattrs and no -strict-errors: a pattern that fits nothing is none of ours to refuse; what must be there is asked.
    for part in donor.files_to_read:
        argv = ("unsquashfs", "-no-progress", "-force", "-dest", str(tree), part.path, *KIT_PATHS)
        host.run(Command(argv, timeout_s=600))
    wanted = ("boot/grub/i386-pc/core.img", "usr/lib/shim/shimx64.efi.signed", "usr/lib/recond/welcome")
    if lacking := [name for name in wanted if not (tree / name).is_file()]:
        raise ConfigurationFault(
            N_("l'image {path} n'a pas {lacking}").format(path=donor.path, lacking=", ".join(lacking)),
            N_("refaites-la : make profiles"),
        )
    pack = ("mksquashfs", str(tree), str(work / KIT), "-noappend", "-no-progress", "-quiet", "-comp", "zstd")
    must(host, Command(pack, timeout_s=600))
    shutil.rmtree(tree)


def _facts(found: Found, system: System, work: Path) -> dict[str, object]:
    kernel = next(((one[1], one[2]) for one in found.kernels), None) if system.kernel else None
    return {
        "schema": SCHEMA,
        "version": f"{system.version}-{datetime.now(UTC):%Y%m%d}",
        "squashfs": found.path or "-",
        "offset_bytes": found.offset,
        "squashfs_bytes": found.size,
        "kernel": [system.kernel, *kernel] if kernel else None,
        "manifest_sha256": _sha256(work / MANIFEST, lambda share: None),
        "kit_sha256": _sha256(work / KIT, lambda share: None),
    }


def _toml(name: str, system: System, file: str, digest: str, unpacked: int) -> str:
    disk = math.ceil((unpacked + SPARE) / (1 - EXT4_SHARE) / GIB + 1)
    title = json.dumps(system.title, ensure_ascii=False)
    return f"""\
# Écrit par recond profile add ; à relire et à compléter (les besoins, surtout).
kind = "image"
name = "{name}"
title = {title}
description = {title}

[needs]
ram_gib = 2
disk_gib = {disk}
cpu_level = 1

[comfortable]
ram_gib = 4

[choice]
priority = 0 # au-dessus d'un autre système pour être choisi avant lui

[image]
file = {json.dumps(file, ensure_ascii=False)}
sha256 = "{digest}"
squashfs = "auto"
remove = [] # d'autres paquets que ceux d'un système live, à retirer
"""


def _place(work: Path, file: Path, folder: Path) -> None:
    (work / "root").rmdir()
    if file.parent == folder:
        # The description comes last: without it the folder counts as unfinished.
        for name in (MANIFEST, KIT, FACTS):
            (work / name).replace(folder / name)
        return
    try:
        os.link(file, work / file.name)
    except OSError:
        _copy(file, work / file.name)
    old = folder.with_name(f".{folder.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    work.rename(folder)
    os.sync()
    shutil.rmtree(old, ignore_errors=True)


def _copy(file: Path, target: Path) -> None:
    room = os.statvfs(target.parent)
    free, size = room.f_bavail * room.f_frsize, file.stat().st_size
    if free < size + (16 << 20):
        raise EnvironmentFault(
            N_("pas assez de place dans {parent} : {free} Mo libres, {size} nécessaires").format(
                parent=target.parent.parent, free=free >> 20, size=size >> 20
            ),
            N_("retirez un système de la clé, ou prenez une clé plus grande"),
        )
    shutil.copyfile(file, target)
