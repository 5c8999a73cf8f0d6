"""Files that survive a power cut: written under another name, flushed, renamed, and the folder flushed too."""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from recond.core.errors import EnvironmentFault
from recond.core.words import N_

PARTIAL = ".partial"
"""Ending of a file that is not finished; readers never look at those."""


def write(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Put `data` at `path`, whole or not at all. Raises EnvironmentFault when the stick is full, gone or read-only."""
    partial = path.with_name(path.name + PARTIAL)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fd = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, mode)
        try:
            _write_all(fd, data)
            os.fsync(fd)
        finally:
            os.close(fd)
        partial.rename(path)
        sync_folder(path.parent)
    except OSError as error:
        raise cannot_keep(path, error) from error


def append(path: Path, data: bytes) -> None:
    """Add `data` at the end of `path` and flush it. Raises EnvironmentFault as `write` does."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        new = not path.exists()
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
        try:
            _write_all(fd, data)
            os.fsync(fd)
        finally:
            os.close(fd)
        if new:
            sync_folder(path.parent)
    except OSError as error:
        raise cannot_keep(path, error) from error


def move(path: Path, folder: Path) -> Path:
    """Move a file into another folder of the same disk, flushed. Raises EnvironmentFault."""
    target = folder / path.name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.rename(target)
        sync_folder(folder)
        sync_folder(path.parent)
    except OSError as error:
        raise cannot_keep(target, error) from error
    return target


def remove(path: Path) -> None:
    """Remove a file that may be gone already, flushed."""
    try:
        path.unlink(missing_ok=True)
        sync_folder(path.parent)
    except OSError as error:
        raise cannot_keep(path, error) from error


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Be the only process that works on this folder's files under this lock. Raises EnvironmentFault when it does not open."""
    try:
        fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise cannot_read(folder, error) from error
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        yield
    finally:
        os.close(fd)


def sync_folder(folder: Path) -> None:
    """Flush a folder: without it a new name may be lost although its bytes are safe (fsync(2), notes)."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _write_all(fd: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]


def cannot_keep(path: Path, error: OSError) -> EnvironmentFault:
    """Return the error to raise when something could not be kept, with what to do about it."""
    hints = {
        errno.ENOSPC: N_("la clé est pleine : copiez les fiches (recond push --to-file) puis faites de la place"),
        errno.EROFS: N_("la clé est protégée en écriture ou abîmée : changez de clé"),
        errno.EACCES: N_("droits insuffisants : relancez avec sudo, ou donnez un autre dossier (--data)"),
        errno.EIO: N_("la clé ne répond plus : remettez-la, ou changez de clé"),
    }
    hint = hints.get(error.errno or 0, N_("vérifiez la clé, puis recommencez"))
    return EnvironmentFault(
        N_("impossible d'écrire {path} : {strerror}").format(path=path, strerror=os.strerror(error.errno or errno.EIO)),
        hint,
    )


def cannot_read(path: Path, error: OSError) -> EnvironmentFault:
    """Return the error to raise when a file that is there cannot be read: the stick's fault, never a reason to make it anew."""
    hints = {
        errno.EACCES: N_("droits insuffisants : relancez avec sudo, ou donnez un autre dossier (--data)"),
        errno.EIO: N_("la clé ne répond plus : remettez-la et redémarrez dessus, ou changez de clé"),
    }
    hint = hints.get(error.errno or 0, N_("vérifiez la clé, puis recommencez"))
    return EnvironmentFault(
        N_("{path} ne se lit pas : {strerror}").format(path=path, strerror=os.strerror(error.errno or errno.EIO)), hint
    )
