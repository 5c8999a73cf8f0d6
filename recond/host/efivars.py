"""One variable of the UEFI: read, written, removed. Nothing else under efivarfs is ever touched."""

from __future__ import annotations

import array
import errno
import fcntl
import os
from contextlib import suppress
from pathlib import Path

from recond.core import efitag
from recond.core.errors import EnvironmentFault
from recond.core.words import N_

FS_IOC_GETFLAGS, FS_IOC_SETFLAGS = 0x80086601, 0x40086602
FS_IMMUTABLE = 0x10
"""linux/fs.h. efivarfs makes variables immutable, so that no "rm -rf" takes a PC's settings with it."""

AGAIN = N_("ce PC garde son étiquette collée ; rien d'autre n'en dépend")


def free_bytes(folder: Path = Path(efitag.FOLDER)) -> int | None:
    """Return the room left in the variable store; None when the kernel cannot say (before Linux 6.6 it says nothing)."""
    try:
        said = os.statvfs(folder)
    except OSError:
        return None
    return said.f_bavail * said.f_frsize if said.f_blocks else None


def read_tag(folder: Path = Path(efitag.FOLDER)) -> str | None:
    """Return the tag that this machine's UEFI keeps."""
    try:
        return efitag.read((folder / efitag.NAME).read_bytes())
    except OSError:
        return None


def write_tag(tag: str, folder: Path = Path(efitag.FOLDER)) -> bool:
    """Keep the tag, and read it back; False when it is there already. Raises EnvironmentFault when it does not stay."""
    if read_tag(folder) == tag:
        return False
    path = folder / efitag.NAME
    try:
        _changeable(path)
        # One write, whole: efivarfs takes a variable's value in a single call.
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            os.write(fd, efitag.encode(tag))
        finally:
            os.close(fd)
    except OSError as error:
        raise EnvironmentFault(
            N_("l'UEFI de ce PC n'a pas gardé l'étiquette : {strerror}").format(strerror=error.strerror), AGAIN
        ) from error
    if read_tag(folder) != tag:
        raise EnvironmentFault(N_("l'UEFI de ce PC ne rend pas l'étiquette qu'on lui a donnée"), AGAIN)
    return True


def remove_tag(folder: Path = Path(efitag.FOLDER)) -> bool:
    """Take the tag out again; False when there was none. Raises EnvironmentFault."""
    path = folder / efitag.NAME
    if not path.exists():
        return False
    try:
        _changeable(path)
        path.unlink()
    except OSError as error:
        raise EnvironmentFault(
            N_("l'étiquette ne s'ôte pas de l'UEFI : {strerror}").format(strerror=error.strerror), AGAIN
        ) from error
    return True


def _changeable(path: Path) -> None:
    with suppress(FileNotFoundError):
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            flags = array.array("l", [0])
            fcntl.ioctl(fd, FS_IOC_GETFLAGS, flags)
            if flags[0] & FS_IMMUTABLE:
                flags[0] &= ~FS_IMMUTABLE
                fcntl.ioctl(fd, FS_IOC_SETFLAGS, flags)
        except OSError as error:
            if error.errno not in (errno.ENOTTY, errno.EOPNOTSUPP):
                raise
        finally:
            os.close(fd)
