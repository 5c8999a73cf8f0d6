"""Take out of a root what is of the build host, or must be different on every PC."""

from __future__ import annotations

import shutil
from pathlib import Path

REMOVED = (
    "etc/ssh/ssh_host_*",
    "etc/hostname",
    "etc/apt/apt.conf.d/99mmdebstrap",
    "etc/dpkg/dpkg.cfg.d/99mmdebstrap",
    "etc/apt/sources.list~",
    "var/lib/dbus/machine-id",
    "var/lib/systemd/random-seed",
    "var/lib/apt/lists/*",
    "var/cache/apt/*.bin",
    "var/cache/apt/archives/*.deb",
    "var/cache/debconf/*-old",
    "var/lib/dpkg/*-old",
    "var/backups/*",
    "var/log/*",
    "tmp/*",
    "run/*",
    "root/.*",
    "usr/sbin/policy-rc.d",
)
"""Patterns of files and folders, relative to the root."""


def clean(root: Path) -> None:
    """Remove them, and leave the empty places that the first start wants."""
    for pattern in REMOVED:
        for path in root.glob(pattern):
            if path.name in (".bashrc", ".profile"):
                continue
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    # Empty: systemd makes a new one at the first boot, without the questions that "uninitialized" brings.
    (root / "etc/machine-id").write_text("")
    for name, mode in (("var/log/journal", 0o2755), ("var/log/apt", 0o755), ("var/log/unattended-upgrades", 0o755)):
        folder = root / name
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(mode)
    for name in ("wtmp", "btmp", "lastlog"):
        (root / "var/log" / name).touch(mode=0o600 if name == "btmp" else 0o644)
    (root / "boot/efi").mkdir(exist_ok=True)
