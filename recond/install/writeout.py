"""Have the kernel write a disk's share of a copy while the processor still unpacks, by that disk's own knobs.

By itself it begins when a tenth of the memory is full: a whole desktop waits there on a PC with much of it, and the disk does all
its work at the end, while the processor stands still. Measured: scripts/bench-install, docs/profiles.md.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

UNWRITTEN_BYTES = 256 << 20
"""Data of one disk that may wait in memory; writing begins at half of it. 64 MiB made the copy wait for the disk."""

LIMIT, STRICT, SHARE = "max_bytes", "strict_limit", "max_ratio_fine"
"""Files of /sys/class/bdi/*, see the kernel's Documentation/ABI/testing/sysfs-class-bdi (all three: Linux 6.2)."""


DEFAULTS = {SHARE: "1000000", STRICT: "0"}
"""As the kernel begins: all of what disks may hold back together (in millionths), not strict."""


@contextmanager
def early(device: str) -> Iterator[None]:
    """Write early for the time of a `with`, on the disk of this partition alone. Without these knobs (an older kernel, none
    for this device) everything is as always: it is only slower. What a killed recond leaves ends with the PC's next start, on a
    loop device, which outlives its file, with the next installation on it."""
    knobs = _knobs(device)
    before: dict[str, str | None] = {}
    if knobs is not None:
        before = {name: _read(knobs / name) for name in (SHARE, STRICT)}
    if knobs is None or None in before.values():
        yield
        return
    if before[STRICT] == "1":  # a killed recond's: nothing else sets it
        before = dict(DEFAULTS)
    try:
        # Strict only with the limit: a kernel with little memory refuses it, since it begins to write before that anyway.
        if _write(knobs / LIMIT, str(UNWRITTEN_BYTES)):
            _write(knobs / STRICT, "1")
        yield
    finally:
        for name in (STRICT, SHARE):
            _write(knobs / name, before[name] or "")


def _knobs(device: str) -> Path | None:
    # By the device's number, not its name. A partition has no knobs of its own: its disk, one folder up, has.
    try:
        number = Path(device).stat().st_rdev
        place = Path(f"/sys/dev/block/{os.major(number)}:{os.minor(number)}").resolve(strict=True)
    except OSError:
        return None
    disk = place.parent if (place / "partition").exists() else place
    return disk / "bdi" if (disk / "bdi").is_dir() else None


def _read(knob: Path) -> str | None:
    try:
        return knob.read_text().strip()
    except OSError:
        return None


def _write(knob: Path, value: str) -> bool:
    try:
        knob.write_text(value)
    except OSError:
        return False
    return True
