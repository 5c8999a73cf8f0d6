"""Disks that the machine has and this system cannot see: behind a RAID-mode controller, or one that no driver takes.

What cannot be seen cannot be wiped, so such a machine is never called clean. The usual cause is a BIOS set to RAID (Intel
RST) instead of AHCI. PCI class codes are those of the PCI Code and ID Assignment Specification; `remapped_nvme` is the
count of NVMe disks that Linux' ahci driver finds hidden behind the SATA controller (drivers/ata/ahci.c).
"""

from __future__ import annotations

from recond.core.ports import Host
from recond.core.words import N_
from recond.probe.sysfs import number

PCI = "/sys/bus/pci/devices"
STORAGE, RAID = 0x01, 0x0104
"""Base class of mass storage, and class of RAID controllers."""

SHOWS_ITS_DISKS = ("ahci", "vmd")
"""Drivers that show the disks of a controller in RAID mode one by one."""


def read_hidden(host: Host) -> tuple[str, ...]:
    """Return one French sentence for each controller behind which disks may hide, sorted by place."""
    return tuple(why for place in host.names(PCI) if (why := _why(host, place)) is not None)


def _why(host: Host, place: str) -> str | None:
    code = number(host, f"{PCI}/{place}/class")
    if code is None or code >> 16 != STORAGE:
        return None
    remapped = number(host, f"{PCI}/{place}/remapped_nvme")
    if remapped:
        return N_("{remapped} disque(s) NVMe caché(s) par le contrôleur {place} en mode RAID").format(
            remapped=remapped, place=place
        )
    driver = (host.link(f"{PCI}/{place}/driver") or "").rpartition("/")[2]
    if not driver:
        return N_("le contrôleur de disques {place} n'a pas de pilote ici : ses disques ne se voient pas").format(
            place=place
        )
    if code >> 8 == RAID and driver not in SHOWS_ITS_DISKS:
        return N_("le contrôleur RAID {place} ({driver}) cache les disques qu'il assemble").format(
            place=place, driver=driver
        )
    return None
