"""Letting go of a disk that is done, so that it can be pulled from its dock: the kernel flushes it, stops it, forgets it."""

from __future__ import annotations

import os
from pathlib import Path

from recond.core.disk import Bus, Disk
from recond.core.ports import Command, Host
from recond.host import block


def off(host: Host, disk: Disk) -> bool:
    """Power a disk off. False when it is in use, has no switch, or does not go."""
    try:
        # Whoever uses the disk, or any part of it, holds it: then it stays.
        fd = block.open_exclusive(disk.path)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)
        if disk.bus is Bus.LOOP:
            # A practice disk: taken out of its "dock".
            return host.run(Command(("losetup", "--detach", disk.path))).ok
        # Flushes the cache, spins the drive down and removes it (Linux, Documentation/ABI/testing/sysfs-block-device).
        switch = Path(f"/sys/block/{disk.name}/device/delete")
        switch.write_text("1", encoding="ascii")
    except OSError:
        return False
    return not Path(f"/sys/block/{disk.name}").exists()
