"""The practice disk: a sparse file made to look like a donor's disk, on a loop device. Only files of recond are written.

Partitions and file systems are made inside the regular file, so no block device is touched before the chain itself
does it under its guards, which in practice let through this one loop device only.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from recond.core.errors import EnvironmentFault
from recond.core.ports import Command, Host, must
from recond.core.words import N_

MIB = 1 << 20
NAME = "disque-entrainement.img"
SIZE_BYTES = 4096 * MIB
"""What debian-base needs with room to spare; sparse until the wipe writes all of it."""

MARKER = b"DONNEES-DU-DONATEUR"
"""Every donor block starts with it, in the file systems and between them: one left anywhere shows by a search."""

FAT_START, FAT_BYTES = 1 * MIB, 64 * MIB
EXT_START = FAT_START + FAT_BYTES
TAIL_BYTES = 64 * MIB
"""Left outside every partition: a deleted partition's data is found there."""


def table(size_bytes: int) -> str:
    """Return the partition table as sfdisk reads it."""
    return f"""label: gpt
start={FAT_START // 512}, size={FAT_BYTES // 512}, type=uefi, name="EFI system partition"
start={EXT_START // 512}, size={(size_bytes - EXT_START - TAIL_BYTES) // 512}, type=linux, name="donateur"
"""


def make(host: Host, folder: Path, size_bytes: int = SIZE_BYTES) -> Path:
    """Make a new donor disk in `folder` and return its file. Raises EnvironmentFault when there is no room for it."""
    folder.mkdir(parents=True, exist_ok=True)
    room = os.statvfs(folder)
    free = room.f_bavail * room.f_frsize
    if free < size_bytes + 512 * MIB:
        raise EnvironmentFault(
            N_("pas assez de place dans {folder} : {free} Mo libres, {size_bytes} nécessaires").format(
                folder=folder, free=free // MIB, size_bytes=size_bytes // MIB + 512
            ),
            N_("faites de la place ou donnez un autre dossier : recond --data DOSSIER practice"),
        )
    path = folder / NAME
    path.unlink(missing_ok=True)
    with path.open("wb") as file:
        file.truncate(size_bytes)
    name = str(path)
    must(host, Command(("sfdisk", "--quiet", name), stdin=table(size_bytes).encode(), makes=name))
    donor = folder / "donateur"
    _write_files(donor)
    ext_bytes = size_bytes - EXT_START - TAIL_BYTES
    fat = ("-F", "16", f"--offset={FAT_START // 512}", "-n", "DONATEUR", name, str(FAT_BYTES // 1024))
    must(host, Command(("mkfs.vfat", *fat), makes=name))
    ext = ("-q", "-L", "donateur", "-E", f"offset={EXT_START}", "-d", str(donor), name, f"{ext_bytes // 1024}k")
    must(host, Command(("mkfs.ext4", *ext), makes=name, timeout_s=300))
    _scatter(path, size_bytes)
    return path


def block_of(number: int) -> bytes:
    """Return one recognisable 4 KiB donor block."""
    head = MARKER + N_("-{number:08d}-photos, courriers, mots de passe\n").format(number=number).encode()
    return (head * (4096 // len(head) + 1))[:4096]


def _write_files(folder: Path) -> None:
    for number, name in enumerate(("photos/vacances.raw", "courrier/impots.txt", "bureau/mots-de-passe.txt")):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            for block in range(1024):
                file.write(block_of(number << 16 | block))


def _scatter(path: Path, size_bytes: int) -> None:
    # A deleted file leaves its blocks outside every file system's view: the gaps, and the very first and last places.
    with path.open("r+b") as file:
        for number, offset in enumerate((size_bytes - TAIL_BYTES, size_bytes - 64 * 1024, size_bytes - 40 * 1024)):
            file.seek(offset)
            file.write(block_of(1 << 24 | number))
        file.flush()
        os.fsync(file.fileno())


def detach_stale(host: Host, path: Path) -> None:
    """Let go of loop devices that a killed practice left on this very file; no other is touched."""
    done = host.run(Command(("losetup", "--associated", str(path), "--output", "NAME", "--noheadings")))
    for device in done.stdout.decode().split():
        host.run(Command(("partx", "--delete", device)))
        must(host, Command(("losetup", "--detach", device)))


@contextmanager
def attached(host: Host, path: Path) -> Iterator[str]:
    """Attach the file to a free loop device for the time of a `with`; yields the device's path."""
    done = must(
        host,
        Command(("losetup", "--find", "--show", "--partscan", str(path))),
        hint=N_("il faut être root et un périphérique loop libre : losetup -f"),
    )
    device = done.stdout.decode().strip()
    try:
        # A kernel built without GPT (small virtual machines) shows the partitions only when told of them.
        host.run(Command(("partx", "--update", device)))
        yield device
    finally:
        host.run(Command(("partx", "--delete", device)))
        must(host, Command(("losetup", "--detach", device)))


def markers_left(path: Path) -> int:
    """Count the donor's marks left anywhere in the raw file, read whole."""
    found = 0
    with path.open("rb", buffering=0) as file:
        for start, end in _data_ranges(file.fileno()):
            file.seek(start)
            tail = b""
            while start < end and (chunk := file.read(min(8 * MIB, end - start))):
                data = tail + chunk
                found += data.count(MARKER)
                tail = data[-(len(MARKER) - 1) :]
                start += len(chunk)
    return found


def _data_ranges(fd: int) -> Iterator[tuple[int, int]]:
    # Holes of a sparse file read as zeros and hold nothing: only what was ever written is read (lseek(2), SEEK_DATA).
    end = os.fstat(fd).st_size
    offset = 0
    while offset < end:
        try:
            offset = os.lseek(fd, offset, os.SEEK_DATA)
        except OSError as error:
            if error.errno == errno.ENXIO:
                return
            raise
        stop = os.lseek(fd, offset, os.SEEK_HOLE)
        yield offset, stop
        offset = stop
