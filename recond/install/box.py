"""Run a program of the new system in a closed box: its own root, processes and mounts, no network, no right to any disk.

Only image profiles need it (their packages are removed by their own dpkg). Inside, a program has no device but /dev/null
and its kind, cannot make one (CAP_MKNOD), mount (CAP_SYS_ADMIN) or reach the hardware (CAP_SYS_RAWIO), and dies with
recond. See capabilities(7), namespaces(7).
"""

from __future__ import annotations

import os
import stat

from recond.core.ports import Command, Completed
from recond.install.context import Context

LOST = ("sys_admin", "mknod", "sys_rawio", "sys_module", "sys_boot", "sys_time", "net_admin", "net_raw", "sys_ptrace")
NODES = {"null": (1, 3), "zero": (1, 5), "full": (1, 7), "random": (1, 8), "urandom": (1, 9), "tty": (5, 0)}
"""Character devices, with their numbers (Documentation/admin-guide/devices.txt)."""

PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
QUIET = ("DEBIAN_FRONTEND=noninteractive", "DEBCONF_NONINTERACTIVE_SEEN=true", "LC_ALL=C.UTF-8", "HOME=/root")


def run(ctx: Context, *argv: str, timeout_s: float = 900) -> Completed:
    """Run it and return how it ended; what it prints goes through `ctx.tell` so that a wish to stop is heard."""
    _nodes(ctx)
    bounds = ",".join(f"-{name}" for name in LOST)
    box = (
        *("setpriv", "--pdeathsig", "KILL"),
        *("unshare", "--mount", "--pid", "--fork", "--kill-child", "--net", "--ipc", "--uts"),
        *(f"--root={ctx.root}", "--mount-proc", "--wd=/"),
        *("env", "-i", PATH, *QUIET, "setpriv", f"--bounding-set={bounds}", "--inh-caps=-all", "--no-new-privs"),
    )
    target = ctx.path(ctx.layout.root)

    def line(text: str) -> None:
        ctx.tell(ctx.share)

    return ctx.host.run(Command((*box, *argv), timeout_s=timeout_s, destroys=target, on_line=line), ctx.warrant)


def _nodes(ctx: Context) -> None:
    # At its first start the kernel's own /dev covers these.
    folder = ctx.inside("dev/null").parent
    folder.mkdir(exist_ok=True)
    for name, (major, minor) in NODES.items():
        path = folder / name
        if not path.exists():
            os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(major, minor))
            path.chmod(0o666)
    for name in ("proc", "run", "tmp"):
        ctx.inside(f"{name}/x").parent.mkdir(exist_ok=True)
