"""A program that runs beside this one and never outlives it."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from recond.core.errors import EnvironmentFault
from recond.core.ports import Command
from recond.core.words import N_

STARTED_S = 1.5
ENDS_S = 8.0

KEEPER = """
import os, select, subprocess, sys
try:
    child = subprocess.Popen(sys.argv[2:])
except OSError as error:
    sys.exit(f"{sys.argv[2]}: {error.strerror}")
over = os.pidfd_open(child.pid)
while over not in (ready := select.select([int(sys.argv[1]), over], [], [])[0]):
    if ready:
        child.terminate()
        try:
            child.wait(5)
        except subprocess.TimeoutExpired:
            child.kill()
        break
sys.exit(child.wait() and 1)
"""
"""Waits for the program's end, or for the end of the pipe that only its starter holds. The kernel's own signal at a parent's
death would not do: it is forgotten by a program that gives up root's rights (prctl(2), PR_SET_PDEATHSIG)."""


@contextmanager
def beside(command: Command, log: Path, hint: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program for the time of a `with`, its output in `log`; it ends when this process dies in any way.

    Raises EnvironmentFault when it is not installed or ends at once; `hint` then says what to do.
    """
    held, tied = os.pipe()
    try:
        with log.open("wb") as out:
            process = subprocess.Popen(
                (sys.executable, "-I", "-c", KEEPER, str(held), *command.argv),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                env={**os.environ, "LC_ALL": "C.UTF-8"},
                pass_fds=(held,),
                start_new_session=True,
            )
        os.close(held)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(STARTED_S)
            said = log.read_text(errors="replace").strip().splitlines()[-1:]
            raise EnvironmentFault(
                N_("{argv} s'est arrêté aussitôt : {said}").format(argv=command.argv[0], said="".join(said)), hint
            )
        yield process
    finally:
        os.close(tied)
    try:
        process.wait(ENDS_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
