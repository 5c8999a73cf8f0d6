"""The programs that an installation calls, and the Debian package each comes from."""

from __future__ import annotations

from recond.core.errors import EnvironmentFault
from recond.core.ports import Host
from recond.core.words import N_

TOOLS = {
    "sfdisk": "fdisk",
    "partx": "util-linux",
    "setpriv": "util-linux",
    "blkid": "util-linux",
    "mkswap": "util-linux",
    "mount": "mount",
    "umount": "mount",
    "find": "findutils",
    "mkfs.ext4": "e2fsprogs",
    "e2fsck": "e2fsprogs",
    "mkfs.vfat": "dosfstools",
    "fsck.vfat": "dosfstools",
    "mcopy": "mtools",
    "unsquashfs": "squashfs-tools",
}
"""GRUB is not among them: its parts come with the image. efibootmgr (package efibootmgr) is used when it is there."""

FOLDERS = ("/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/local/sbin", "/usr/local/bin")


def missing(host: Host) -> tuple[str, ...]:
    """Return the programs that this machine lacks."""
    there = {name for folder in FOLDERS for name in host.names(folder)}
    return tuple(tool for tool in TOOLS if tool not in there)


def demand(host: Host) -> None:
    """Raise EnvironmentFault that names every missing program and its package, before anything is touched."""
    lacking = missing(host)
    if lacking:
        packages = sorted({TOOLS[tool] for tool in lacking})
        raise EnvironmentFault(
            N_("il manque {lacking} pour installer un système").format(lacking=", ".join(lacking)),
            f"apt install {' '.join(packages)}",
        )
