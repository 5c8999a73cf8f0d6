"""Listening to input devices: their event nodes read without waiting, and kept to oneself while a test goes on."""

from __future__ import annotations

import contextlib
import fcntl
import os
import select

from recond.core.errors import EnvironmentFault
from recond.core.words import N_

EVIOCGRAB = 0x40044590
"""_IOW('E', 0x90, int), linux/input.h: only this reader gets the events."""


class LocalInputs:
    """A `core.ports.Inputs` on /dev/input/event*. A device that goes away is dropped, the others go on."""

    def __init__(self, paths: tuple[str, ...], *, alone: bool) -> None:
        self._open: dict[int, str] = {}
        for path in paths:
            with contextlib.suppress(OSError):
                self._open[os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)] = path
        if not self._open:
            raise EnvironmentFault(N_("aucun périphérique de saisie ne s'ouvre"), N_("relancez avec sudo"))
        if alone:
            for fd in self._open:
                # Not an input device (a test's pipe), or somebody else holds it: then it is only listened to.
                with contextlib.suppress(OSError):
                    fcntl.ioctl(fd, EVIOCGRAB, 1)

    def read(self, timeout_s: float) -> tuple[tuple[str, bytes], ...]:
        """See `core.ports.Inputs.read`."""
        found = []
        for fd in select.select(list(self._open), [], [], timeout_s)[0]:
            try:
                data = os.read(fd, 24 * 64)
            except BlockingIOError:
                continue
            except OSError:
                data = b""
            if data:
                found.append((self._open[fd], data))
            else:
                os.close(fd)
                del self._open[fd]
        return tuple(found)

    def close(self) -> None:
        """See `core.ports.Inputs.close`. Closing gives the keys back by itself."""
        for fd in self._open:
            os.close(fd)
        self._open.clear()
