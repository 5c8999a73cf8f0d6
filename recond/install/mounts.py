"""Mounts of an installation: in a private folder, always undone, and found again after a crash. Only ours are touched."""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from recond.core.errors import GuardError, InstallFailed
from recond.core.ports import Command, Host, Warrant
from recond.core.words import N_, joined
from recond.install import writeout

BASE = Path("/run/recond/install")
"""One folder a disk, named after its identity's key, with a lock beside it that its owner's death lets go of."""

PATIENCE_S = 20.0

FILLING = "noatime,barrier=0,commit=600,noinit_itable,data=writeback"
"""While a new system is copied nothing on the disk has to survive a power cut: the installation is begun again then. So the
drive need not empty its cache at every step of the journal, nor the journal wait for the files' data, nor the kernel fill inode
tables beside the copy (the first start does). See ext4(5); `_settle` brings the order back before the disk is let go of."""


@contextmanager
def place(host: Host, key: str) -> Iterator[Path]:
    """Give the private folder for one disk's installation. Raises GuardError when another recond installs on it."""
    _make_base()
    with _lock(key) as mine:
        if not mine:
            raise GuardError(N_("une autre installation est en cours sur ce disque"), N_("attendez qu'elle se termine"))
        folder = BASE / key
        _clear(host, folder)
        if folder.exists():
            raise GuardError(
                N_("{folder} est encore occupé par une installation interrompue").format(folder=folder),
                N_("redémarrez la machine"),
            )
        folder.mkdir(mode=0o700)
        try:
            yield folder
        finally:
            _clear(host, folder)


@contextmanager
def mounted(host: Host, warrant: Warrant, device: str, root: Path, *, writing: bool) -> Iterator[None]:
    """Mount an ext4 for the time of a `with`. Raises InstallFailed when it cannot be mounted, or not be let go of."""
    root.mkdir(exist_ok=True)
    options = FILLING if writing else "ro,noload"
    argv = ("mount", "--types", "ext4", "--options", options, device, str(root))
    done = host.run(Command(argv, destroys=device), warrant)
    if not done.ok:
        raise InstallFailed(joined(": ", (device, done.explain())), N_("relancez l'installation"))
    try:
        with writeout.early(device) if writing else contextlib.nullcontext():
            yield
            if writing:
                _settle(host, warrant, device, root)
    finally:
        # When something went wrong already, that is what has to be told.
        failing = sys.exc_info()[0] is not None
        if not unmount(host, root) and not failing:
            raise InstallFailed(
                N_("{root} reste occupé et n'a pas pu être démonté").format(root=root), N_("redémarrez la machine")
            )


def _settle(host: Host, warrant: Warrant, device: str, root: Path) -> None:
    """Write everything out, and have the drive put its own cache on the medium: without barriers an unmount does not ask.

    Raises InstallFailed when the kernel or the drive says no.
    """
    for argv in (("mount", "--options", "remount,barrier=1", device, str(root)), ("sync", "--file-system", str(root))):
        done = host.run(Command(argv, timeout_s=3600, destroys=device), warrant)
        if not done.ok:
            raise InstallFailed(joined(": ", (device, done.explain())), N_("relancez l'installation"))


def clear_stale(host: Host) -> tuple[str, ...]:
    """Undo what an installation that was cut off left mounted; return the folders cleared. One that lives is left alone.

    To be called before looking at the disks when a run is taken up again: a disk that is mounted is protected.
    """
    cleared = []
    for name in host.names(str(BASE)):
        folder = BASE / name
        if not folder.is_dir():
            continue
        with _lock(name) as dead:
            if dead:
                _clear(host, folder)
                cleared.append(str(folder))
    return tuple(cleared)


def unmount(host: Host, root: Path) -> bool:
    """Unmount, waiting for a program that is just ending. Tells whether it is unmounted."""
    deadline = time.monotonic() + PATIENCE_S
    while _is_mounted(host, root):
        if host.run(Command(("umount", str(root)), timeout_s=1800)).ok:
            continue  # there may be another one below
        if time.monotonic() > deadline:
            return False
        time.sleep(0.2)
    return True


def _is_mounted(host: Host, root: Path) -> bool:
    return str(root) in mount_points(host.read("/proc/self/mountinfo", 16 << 20) or b"")


def mount_points(mountinfo: bytes) -> frozenset[str]:
    """Return every mount point in a mountinfo file, whose spaces are written \\040 (proc(5))."""
    fields = (line.split() for line in mountinfo.decode("utf-8", "surrogateescape").splitlines())
    return frozenset(
        re.sub(r"\\([0-7]{3})", lambda code: chr(int(code[1], 8)), words[4]) for words in fields if len(words) > 4
    )


def _clear(host: Host, folder: Path) -> None:
    # A folder that is still a mount point must not be emptied: that would delete the new system's files.
    if unmount(host, folder / "root") and folder.is_dir():
        shutil.rmtree(folder, ignore_errors=True)


def _make_base() -> None:
    BASE.mkdir(parents=True, exist_ok=True)
    BASE.chmod(0o700)


@contextmanager
def _lock(key: str) -> Iterator[bool]:
    descriptor = os.open(BASE / f"{key}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        mine = False
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            mine = True
        yield mine
    finally:
        os.close(descriptor)
