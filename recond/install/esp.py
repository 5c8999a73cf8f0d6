"""Write the EFI system partition, made in a file, to its place on the disk."""

from __future__ import annotations

from recond.core.words import N_
from recond.install.context import Access, Context
from recond.install.direct import read, write, written_parts

NAME = "esp"
TITLE = N_("Partition EFI")
ORDER = 65
ACCESS = Access.HELD


def run(ctx: Context) -> None:
    """Write what the file holds: mkfs.vfat writes every byte of its tables, so only free clusters are holes."""
    device = ctx.warrant.device()
    with ctx.esp_image.open("rb") as file:
        for offset, data in written_parts(file.fileno()):
            write(device, ctx.layout.esp.start_bytes + offset, data)
    device.flush()


def same_on_disk(ctx: Context) -> bool:
    """Tell whether the disk holds what was meant, byte for byte, read past every cache."""
    device = ctx.warrant.device()
    with ctx.esp_image.open("rb") as file:
        return all(
            read(device, ctx.layout.esp.start_bytes + offset, len(data)) == data
            for offset, data in written_parts(file.fileno())
        )
