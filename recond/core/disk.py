"""A disk as recond knows it: who it is, what it is, what is on it and who uses it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum

from recond.core.words import N_, aside, joined


class Bus(StrEnum):
    """How the disk is attached. It decides which commands reach the drive itself."""

    NVME = "nvme"
    SATA = "sata"
    SCSI = "scsi"
    USB = "usb"
    MMC = "mmc"
    VIRTIO = "virtio"
    LOOP = "loop"
    UNKNOWN = "unknown"


class Medium(StrEnum):
    """What the bits are kept on."""

    HDD = "hdd"
    SSD = "ssd"
    NVME = "nvme"
    FLASH = "flash"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class DiskIdentity:
    """What tells one disk from another. `None` = the disk does not say. Never a kernel name: those move between boots."""

    model: str | None
    serial: str | None
    wwn: str | None
    size_bytes: int

    @property
    def key(self) -> str:
        """Return a short stable name for files and chains: 12 hexadecimal digits of a hash of the identity."""
        text = "\0".join((self.model or "", self.serial or "", self.wwn or "", str(self.size_bytes)))
        return hashlib.sha256(text.encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Partition:
    """One partition as udev and sysfs show it."""

    name: str
    size_bytes: int
    filesystem: str | None = None
    label: str | None = None
    partition_name: str | None = None


@dataclass(frozen=True, slots=True)
class Use:
    """One thing that holds the disk or a part of it: a mount, swap, LVM, MD, LUKS… `by` is its kernel or mount name."""

    kind: str
    by: str


@dataclass(frozen=True, slots=True)
class Disk:
    """One whole disk. Sizes in bytes; `path` is only valid until the next plug event."""

    name: str
    path: str
    sys_path: str
    identity: DiskIdentity
    bus: Bus = Bus.UNKNOWN
    medium: Medium = Medium.UNKNOWN
    firmware: str | None = None
    rpm: int | None = None
    logical_block_bytes: int = 512
    physical_block_bytes: int = 512
    removable: bool = False
    read_only: bool = False
    partition_table_id: str | None = None
    partitions: tuple[Partition, ...] = ()
    signature: str | None = None
    uses: tuple[Use, ...] = ()
    usb_bridge: str | None = None
    by_loop_file: str | None = None
    unknown: tuple[str, ...] = field(default=())

    @property
    def key(self) -> str:
        """Return the identity's short stable name."""
        return self.identity.key

    @property
    def contents(self) -> str:
        """Return in a few words what is on the disk, for the person who decides: "ntfs, vfat (3)"."""
        kinds = sorted({p.filesystem for p in self.partitions if p.filesystem})
        if kinds:
            return f"{', '.join(kinds)} ({len(self.partitions)})"
        if self.partitions:
            return N_("{count} partition(s)").format(count=len(self.partitions))
        return self.signature or N_("aucune partition")

    def describe(self) -> str:
        """Return model, serial and name, as every message about a disk must give them."""
        from recond.core.text import decimal_bytes

        model = self.identity.model or N_("modèle inconnu")
        serial = self.identity.serial or N_("sans n° de série")
        return aside(model, joined(", ", (serial, decimal_bytes(self.identity.size_bytes), self.path)))


@dataclass(frozen=True, slots=True)
class BootMedium:
    """The stick this system was booted from, recorded by the initrd before anything else (see docs/contracts.md).

    `netboot`: there is none, the system came over the network; the other fields are None then.
    """

    name: str | None
    serial: str | None
    wwn: str | None
    ptuuid: str | None
    size_bytes: int | None
    toram: bool = False
    netboot: bool = False
