"""A recond stick as a disk to be written: which disks may become one, and where an update of its system goes.

The boot partition is replaced beside the old one, never over it: until the partition table is switched, at the very end, the
stick starts as before.
"""

from __future__ import annotations

from dataclasses import dataclass

from recond.core.disk import Bus, Disk
from recond.core.gpt import HEAD_BYTES, SECTOR, TABLE_SECTORS, Gpt, Part
from recond.core.guard import Guard, Refusal, Surroundings, refusals
from recond.core.words import N_

MIB = 1 << 20
BIOS_NAME, BOOT_NAME, DATA_NAME = "RECOND-BIOS", "RECOND", "RECOND-DATA"
NOT_A_STICK = N_("branchez une clé USB, ou nommez le bon périphérique")


@dataclass(frozen=True, slots=True)
class StickLayout:
    """The partitions of a recond stick or image."""

    gpt: Gpt
    bios: Part
    boot: Part
    data: Part


def read_layout(gpt: Gpt | None) -> StickLayout | None:
    """Return the stick's partitions, None when this is no recond stick."""
    if gpt is None:
        return None
    bios, boot, data = (gpt.named(name) for name in (BIOS_NAME, BOOT_NAME, DATA_NAME))
    return StickLayout(gpt, bios, boot, data) if bios and boot and data else None


def usb_only(disk: Disk, around: Surroundings) -> Refusal | None:
    """Only what people plug in and out by USB; in practice the practice disk, which another guard tells from all others."""
    if around.practice_file is not None and disk.bus is Bus.LOOP:
        return None
    if disk.bus is not Bus.USB or not disk.removable:
        return Refusal("not-a-stick", N_("ce n'est pas une clé USB amovible"), NOT_A_STICK)
    return None


def stick_refusals(disk: Disk, around: Surroundings, need_bytes: int) -> tuple[Refusal, ...]:
    """Return every reason why this disk may not be written as a stick: recond's guards, and two more."""
    small: Guard = lambda one, _: (  # noqa: E731
        Refusal(
            "too-small",
            N_("elle est trop petite : il faut {need_bytes} Mo").format(need_bytes=need_bytes // 1_000_000),
            N_("prenez une clé plus grande"),
        )
        if one.identity.size_bytes < need_bytes
        else None
    )
    return (*(one for one in (usb_only(disk, around), small(disk, around)) if one), *refusals(disk, around))


def find_place(gpt: Gpt, disk_bytes: int, need_bytes: int) -> int | None:
    """Return where (in bytes, on a whole MiB) a partition of that size fits between those there are; None = nowhere.

    As far back as possible: the data partition, which grows at the stick's first start, keeps its room.
    """
    start = -(-HEAD_BYTES // MIB) * MIB
    gaps = []
    for part in sorted(gpt.parts, key=lambda one: one.start):
        gaps.append((start, part.start))
        start = max(start, -(-part.end // MIB) * MIB)
    gaps.append((start, disk_bytes - TABLE_SECTORS * SECTOR))
    places = [(end - need_bytes) // MIB * MIB for first, end in gaps if (end - need_bytes) // MIB * MIB >= first]
    return max(places, default=None)
