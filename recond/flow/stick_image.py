"""A stick's image as a file: what is in it, who signed it, and that it is whole."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from recond.core import signing
from recond.core.errors import ConfigurationFault, UsageError
from recond.core.gpt import HEAD_BYTES, read_gpt
from recond.core.ports import Command, Host
from recond.core.stick import MIB, StickLayout, read_layout
from recond.core.stickimage import PLACE, StickImage, read_stick_image
from recond.core.vouch import ENDING, KEY_FILE, check_image_signature, read_key
from recond.core.words import N_

AGAIN = N_("prenez une image entière : make image")


@dataclass(frozen=True, slots=True)
class ImageFile:
    """An image on this machine's disk. `signer`: the public key that signed its description, in hexadecimal."""

    path: Path
    size_bytes: int
    layout: StickLayout
    described: StickImage
    signer: str


def open_image(host: Host, path: Path) -> ImageFile:
    """Read and check an image's description. Raises UsageError when there is no such file, ConfigurationFault when it is not
    a whole, signed image of recond, or not of the workshop that this machine belongs to."""
    if not path.is_file():
        raise UsageError(N_("{path} n'est pas un fichier").format(path=path), N_("donnez l'image faite par make image"))
    size = path.stat().st_size
    with path.open("rb") as file:
        layout = read_layout(read_gpt(file.read(HEAD_BYTES)))
    if layout is None or size % MIB or max(part.end for part in layout.gpt.parts) > size:
        raise ConfigurationFault(N_("{path} n'est pas l'image entière d'une clé recond").format(path=path), AGAIN)
    described, signature = (read_boot_file(host, path, layout, name) for name in (PLACE, PLACE + ENDING))
    if described is None:
        raise ConfigurationFault(
            N_("{path} ne dit pas ce qu'elle contient ({place})").format(path=path, place=PLACE), AGAIN
        )
    signer = signer_of(described, signature)
    if signer is None:
        raise ConfigurationFault(
            N_("{path} n'est pas signée, ou a été modifiée après sa signature").format(path=path), AGAIN
        )
    check_image_signature(path.name, described, signature, read_key(host.read(KEY_FILE, 4096)))
    return ImageFile(path, size, layout, read_stick_image(described), signer)


def read_boot_file(host: Host, disk: Path | str, layout: StickLayout, name: str) -> bytes | None:
    """Return a file of the boot partition of an image or a stick, read by mtools without a mount; None when it cannot be."""
    done = host.run(Command(("mtype", "-i", f"{disk}@@{layout.boot.start}", f"::/{name}"), timeout_s=60))
    return done.stdout if done.ok else None


def signer_of(described: bytes, signature: bytes | None) -> str | None:
    """Return the public key whose signature over these bytes is good, None when there is none."""
    try:
        value = json.loads(signature or b"")
        key, words = str(value["key"]), str(value["signature"])
    except (ValueError, KeyError, TypeError):
        return None
    return key if signing.is_signed(key, words, described) else None


def hash_range(path: Path, start: int, size: int, tell: Callable[[float], None] = lambda share: None) -> str:
    """Return the SHA-256 of a part of a file. Raises ConfigurationFault when it cannot be read."""
    digest = hashlib.sha256()
    done = 0
    try:
        with path.open("rb") as file:
            file.seek(start)
            while done < size and (chunk := file.read(min(4 * MIB, size - done))):
                digest.update(chunk)
                done += len(chunk)
                tell(done / size)
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    except OSError as error:
        raise ConfigurationFault(
            N_("{path} ne se lit pas : {strerror}").format(path=path, strerror=error.strerror), AGAIN
        ) from error
    if done < size:
        raise ConfigurationFault(N_("{path} est plus court que prévu").format(path=path), AGAIN)
    return digest.hexdigest()
