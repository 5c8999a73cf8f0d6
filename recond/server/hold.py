"""One server a data folder: who holds it, where it listens, until when, and stopping it.

The kernel says who holds the folder (a record lock, fcntl(2)), so a left-over pid file can never get another
process killed, and a server that was killed holds nothing.
"""

from __future__ import annotations

import fcntl
import os
import select
import signal
import struct
import time
from dataclasses import dataclass
from pathlib import Path

from recond.core.errors import EnvironmentFault
from recond.core.words import N_
from recond.server import keep

STOP_S = 15.0

_FLOCK = "hhqqi4x"
"""`struct flock` of 64-bit Linux: type, whence, start, length, pid."""


@dataclass(frozen=True, slots=True)
class Running:
    """A server that holds a data folder. `url` None = it is still starting."""

    pid: int
    url: str | None


def take(data: Path) -> int:
    """Take the data folder for this process, until it ends. Raises EnvironmentFault when another server has it."""
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        fd = os.open(data / "server.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise EnvironmentFault(
            N_("le dossier {data} ne s'écrit pas : {error}").format(data=data, error=error.strerror or error),
            N_("vérifiez son propriétaire et la place qui reste, ou donnez un autre dossier : recond --data D serve"),
        ) from error
    try:
        fcntl.lockf(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(fd)
        raise EnvironmentFault(
            N_("un serveur tourne déjà sur {data}").format(data=data), N_("arrêtez-le : recond serve --stop")
        ) from error
    return fd


def running(data: Path) -> Running | None:
    """Return the server of `data`, None when none runs. Looking takes nothing, so it disturbs no server that starts."""
    pid = _holder(data)
    if pid is None:
        return None
    try:
        known, url = (data / "server.pid").read_text(encoding="ascii").split()
    except (OSError, ValueError):
        return Running(pid, None)
    return Running(pid, url if known == str(pid) else None)


def _holder(data: Path) -> int | None:
    try:
        fd = os.open(data / "server.lock", os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        asked = struct.pack(_FLOCK, fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)
        kind, _, _, _, pid = struct.unpack(_FLOCK, fcntl.fcntl(fd, fcntl.F_GETLK, asked))
    finally:
        os.close(fd)
    return None if kind == fcntl.F_UNLCK else int(pid)


def announce(data: Path, url: str) -> None:
    """Say where this process listens."""
    keep.write(data / "server.pid", f"{os.getpid()} {url}".encode("ascii"))


def stop(data: Path) -> bool:
    """Stop the server of `data`; False when none ran. Raises EnvironmentFault when it does not end."""
    found = running(data)
    if found is None:
        return False
    try:
        process = os.pidfd_open(found.pid)
    except ProcessLookupError:
        return False
    try:
        # Between the look and now the number may have gone to another process; a pidfd cannot change hands.
        again = running(data)
        if again is None or again.pid != found.pid:
            return False
        signal.pidfd_send_signal(process, signal.SIGTERM)
        if not select.select([process], [], [], STOP_S)[0]:
            raise EnvironmentFault(
                N_("le serveur (processus {pid}) ne s'arrête pas").format(pid=found.pid), f"kill -9 {found.pid}"
            )
    finally:
        os.close(process)
    return True


def set_end(data: Path, after_s: float | None) -> None:
    """Say when the server of `data` ends by itself (None = never); one that runs already follows it too."""
    path = data / "server.until"
    if after_s is None:
        path.unlink(missing_ok=True)
    else:
        keep.write(path, str(time.monotonic() + after_s).encode("ascii"))


def end(data: Path) -> float | None:
    """Return the monotonic time at which the server ends by itself, None when it does not."""
    try:
        return float((data / "server.until").read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None
