"""Read back from the medium what the firmware starts, BIOS or UEFI."""

from __future__ import annotations

from recond.core.words import N_
from recond.install import bootsector, esp
from recond.install.context import Access, Context
from recond.install.direct import read

NAME = "check-boot"
TITLE = N_("Contrôle du démarrage")
ORDER = 70
ACCESS = Access.HELD


def run(ctx: Context) -> None:
    """Compare with what was meant. The kernel's copies are dropped first, so that this and
    all later checks read what is on the disk."""
    device = ctx.warrant.device()
    device.drop_caches()
    sector = read(device, 0, device.block_bytes)
    active = sector[510:512] == b"\x55\xaa" and sector[bootsector.FIRST_ENTRY] == bootsector.ACTIVE
    ctx.check("mbr", active, N_("MBR protecteur, partition active"))
    files = sum(path.is_file() for path in ctx.esp_tree.rglob("*"))
    ctx.check(
        "grub-uefi",
        files > 0 and esp.same_on_disk(ctx),
        N_("GRUB pour UEFI relu sur le disque ({files} fichiers)").format(files=files),
    )
    if not ctx.bios_possible:
        return
    first = ctx.layout.bios.start_bytes // bootsector.SECTOR
    core = bootsector.core_for(ctx.core_image, first)
    same = (
        bootsector.mbr_for(sector, ctx.boot_code, first) == sector
        and read(device, ctx.layout.bios.start_bytes, len(core)) == core
    )
    ctx.check("grub-bios", same, N_("GRUB pour BIOS relu sur le disque"))
