"""What the stick's start-up and the assistant tell each other, by files under /run/recond (docs/contracts.md).

On a PC that did not start from a stick none of these files is there, and nothing is waited for.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable
from pathlib import Path

RUN = Path("/run/recond")
HARDWARE_S = 90.0
"""How long drivers may take to load; then what is there is what is seen, as on any other system."""

TOLD_FIRST = 75
"""Exit code of the assistant when the console has something to say before it (live-image/rootfs/usr/lib/recond/console)."""


def wait_for_data() -> bool:
    """Wait until the stick's data partition is mounted, where the console asks for it (RECOND_WAIT). False: it is not well."""
    folder = os.environ.pop("RECOND_WAIT", None)
    if folder is None:
        return True
    while not Path(folder, "data-ready").exists():
        time.sleep(0.05)
    problem = Path(folder, "data-problem")
    return not (problem.exists() and problem.stat().st_size)


def first_screen_is_shown(run: Path = RUN) -> None:
    """Have the drivers of the rest of the hardware loaded: the screen needed none of them."""
    with contextlib.suppress(OSError):
        (run / "first-screen").touch()


def wait_for_hardware(tell: Callable[[], None], run: Path = RUN) -> None:
    """Wait until every driver is loaded, as a disk without one would not be seen. `tell` is called before a wait."""
    if not (run / "boot-medium.json").exists() or (run / "coldplugged").exists():
        return
    tell()
    end = time.monotonic() + HARDWARE_S
    while not (run / "coldplugged").exists() and time.monotonic() < end:
        time.sleep(0.1)
