"""Debian packages that were downloaded once are not downloaded again: `debs/` in the cache."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

KEPT_DAYS = 60
"""Packages that no build has used for so long are removed. A link to a file changes its ctime: that tells its use."""


def lend(store: Path, root: Path) -> None:
    """Put every kept package where apt looks for it; apt takes those that its lists still name, by their SHA-256."""
    place = root / "var/cache/apt/archives"
    place.mkdir(parents=True, exist_ok=True)
    store.mkdir(parents=True, exist_ok=True)
    for kept in store.glob("*.deb"):
        _link(kept, place / kept.name)


def keep(root: Path, store: Path) -> None:
    """Take over what apt has downloaded, and forget what is no longer used."""
    for deb in (root / "var/cache/apt/archives").glob("*.deb"):
        if not (store / deb.name).exists():
            _link(deb, store / deb.name)
    long_ago = time.time() - KEPT_DAYS * 86400
    for kept in store.glob("*.deb"):
        if kept.stat().st_ctime < long_ago:
            kept.unlink()


def _link(source: Path, target: Path) -> None:
    target.unlink(missing_ok=True)
    try:
        os.link(source, target)
    except OSError:  # another file system
        partial = target.with_name(f".{target.name}.{os.getpid()}")
        shutil.copyfile(source, partial)
        partial.replace(target)
