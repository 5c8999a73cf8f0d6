"""Which files of a live system need not be as they came: those that its own packages took away or rewrote since."""

from __future__ import annotations

import os

from recond.install.context import Context


def settled(ctx: Context, name: str) -> bool:
    """Tell whether a file that the image had was changed on purpose: rewritten after the copy, or gone with a removed
    package. A file that a package still there owns must be there."""
    if ctx.unpacked_ns is None:
        return False
    try:
        return os.lstat(ctx.root / name).st_ctime_ns > ctx.unpacked_ns
    except FileNotFoundError:
        return f"/{name}" not in owned(ctx)
    except OSError:
        return False


def owned(ctx: Context) -> frozenset[str]:
    """Return every path that the installed packages say is theirs (dpkg's info/*.list, written under /usr or not)."""
    if ctx.owned is not None:
        return ctx.owned
    paths: set[str] = set()
    for listing in (ctx.root / "var/lib/dpkg/info").glob("*.list"):
        paths.update(listing.read_text(errors="surrogateescape").splitlines())
    # /bin, /lib and /sbin are links into /usr: older packages still say /bin/ls.
    paths.update("/usr" + path for path in tuple(paths) if path.startswith(("/bin/", "/lib", "/sbin/")))
    ctx.owned = frozenset(paths)
    return ctx.owned
