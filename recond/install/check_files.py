"""The installed files against the image's manifest, and what must be there for the system to start and to be its own."""

from __future__ import annotations

import hashlib
import os
import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from recond.core.installing import MIB
from recond.core.words import N_
from recond.install import livefiles, manifest
from recond.install.context import Access, Context

NAME = "check-files"
TITLE = N_("Contrôle des fichiers")
ORDER = 90
ACCESS = Access.READING
WEIGHT = 8

SAMPLE = 1000
"""Files drawn by chance from an image that has more, beside those that start it: damage to 1 % of the files goes unseen
once in 23,000 times. That every file is there is looked at always; `InstallSettings.check_all` reads all back."""

ALWAYS = ("boot/", "usr/lib/systemd/", "usr/lib/shim/", "etc/systemd/", "etc/initramfs-tools/")
MIN_FREE = 128 * MIB
BATCH = 32
"""Files that a thread takes at once."""

PIECE = 256 << 10
"""Bytes read at once."""


def run(ctx: Context) -> None:
    """Everything is read through a new, read-only mount."""
    _manifest(ctx)
    _boot_files(ctx)
    _identity(ctx)
    room = os.statvfs(ctx.root)
    free = room.f_bavail * room.f_frsize
    ctx.check("free-space", free >= MIN_FREE, N_("place libre : {free} Mo").format(free=free // MIB))


def _manifest(ctx: Context) -> None:
    try:
        entries = manifest.entries(ctx)
    except (OSError, ValueError, EOFError) as error:
        ctx.check("manifest", False, N_("la liste des fichiers de l'image ne se lit pas : {error}").format(error=error))
        return
    if len(entries) != ctx.image.files:
        ctx.check(
            "manifest",
            False,
            N_("la liste des fichiers a {count} lignes au lieu de {files}").format(
                count=len(entries), files=ctx.image.files
            ),
        )
        return
    meant = [one for one in entries if one[1] not in ctx.changed and not livefiles.settled(ctx, one[1])]
    share = 1.0 if ctx.settings.check_all or len(meant) <= SAMPLE else SAMPLE / len(meant)
    chosen = [one for one in meant if share == 1.0 or _picked(one[1], share)]
    with ThreadPoolExecutor(max_workers=1) as beside:  # folders are walked while files are read
        walk = beside.submit(_regular_files, ctx)
        bad = _compare(ctx, chosen)
        there = walk.result()
    bad = [name for _, name in meant if name not in there] or bad
    how = (
        N_("relus sur le disque, identiques à l'image")
        if share == 1.0
        else N_("tirés au sort, relus, identiques à l'image")
    )
    text = N_("{count} fichiers de l'image présents, {count2} {how}").format(
        count=len(meant), count2=len(chosen), how=how
    )
    ctx.check(
        "manifest",
        not bad,
        text
        if not bad
        else N_("{count} fichiers différents de l'image : {bad}").format(count=len(bad), bad=", ".join(bad[:5])),
    )


def _picked(name: str, share: float) -> bool:
    return name.startswith(ALWAYS) or random.random() < share


def _compare(ctx: Context, entries: Sequence[tuple[str, str]]) -> list[str]:
    """Return the names whose content on the disk is not what the image had."""
    base = f"{ctx.root}/"
    batches = [entries[at : at + BATCH] for at in range(0, len(entries), BATCH)]

    def wrong(batch: Sequence[tuple[str, str]]) -> list[str]:
        return [name for meant, name in batch if _digest(base + name) != meant]

    bad = []
    with ThreadPoolExecutor(max_workers=min(4, os.cpu_count() or 1)) as pool:
        for number, found in enumerate(pool.map(wrong, batches)):
            bad += found
            ctx.tell(number / len(batches))
    return bad


def _digest(path: str) -> str | None:
    # Thousands of small files: the system calls alone, without pathlib's and io's objects, take a fifth of the time.
    digest = hashlib.sha256()
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            while piece := os.read(descriptor, PIECE):
                digest.update(piece)
        finally:
            os.close(descriptor)
    except OSError:
        return None
    return digest.hexdigest()


def _boot_files(ctx: Context) -> None:
    kernel, initrd = (f"boot/{stem}-{ctx.kernel}" for stem in ("vmlinuz", "initrd.img"))
    there = all(_size(ctx.root / name) > 0 for name in (kernel, initrd))
    ctx.check("kernel", there, N_("noyau et initrd {kernel}").format(kernel=ctx.kernel))
    menu = _text(ctx.root / "boot/grub/grub.cfg")
    named = ctx.root_uuid in menu and f"/{kernel} " in menu and f"/{initrd}\n" in menu
    ctx.check("grub-menu", named, N_("le menu de GRUB désigne ce noyau et ce disque"))
    modules = not ctx.bios_possible or _size(ctx.root / "boot/grub/i386-pc/normal.mod") > 0
    ctx.check("grub-modules", modules, N_("modules de GRUB pour BIOS"))


def _identity(ctx: Context) -> None:
    table = _text(ctx.root / "etc/fstab")
    ctx.check(
        "fstab", f"UUID={ctx.root_uuid} / " in table and f"UUID={ctx.esp_uuid} " in table, N_("fstab par identifiants")
    )
    name = _text(ctx.root / "etc/hostname").strip()
    ctx.check(
        "hostname", name == ctx.settings.hostname, N_("nom de l'ordinateur : {name}").format(name=name or N_("aucun"))
    )
    own = _text(ctx.root / "etc/machine-id").strip() == "" and not list((ctx.root / "etc/ssh").glob("ssh_host_*"))
    ctx.check("identity", own, N_("ni identifiant de machine ni clé SSH partagés"))


def _regular_files(ctx: Context) -> set[str]:
    # By the folders alone: no file's own block is read for it, which on a hard disk would be a seek each. find's process
    # walks beside our own, which hashes.
    argv = ("find", str(ctx.root), "-xdev", "-type", "f", "-printf", "%P\\0")
    return set(os.fsdecode(ctx.look(*argv, timeout_s=1800).stdout).split("\0"))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _text(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""
