"""Is this stick still what its image was? Every file of its boot partition against the signed list, read from the stick."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from recond.core.errors import ConfigurationFault
from recond.core.ports import Host
from recond.core.stickimage import FileMark, StickImage, read_stick_image
from recond.core.vouch import ENDING, KEY_FILE, check_image_signature, read_key
from recond.core.words import N_

RUNNING = Path("/run/recond")
"""Where the initrd puts what it knows: image.json with its signature, medium/ (the boot partition), copy/ (with toram)."""

ADDED = ("recond/image.json", "recond/image.json.sig")
CHUNK = 4 << 20


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong. `rule`: altered, unreadable, missing, added, unsigned."""

    rule: str
    what: str


@dataclass(frozen=True, slots=True)
class Integrity:
    """What was read and found. `signer`: short id of the key; None = no signature was asked for or it does not hold."""

    image: StickImage
    signer: str | None
    files: int
    bytes_read: int
    from_memory: bool
    findings: tuple[Finding, ...]

    @property
    def damaged(self) -> bool:
        """Tell whether something of the image is not as it was; a file that somebody added is no damage."""
        return any(finding.rule != "added" for finding in self.findings)


def on_a_stick(host: Host) -> bool:
    """Tell whether this system was started from a stick that says what it holds."""
    return host.read(str(RUNNING / "image.json")) is not None


def check(host: Host, tell: Callable[[float], None] = lambda share: None, running: Path = RUNNING) -> Integrity:
    """Read every file of the boot partition (of the copy in memory, once the stick may be gone) and compare.

    Raises ConfigurationFault when there is no list to compare with.
    """
    described = host.read(str(running / "image.json"), 16 << 20)
    if described is None:
        raise ConfigurationFault(N_("ce système n'a pas été démarré d'une clé recond"), N_("démarrez le PC sur la clé"))
    image = read_stick_image(described)
    findings: list[Finding] = []
    signer = None
    try:
        signature = host.read(str(running / f"image.json{ENDING}"), 4096)
        signer = check_image_signature(N_("la clé"), described, signature, read_key(host.read(KEY_FILE, 4096)))
    except ConfigurationFault as error:
        findings.append(Finding("unsigned", error.message))
    copy = (running / "copy").is_dir()
    folder = running / ("copy" if copy else "medium")
    wanted = {path: mark for path, mark in image.files.items() if not copy or path.endswith(".squashfs")}
    whole, done = sum(mark.size_bytes for mark in wanted.values()) or 1, 0
    for path, mark in wanted.items():
        place = folder / (Path(path).name if copy else path)
        findings += _compare(place, path, mark, lambda read, before=done: tell(min(1.0, (before + read) / whole)))  # type: ignore[misc]
        done += mark.size_bytes
    if not copy:
        findings += _added(folder, image)
    return Integrity(image, signer, len(wanted), done, copy, tuple(findings))


def _compare(place: Path, name: str, mark: FileMark, tell: Callable[[int], None]) -> list[Finding]:
    digest, size = hashlib.sha256(), 0
    try:
        with place.open("rb") as file:
            # From the stick, not from what the system already holds of it.
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
            while chunk := file.read(CHUNK):
                digest.update(chunk)
                size += len(chunk)
                tell(size)
    except FileNotFoundError:
        return [Finding("missing", name)]
    except OSError as error:
        return [Finding("unreadable", f"{name} ({error.strerror})")]
    return [] if (size, digest.hexdigest()) == (mark.size_bytes, mark.sha256) else [Finding("altered", name)]


def _added(folder: Path, image: StickImage) -> list[Finding]:
    # FAT keeps the case of names but does not tell them apart by it.
    known = {path.lower() for path in (*image.files, *ADDED)}
    found = [path.relative_to(folder) for path in sorted(folder.rglob("*")) if path.is_file()]
    return [Finding("added", str(path)) for path in found if str(path).lower() not in known]
