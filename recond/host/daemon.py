"""A program that runs beside this one and never outlives it."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from recond.core.errors import EnvironmentFault
from recond.core.ports import Command

PR_SET_PDEATHSIG = 1  # linux/prctl.h
STARTED_S = 1.0
ENDS_S = 5.0


@contextmanager
def beside(command: Command, log: Path, hint: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program for the time of a `with`, its output in `log`. The kernel ends it when this process dies in any way.

    Raises EnvironmentFault when it is not installed or ends at once; `hint` then says what to do.
    """
    libc = ctypes.CDLL(None)
    with log.open("wb") as out:
        try:
            process = subprocess.Popen(
                command.argv,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                env={**os.environ, "LC_ALL": "C.UTF-8"},
                start_new_session=True,
                preexec_fn=lambda: libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM),
            )
        except OSError as error:
            raise EnvironmentFault(f"{command.argv[0]} ne démarre pas : {error.strerror}", hint) from error
    try:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(STARTED_S)
            said = log.read_text(errors="replace").strip().splitlines()[-1:]
            raise EnvironmentFault(f"{command.argv[0]} s'est arrêté aussitôt : {''.join(said)}", hint)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(ENDS_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
