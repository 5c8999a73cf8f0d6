"""The real machine behind `core.ports.Host`."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from recond.core.event import Moment
from recond.core.ports import BlockDevice, Command, Completed, Counts, Inputs, UdevDevice, Warrant
from recond.host import run

if TYPE_CHECKING:
    from recond.core.disk import Disk
    from recond.core.guard import Surroundings
    from recond.core.plan import Plan


class LocalHost:
    """The machine recond runs on. `journal` is told of every call of a program, after it ended."""

    def __init__(self, journal: Callable[[dict[str, object]], None] | None = None) -> None:
        self.journal = journal

    def run(self, command: Command, warrant: Warrant | None = None) -> Completed:
        """See `core.ports.Host.run`."""
        run.check_right(command, warrant)
        return run.run(command, self.journal)

    def read(self, path: str, limit: int = 1 << 20) -> bytes | None:
        """See `core.ports.Host.read`. sysfs files answer with all sorts of errors; each means "not known"."""
        try:
            with Path(path).open("rb", buffering=0) as file:
                parts = []
                left = limit
                while left > 0 and (part := file.read(left)):
                    parts.append(part)
                    left -= len(part)
                return b"".join(parts)
        except OSError:
            return None

    def names(self, path: str) -> tuple[str, ...]:
        """See `core.ports.Host.names`."""
        try:
            return tuple(sorted(entry.name for entry in Path(path).iterdir()))
        except OSError:
            return ()

    def link(self, path: str) -> str | None:
        """See `core.ports.Host.link`."""
        try:
            return str(Path(path).resolve(strict=True)) if Path(path).is_symlink() else None
        except OSError:
            return None

    def udev(self, subsystem: str, devtype: str | None = None) -> tuple[UdevDevice, ...]:
        """See `core.ports.Host.udev`."""
        from recond.host import udevlib  # costs 20 ms: only when asked for

        wanted = udevlib.context().list_devices(subsystem=subsystem)
        if devtype is not None:
            wanted = wanted.match_property("DEVTYPE", devtype)
        found = [
            UdevDevice(
                sys_name=device.sys_name,
                sys_path=device.sys_path,
                dev_node=device.device_node or "",
                properties={key: device.properties[key] for key in device.properties},
                parents=tuple((parent.subsystem or "", parent.sys_name) for parent in device.ancestors),
            )
            for device in wanted
        ]
        return tuple(sorted(found, key=lambda device: device.sys_name))

    def counts(self) -> Counts:
        """See `core.ports.Host.counts`."""
        import psutil

        speed = psutil.cpu_freq() if hasattr(psutil, "cpu_freq") else None
        return Counts(
            memory_bytes=int(psutil.virtual_memory().total),
            threads=psutil.cpu_count(logical=True),
            cores=psutil.cpu_count(logical=False),
            max_mhz=float(speed.max or speed.current) if speed else None,
        )

    def reader(self, disk: Disk) -> BlockDevice:
        """See `core.ports.Host.reader`."""
        from recond.host import block

        return block.open_reader(disk.path)

    def close_reader(self, device: BlockDevice) -> None:
        """See `core.ports.Host.close_reader`."""
        from recond.host import block

        if isinstance(device, block.DirectDevice):
            device.close()

    def inputs(self, paths: tuple[str, ...], *, alone: bool) -> Inputs:
        """See `core.ports.Host.inputs`."""
        from recond.host.inputs import LocalInputs

        return LocalInputs(paths, alone=alone)

    def issue(
        self, plan: Plan, confirmation: str, reread: Callable[[], tuple[Plan, Surroundings]]
    ) -> tuple[Warrant, ...]:
        """See `core.ports.Host.issue`."""
        from recond.host import warrant

        return warrant.issue(plan, confirmation, reread)

    def power_off(self, disk: Disk) -> bool:
        """See `core.ports.Host.power_off`."""
        from recond.host import power

        return power.off(self, disk)

    def moment(self) -> Moment:
        """See `core.ports.Host.moment`. The wall clock is kept but never trusted."""
        boot = self.read("/proc/sys/kernel/random/boot_id") or b""
        return Moment(datetime.now(UTC), boot.decode().strip() or "unknown", time.monotonic())

    def random(self, length: int) -> bytes:
        """See `core.ports.Host.random`."""
        return os.urandom(length)

    def is_root(self) -> bool:
        """See `core.ports.Host.is_root`."""
        return os.geteuid() == 0
