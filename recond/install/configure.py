"""Make the unpacked system this machine's own: file systems, name, language, keyboard, time zone, swap, identity."""

from __future__ import annotations

import os
from pathlib import Path

from recond.core.canonical import encode
from recond.core.errors import InstallFailed
from recond.core.installing import HOSTNAME, InstallSettings, swap_bytes
from recond.core.ports import Command, must
from recond.core.words import N_
from recond.install.context import Access, Context

NAME = "configure"
TITLE = N_("Réglages")
ORDER = 40
ACCESS = Access.WRITING

SWAP = "swapfile"
HELP = "etc/recond/help.json"
"""Read by the first questions and the page "Bien démarrer" (profiles/common, owner/contacts.py)."""


def run(ctx: Context) -> None:
    """Write the settings; what is the same in the image is left as it came. Raises InstallFailed for a wrong setting."""
    settings = ctx.settings
    if not HOSTNAME.fullmatch(settings.hostname):
        raise InstallFailed(
            N_("« {hostname} » ne peut pas être un nom d'ordinateur").format(hostname=settings.hostname),
            N_("choisissez un autre nom"),
        )
    ctx.write("etc/hostname", settings.hostname + "\n")
    ctx.write("etc/hosts", HOSTS.format(host=settings.hostname))
    ctx.write("etc/machine-id", "")
    if settings.help is not None:
        ctx.write(HELP, encode(settings.help).decode() + "\n")
    ctx.write("etc/adjtime", ADJTIME)
    _forget_keys(ctx)
    _language(ctx, settings)
    _time_zone(ctx, settings)
    swap = _swap(ctx)
    ctx.write("etc/fstab", fstab(ctx.root_uuid, ctx.esp_uuid, swap=swap))


ADJTIME = "0.0 0 0.0\n0\nUTC\n"
"""The PC's clock holds UTC (adjtime_config(5)), whatever Windows kept there."""

HOSTS = """\
127.0.0.1\tlocalhost
127.0.1.1\t{host}

::1\tlocalhost ip6-localhost ip6-loopback
ff02::1\tip6-allnodes
ff02::2\tip6-allrouters
"""


def fstab(root_uuid: str, esp_uuid: str, *, swap: bool) -> str:
    """Return /etc/fstab: file systems by their identifiers, since disks change names."""
    lines = [
        f"UUID={root_uuid} / ext4 defaults,errors=remount-ro 0 1",
        f"UUID={esp_uuid} /boot/efi vfat umask=0077 0 1",
    ]
    if swap:
        lines.append(f"/{SWAP} none swap sw 0 0")
    return "\n".join(lines) + "\n"


def _forget_keys(ctx: Context) -> None:
    # Images hold none; were one to hold them, every PC would share them. The first boot makes this machine's own.
    for key in (ctx.root / "etc/ssh").glob("ssh_host_*"):
        key.unlink()
        ctx.changed.add(str(key.relative_to(ctx.root)))


def _language(ctx: Context, settings: InstallSettings) -> None:
    _settle(ctx, "etc/locale.conf", {"LANG": settings.locale})
    keyboard = {"XKBLAYOUT": settings.keyboard, "XKBVARIANT": settings.keyboard_variant}
    if _settle(ctx, "etc/default/keyboard", keyboard):
        # The key map made for the image's layout: without it, the first boot makes the right one.
        for cached in (ctx.root / "etc/console-setup").glob("cached_*"):
            cached.unlink()
            ctx.changed.add(str(cached.relative_to(ctx.root)))


def _settle(ctx: Context, name: str, wanted: dict[str, str]) -> bool:
    """Set shell variables in a file; tells whether it had to be changed."""
    try:
        lines = (ctx.inside(name)).read_text().splitlines()
    except FileNotFoundError:
        lines = []
    new = [line for line in lines if line.split("=")[0].strip() not in wanted]
    had = {line.split("=")[0].strip(): line.partition("=")[2].strip().strip('"') for line in lines if "=" in line}
    if all(had.get(key) == value for key, value in wanted.items()):
        return False
    ctx.write(name, "\n".join([*new, *(f'{key}="{value}"' for key, value in wanted.items())]) + "\n")
    return True


def _time_zone(ctx: Context, settings: InstallSettings) -> None:
    zone = f"usr/share/zoneinfo/{settings.timezone}"
    if not ctx.inside(zone).is_file():
        ctx.notes.append(N_("fuseau {timezone} absent de l'image, laissé tel quel").format(timezone=settings.timezone))
        return
    link = ctx.inside("etc/localtime")
    link.parent.mkdir(exist_ok=True)
    link.unlink(missing_ok=True)
    link.symlink_to(f"/{zone}")


def _swap(ctx: Context) -> bool:
    room = os.statvfs(ctx.root)
    ram = ctx.settings.ram_bytes or ctx.host.counts().memory_bytes
    size = swap_bytes(ram, room.f_bavail * room.f_frsize)
    if not size:
        return False
    path = ctx.root / SWAP
    _allocate(path, size)
    must(ctx.host, Command(("mkswap", str(path)), makes=str(path)))
    return True


def _allocate(path: Path, size: int) -> None:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        os.posix_fallocate(descriptor, 0, size)
    finally:
        os.close(descriptor)
