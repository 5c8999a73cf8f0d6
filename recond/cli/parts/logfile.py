"""`--log FILE`: what is shown, and every program that is called, also into a file, line by line as it happens.

A log that cannot be kept stops recond before anything starts; one that breaks later stops nothing: a wipe is worth more.
"""

from __future__ import annotations

import os
import re
import stat
import sys
import threading
import time
from datetime import datetime
from pathlib import Path
from typing import IO, Any, TextIO, cast

from recond import __version__
from recond.core.errors import EnvironmentFault
from recond.core.words import N_, _

ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z\]]|\x1b[()][A-Z0-9]|[\x00-\x08\x0b-\x1f\x7f]")
"""What moves the cursor, colours or rings: it belongs to the screen and not to a file."""
REDRAW_EVERY_S = 15.0
"""Lines that are drawn again in place are kept this often."""

_active: list[LogFile] = []


class LogFile:
    """The file. Raises EnvironmentFault unless it takes a first line."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lost: str | None = None
        self._lock = threading.Lock()
        self._line = ""
        self._redrawn = -REDRAW_EVERY_S
        try:
            self._file = _open(path)
            self._write(f"# recond {__version__}, {datetime.now().astimezone().isoformat(timespec='seconds')}\n")
        except OSError as error:
            raise EnvironmentFault(
                N_("le journal demandé par --log ne s'écrit pas : {path} : {strerror}").format(
                    path=path, strerror=error.strerror
                ),
                N_("donnez un fichier où vous pouvez écrire, sur un disque qui a de la place ; rien n'a été commencé"),
            ) from error

    def shown(self, text: str) -> None:
        """Keep what was shown, in whole lines."""
        if text.startswith("\r"):
            now = time.monotonic()
            if now - self._redrawn < REDRAW_EVERY_S:
                return
            self._redrawn = now
        with self._lock:
            *lines, self._line = (self._line + ESCAPES.sub("", text)).split("\n")
            if lines:
                self._keep("".join(f"{line}\n" for line in lines))

    def called(self, call: dict[str, Any]) -> None:
        """Keep one call of a program, as the run's journal does (commands.ndjson)."""
        how = call["status"] if call["why"] is None else call["why"]
        said = str(call["stderr"]).strip().replace("\n", " | ")
        words = " ".join(map(str, call["argv"]))
        clock = datetime.now().strftime("%H:%M:%S")
        with self._lock:
            self._keep(f"$ {clock} {words} -> {how}, {call['duration_s']} s{f' : {said}' if said else ''}\n")

    def _keep(self, text: str) -> None:
        if self.lost is not None:
            return
        try:
            self._write(text)
        except (OSError, ValueError) as error:
            self.lost = str(error)
            words = _("le journal {path} ne s'écrit plus ({error}) ; le travail continue").format(
                path=self.path, error=error
            )
            print(f"recond : {words}", file=sys.__stderr__)

    def _write(self, text: str) -> None:
        self._file.write(text)
        self._file.flush()


def _open(path: Path) -> IO[str]:
    fd = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NONBLOCK, 0o600)
    # A disk's name typed here must not write over the disk.
    if stat.S_ISBLK(os.fstat(fd).st_mode):
        os.close(fd)
        raise OSError(0, N_("c'est un disque, pas un fichier"))
    os.set_blocking(fd, True)
    return os.fdopen(fd, "w", encoding="utf-8", errors="replace")


class Both:
    """An output that is kept too. All but `write` is the output's own: a terminal stays a terminal."""

    def __init__(self, stream: TextIO, log: LogFile) -> None:
        self._stream = stream
        self._log = log

    def write(self, text: str) -> int:
        """Write to both."""
        self._log.shown(text)
        return self._stream.write(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def start(path: Path) -> None:
    """Keep everything from now on. A second call in the same process (the assistant's commands) changes nothing."""
    if _active:
        return
    log = LogFile(path)
    _active.append(log)
    from recond.cli.parts import jsonout

    if not jsonout.wrap(lambda stream: cast(TextIO, Both(stream, log))):
        sys.stdout, sys.stderr = cast(TextIO, Both(sys.stdout, log)), cast(TextIO, Both(sys.stderr, log))


def called(call: dict[str, Any]) -> None:
    """Keep a call of a program when there is a log."""
    for log in _active:
        log.called(call)
