"""Unpack the image onto the new root file system, and the image's own proof: its SHA-256."""

from __future__ import annotations

import hashlib
import os
import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from recond.core.errors import ConfigurationFault, InstallFailed
from recond.core.ports import Command
from recond.core.profile import Layer, ProfileImage
from recond.core.words import N_, joined
from recond.install import manifest
from recond.install.context import HINT, Access, Context

NAME = "unpack"
TITLE = N_("Copie du système")
ORDER = 30
ACCESS = Access.WRITING
WEIGHT = 60

CHUNK = 4 << 20
PERCENT = re.compile(r"(\d{1,3})%")
DEADLINE_S = 3 * 3600
"""Old hard disks and USB 1 sticks are slow; a desktop has 4 GB."""


def verify_image(image: ProfileImage, tell: Callable[[float], None] = lambda share: None) -> None:
    """Read the image whole and compare its SHA-256 with the one it was built with; of an image profile also its own files.
    Nothing was modified when it raises.

    Raises ConfigurationFault when the image is damaged, cut short or cannot be read.
    """
    hint = N_("recopiez l'image sur la clé, ou refaites-la (make profiles)")
    if image.live is not None:
        hint = N_("recopiez l'image sur la clé, ou refaites : recond profile add")
        for path, meant in ((image.live.kit, image.live.kit_sha256), (image.live.manifest, image.live.manifest_sha256)):
            if _digest(path) != meant:
                raise ConfigurationFault(
                    N_("{path} est abîmé : son SHA-256 n'est pas celui attendu").format(path=path), hint
                )
    told = _Told(tell, sum(part.size_bytes for part in image.files_to_read))
    with ThreadPoolExecutor(max_workers=min(len(image.files_to_read), os.cpu_count() or 1)) as pool:
        for wrong in pool.map(lambda part: _wrong(part, told), image.files_to_read):
            if wrong is not None:
                raise ConfigurationFault(wrong, hint)


class _Told:
    """Adds up what several threads have read, and tells it."""

    def __init__(self, tell: Callable[[float], None], whole: int) -> None:
        self.tell, self.whole, self.done = tell, whole, 0
        self.lock = threading.Lock()

    def __call__(self, more: int) -> None:
        with self.lock:
            self.done += more
            self.tell(min(1.0, self.done / self.whole))


def _wrong(part: Layer, told: _Told) -> str | None:
    digest, done = hashlib.sha256(), 0
    try:
        with Path(part.path).open("rb") as file:
            while chunk := file.read(CHUNK):
                digest.update(chunk)
                done += len(chunk)
                told(len(chunk))
    except OSError as error:
        return N_("l'image {path} ne se lit pas : {strerror}").format(path=part.path, strerror=error.strerror)
    if done != part.size_bytes:
        return N_("l'image {path} fait {done} octets au lieu de {size_bytes}").format(
            path=part.path, done=done, size_bytes=part.size_bytes
        )
    if digest.hexdigest() != part.sha256:
        return N_("l'image {path} est abîmée : son SHA-256 n'est pas celui attendu").format(path=part.path)
    return None


def _digest(path: str) -> str | None:
    try:
        with Path(path).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None


def run(ctx: Context) -> None:
    """unsquashfs onto the mounted root, the layers first; what the system has not of them is removed before the last.

    It dies with recond (setpriv), so that a resumed run finds the disk free. Any exit status but 0 is a failure: 2 means
    that some file could not be written as it was.
    """
    before, whole = 0, sum(part.size_bytes for part in ctx.image.files_to_read)
    for part in ctx.image.layers:
        _unpack(ctx, part.path, before / whole, part.size_bytes / whole)
        before += part.size_bytes
    for name in ctx.image.removed:
        ctx.inside(name).unlink(missing_ok=True)
    _unpack(ctx, ctx.image.path, before / whole, ctx.image.size_bytes / whole)
    manifest.begin(ctx)


def _unpack(ctx: Context, path: str, start: float, share: float) -> None:
    # `start`, `share`: where this file begins in the whole, and its part of it, for the progress told.
    def line(text: str) -> None:
        found = PERCENT.search(text)
        if found:
            ctx.tell(min(1.0, start + share * min(100, int(found[1])) / 100))

    place = ("-offset", str(ctx.image.live.offset_bytes)) if ctx.image.live is not None else ()
    argv = ("setpriv", "--pdeathsig", "KILL", "unsquashfs", "-force", *place, "-dest", str(ctx.root), path)
    target = ctx.path(ctx.layout.root)
    done = ctx.host.run(Command(argv, timeout_s=DEADLINE_S, destroys=target, on_line=line), ctx.warrant)
    if done.ok:
        return
    if b"No space left on device" in done.stderr or b"No space left on device" in done.stdout:
        raise InstallFailed(
            N_("{disk} est plein avant la fin de la copie").format(disk=ctx.disk.describe()),
            N_("prenez un disque plus grand"),
        )
    errors = [text for text in done.stderr.decode("utf-8", "replace").splitlines() if text.strip()]
    why = (
        done.explain()
        if done.why
        else N_("unsquashfs a échoué (code {status}) : {errors}").format(
            status=done.status, errors=" / ".join(errors[:2])[:300]
        )
    )
    raise InstallFailed(joined(": ", (ctx.disk.describe(), why)), HINT)
