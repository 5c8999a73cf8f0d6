"""Two halves of the tests side by side on one machine: only one recond may work on a machine at a time, and it says so by its
lock, so each worker of pytest-xdist gets lock and run folders that nobody else sees, in a mount namespace of its own."""

from __future__ import annotations

import ctypes
import os
import subprocess
from pathlib import Path

CLONE_NEWNS = 0x00020000
"""sched.h; `os.unshare` is there from Python 3.12 on."""
OWN = ("/run/lock", "/run/recond")


def keep_apart() -> None:
    """Give this thread, and every thread and process that it starts from now on, its own `OWN`. Raises OSError."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNS):
        raise OSError(ctypes.get_errno(), "unshare: " + os.strerror(ctypes.get_errno()))
    subprocess.run(("mount", "--make-rprivate", "/"), check=True)
    for folder in OWN:
        Path(folder).mkdir(exist_ok=True)
        subprocess.run(("mount", "-t", "tmpfs", "tmpfs", folder), check=True)
