"""What a BIOS starts: GRUB's first sector in the MBR, the rest in the BIOS boot partition, by direct writes.

The same as grub-bios-setup does (GRUB's util/setup.c), on the disk that the warrant holds. Offsets below are from
GRUB's include/grub/i386/pc/boot.h.
"""

from __future__ import annotations

from recond.core.errors import InstallFailed
from recond.core.words import N_
from recond.install.context import HINT, Access, Context
from recond.install.direct import read, write

NAME = "bootsector"
TITLE = N_("Secteur de démarrage")
ORDER = 60
ACCESS = Access.HELD

SECTOR = 512
CODE_END = 440
"""Boot code before the disk's signature and the protective MBR's table."""

KERNEL_SECTOR = 0x5C
"""Where boot.img keeps the number of core.img's first sector, 64 bits."""

DRIVE_CHECK = 0x66
"""A jump over the repair of a nonsense drive number, as some BIOSes give; two NOPs in its place for a hard disk."""

BLOCK_LIST = 0x1F4
"""In core.img's first sector: where its next sectors are (64 bits), and after it their count (16) and segment (16)."""

FIRST_ENTRY = 0x1BE
ACTIVE = 0x80
"""Some BIOSes start no disk without an active partition; UEFI ignores the flag (UEFI 2.10, 5.2.3)."""


def run(ctx: Context) -> None:
    """Write the two parts and wait until they are on the medium. Only the active flag on a disk that no BIOS can start."""
    device = ctx.warrant.device()
    if ctx.bios_possible:
        core = core_for(ctx.core_image, ctx.layout.bios.start_bytes // SECTOR)
        if len(core) > ctx.layout.bios.size_bytes:
            raise InstallFailed(
                N_("core.img de l'image {name} est trop grand ({count} octets)").format(
                    name=ctx.image.name, count=len(core)
                ),
                HINT,
            )
        write(device, ctx.layout.bios.start_bytes, core)
    sector = read(device, 0, device.block_bytes)
    write(device, 0, mbr_for(sector, ctx.boot_code, ctx.layout.bios.start_bytes // SECTOR))
    device.flush()


def mbr_for(sector: bytes, boot_image: bytes, core_sector: int) -> bytes:
    """Return the disk's first sector with GRUB's code in it (`boot_image` empty = none) and the partition made active."""
    new = bytearray(sector)
    if boot_image:
        if len(boot_image) != SECTOR or boot_image[510:] != b"\x55\xaa":
            raise InstallFailed(N_("boot.img de l'image n'est pas un secteur de démarrage"), N_("refaites l'image"))
        code = bytearray(boot_image[:CODE_END])
        code[KERNEL_SECTOR : KERNEL_SECTOR + 8] = core_sector.to_bytes(8, "little")
        code[DRIVE_CHECK : DRIVE_CHECK + 2] = b"\x90\x90"
        new[:CODE_END] = code
    if new[510:512] != b"\x55\xaa" or new[FIRST_ENTRY + 4] != 0xEE:
        raise InstallFailed(N_("le disque n'a pas la table de partitions qui vient d'y être écrite"), HINT)
    new[FIRST_ENTRY] = ACTIVE
    return bytes(new)


def core_for(core_image: bytes, sector: int) -> bytes:
    """Return core.img, told where it lies: its first sector loads all the others, which follow it."""
    if len(core_image) <= SECTOR:
        raise InstallFailed(N_("core.img de l'image est vide ou coupé"), N_("refaites l'image"))
    new = bytearray(core_image)
    new[BLOCK_LIST : BLOCK_LIST + 8] = (sector + 1).to_bytes(8, "little")
    count = -(-len(core_image) // SECTOR) - 1
    new[BLOCK_LIST + 8 : BLOCK_LIST + 10] = count.to_bytes(2, "little")
    return bytes(new)
