"""Write the partition table and wait until the kernel shows the new partitions, with the right places and sizes."""

from __future__ import annotations

import time

from recond.core.errors import InstallFailed
from recond.core.installing import Part
from recond.core.ports import Command
from recond.core.words import N_
from recond.install.context import HINT, Access, Context

NAME = "partition"
TITLE = N_("Partitions")
ORDER = 10
ACCESS = Access.LENT

PATIENCE_S = 15.0
SECTOR = 512
"""Unit of sysfs' start and size, whatever the disk's own sector (Documentation/ABI/stable/sysfs-block)."""


def run(ctx: Context) -> None:
    """GPT by sfdisk; old signatures at the partitions' starts are removed, so that none comes back to life. The kernel is
    told by `show` and not by sfdisk, which would wait a quarter of a second and is not understood by every kernel."""
    argv = ("sfdisk", "--quiet", "--no-tell-kernel", "--wipe", "always", "--wipe-partitions", "always", ctx.disk.path)
    ctx.change(*argv, on=ctx.disk.path, stdin=ctx.layout.script(ctx.settings.table_id).encode())
    ctx.partitioned = True
    show(ctx)


def show(ctx: Context) -> None:
    """Make the kernel see the partitions. Raises InstallFailed when it does not within the deadline.

    Some kernels (small virtual machines) read no GPT by themselves, and loop devices only when told to: partx reads
    the table in user space and tells the kernel. Without udev, devtmpfs makes the device nodes.
    """
    ctx.host.run(Command(("partx", "--update", ctx.disk.path)))
    if "udevadm" in ctx.host.names("/usr/bin"):
        ctx.host.run(Command(("udevadm", "settle", "--timeout=10")))
    deadline = time.monotonic() + PATIENCE_S
    while wrong := [part for part in ctx.layout.parts if not _shown(ctx, part)]:
        if time.monotonic() > deadline:
            names = ", ".join(ctx.path(part) for part in wrong)
            raise InstallFailed(
                N_("{disk} : les nouvelles partitions n'apparaissent pas ({names})").format(
                    disk=ctx.disk.describe(), names=names
                ),
                HINT,
            )
        time.sleep(0.1)


def _shown(ctx: Context, part: Part) -> bool:
    node = ctx.path(part).removeprefix("/dev/")
    folder = f"/sys/class/block/{node}"
    seen = [ctx.host.read(f"{folder}/{name}") for name in ("start", "size")]
    meant = [part.start_bytes // SECTOR, part.size_bytes // SECTOR]
    return [int(value) for value in seen if value] == meant and node in ctx.host.names("/dev")
