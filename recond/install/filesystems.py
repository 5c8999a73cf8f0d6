"""Make the file systems: ext4 for the system on its partition; FAT for the firmware in a file, written to the disk later.

The FAT is filled by mtools: that needs neither a kernel that knows FAT nor a mount that could be left behind, and what
is on the disk can be compared with the file byte for byte. Identifiers are
new on every disk.
"""

from __future__ import annotations

from recond.core.ports import Command, must
from recond.core.words import N_
from recond.install.context import HINT, Access, Context

NAME = "filesystems"
TITLE = N_("Systèmes de fichiers")
ORDER = 20
ACCESS = Access.LENT

FEATURES = "^orphan_file,^metadata_csum_seed"
"""Left out whatever the host's default is, so that a stick and a PC make the same disk and any GRUB 2 reads it."""


def run(ctx: Context) -> None:
    """mkfs.ext4 (1 % reserved: the disks are small) and mkfs.vfat (FAT32: what firmware surely reads)."""
    root = ctx.path(ctx.layout.root)
    argv = ("mkfs.ext4", "-q", "-F", "-L", "debian", "-U", ctx.root_uuid, "-m", "1", "-O", FEATURES, root)
    ctx.change(*argv, on=root, timeout_s=600)
    with ctx.esp_image.open("wb") as file:
        file.truncate(ctx.layout.esp.size_bytes)
    block = ctx.disk.logical_block_bytes
    hidden = str(ctx.layout.esp.start_bytes // block)
    name = str(ctx.esp_image)
    fat = ("mkfs.vfat", "-F", "32", "-S", str(block), "-h", hidden, "-n", "EFI", "-i", ctx.esp_id, name)
    must(ctx.host, Command(fat, makes=name), hint=HINT)
