"""Fetch the image from the workshop's server onto the new root file system: a PC started over the network has no stick.

The disk and not the memory takes it: a desktop's image is larger than the memory of many a donated PC. Every byte goes into
the SHA-256 that the signed description holds, and nothing is unpacked of a file that is not that one.
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from recond.core.errors import ConfigurationFault, EnvironmentFault, InstallFailed
from recond.core.profile import Layer, ProfileImage
from recond.core.words import N_, joined
from recond.install import remote
from recond.install.context import Access, Context

NAME = "fetch"
TITLE = N_("Réception du système")
ORDER = 25
ACCESS = Access.WRITING
WEIGHT = 60

FOLDER = ".recond-received"
STEP = 1 << 20
PATIENCE_S = 90.0
"""No new mebibyte for that long, whatever was tried: the server is gone, or no network that an installation can wait for."""

AGAIN = N_("voyez le serveur (recond serve --netboot) et le câble, puis relancez l'installation")
DAMAGED = N_("le disque n'a pas de système ; sur le serveur, remettez une image entière (make image) et relancez")


def demand(image: ProfileImage) -> None:
    """Ask for each file before anything is written: whether the server is there, and whether it has it in its size.

    Raises EnvironmentFault or ConfigurationFault.
    """
    for part in image.files_to_read:
        url = _url(image, part)
        try:
            with remote.opened(
                url, max(0, part.size_bytes - 1)
            ) as arriving:  # its last byte: a question, not a fetching
                if arriving.whole != part.size_bytes:
                    raise ConfigurationFault(_short(part, arriving.whole), DAMAGED)
        except remote.Unreachable as error:
            raise EnvironmentFault(joined(": ", (url, error)), AGAIN) from error
        except remote.Wrong as error:
            raise ConfigurationFault(joined(": ", (url, error)), AGAIN) from error


def wanted(ctx: Context) -> bool:
    """Only for an image that does not lie here."""
    return ctx.image.origin is not None


def run(ctx: Context) -> None:
    """Raises InstallFailed when the server goes away for too long, or sends something else than what was signed."""
    folder = ctx.inside(FOLDER)
    folder.mkdir(mode=0o700)
    before, whole = 0, ctx.image.fetched_bytes
    here: list[Layer] = []
    for part in ctx.image.files_to_read:
        target = folder / Path(part.path).name
        _Fetching(ctx, part, before, whole).into(target)
        here.append(replace(part, path=str(target)))
        before += part.size_bytes
    ctx.notes.append(N_("image reçue de {url}, conforme à son SHA-256").format(url=ctx.image.origin))
    ctx.image = replace(ctx.image, path=here[-1].path, layers=tuple(here[:-1]), origin=None)
    ctx.received = folder


class _Fetching:
    """One file on its way. `before` of `whole` bytes came with the files before it."""

    def __init__(self, ctx: Context, part: Layer, before: int, whole: int) -> None:
        self.ctx, self.part, self.before, self.whole = ctx, part, before, whole
        self.url = _url(ctx.image, part)
        self.done, self.digest = 0, hashlib.sha256()
        self.best, self.best_s = 0, self._now()

    def into(self, target: Path) -> None:
        why = ""
        with target.open("wb") as file:
            while self.done < self.part.size_bytes:
                self._in_time(why)
                try:
                    self._some(file)
                except remote.Unreachable as error:
                    why = str(error)
                    time.sleep(1)
                except remote.Wrong as error:
                    raise InstallFailed(joined(": ", (self.url, error)), AGAIN) from error
        if self.digest.hexdigest() != self.part.sha256:
            raise InstallFailed(
                N_("l'image {path} est abîmée : son SHA-256 n'est pas celui attendu").format(path=self.url), DAMAGED
            )

    def _some(self, file: BinaryIO) -> None:
        with remote.opened(self.url, self.done) as arriving:
            if arriving.whole != self.part.size_bytes:
                raise InstallFailed(_short(self.part, arriving.whole), DAMAGED)
            if arriving.start != self.done:  # it knows no ranges: from the beginning
                file.seek(0)
                file.truncate()
                self.done, self.digest = 0, hashlib.sha256()
            for piece in arriving.pieces():
                file.write(piece)
                self.digest.update(piece)
                self.done += len(piece)
                self.ctx.tell(min(1.0, (self.before + self.done) / self.whole))
                self._in_time(N_("il envoie trop lentement"))

    def _in_time(self, why: str) -> None:
        now = self._now()
        if self.done >= self.best + STEP:
            self.best, self.best_s = self.done, now
        elif now - self.best_s > PATIENCE_S:
            text = N_("le serveur n'envoie plus l'image ({done} Mo sur {whole}) : {why}")
            raise InstallFailed(
                text.format(done=(self.before + self.done) // 1_000_000, whole=self.whole // 1_000_000, why=why), AGAIN
            )

    def _now(self) -> float:
        return self.ctx.host.moment().mono_s


def _url(image: ProfileImage, part: Layer) -> str:
    return f"{image.origin}/{Path(part.path).name}"


def _short(part: Layer, size: int) -> str:
    return N_("l'image {path} fait {done} octets au lieu de {size_bytes}").format(
        path=Path(part.path).name, done=size, size_bytes=part.size_bytes
    )
