"""What an installation is to be and what came of it: settings, layout of the disk, choice of the disk, result. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from recond.core.disk import Disk, DiskIdentity, Medium
from recond.core.profile import ProfileImage
from recond.core.workshop import HelpContacts

MIB = 1 << 20
BIOS_START, BIOS_SIZE = 1 * MIB, 1 * MIB
"""GRUB's second part for BIOS, in a partition of its own as GPT leaves no gap; it is about 30 KiB."""

ESP_SIZE, SMALL_ESP_SIZE = 512 * MIB, 128 * MIB
SMALL_DISK = 8_000_000_000
TAIL = 1 * MIB
"""Left free at the end for the second GPT."""

SPARE = 384 * MIB
"""What must be left of the root file system once the image is on it: first updates, logs, the owner's first files."""

EXT4_SHARE = 0.07
"""Part of an ext4 that is not for files: inode tables, journal, the reserved 1 % (measured on 4 and 32 GB: 5 to 6 %)."""

HOSTNAME = re.compile(r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")


class InstallVerdict(StrEnum):
    """What was observed at the end of an installation."""

    OK = "ok"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class InstallSettings:
    """What differs from one machine to the next. `nvram`: also write a boot entry into this machine's own firmware and set
    its clock, so only on the donated PC itself. `ram_bytes` None = ask this machine. `table_id`: GUID for the disk's partition
    table, by which a run that is taken up again knows its own work; None = any. `help`: whom the new owner may ask.
    `check_all`: read every file back at the end, not a sample."""

    hostname: str
    locale: str = "fr_FR.UTF-8"
    keyboard: str = "fr"
    keyboard_variant: str = "latin9"
    timezone: str = "Europe/Paris"
    nvram: bool = False
    ram_bytes: int | None = None
    table_id: str | None = None
    help: HelpContacts | None = None
    check_all: bool = False


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at after the installation; `text` is for people, in French."""

    name: str
    ok: bool
    text: str


@dataclass(frozen=True, slots=True)
class InstallResult:
    """What came of it. `OK` only when every check that was made is good and none is missing. `reason`: why not OK."""

    result: InstallVerdict
    disk: DiskIdentity
    profile: ProfileImage
    hostname: str
    checks: tuple[Check, ...]
    duration_s: float
    reason: str | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """One partition of the new system. Bytes from the start of the disk; `kind` is sfdisk's type."""

    number: int
    name: str
    kind: str
    start_bytes: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Layout:
    """The new partitions: GRUB's for BIOS, the EFI system partition, the root. The image's GRUB knows the root as the third."""

    bios: Part
    esp: Part
    root: Part

    @property
    def parts(self) -> tuple[Part, Part, Part]:
        """Return them in the order of their numbers."""
        return (self.bios, self.esp, self.root)

    def script(self, table_id: str | None = None) -> str:
        """Return the table as sfdisk reads it on its standard input. `table_id`: the disk's GUID; sfdisk makes one if None."""
        lines = [
            f'start={part.start_bytes // MIB}MiB, size={part.size_bytes // MIB}MiB, type={part.kind}, name="{part.name}"'
            for part in self.parts
        ]
        named = f"label-id: {table_id}\n" if table_id else ""
        return "label: gpt\n" + named + "\n".join(lines) + "\n"


def layout(disk_bytes: int) -> Layout:
    """Return the partitions for a disk of that size: starts and ends on whole mebibytes, whatever the sector's size."""
    esp = ESP_SIZE if disk_bytes >= SMALL_DISK else SMALL_ESP_SIZE
    root_start = BIOS_START + BIOS_SIZE + esp
    root_size = (disk_bytes - TAIL - root_start) // MIB * MIB
    if root_size < 64 * MIB:
        raise ValueError(f"no room for a root file system on {disk_bytes} bytes")
    return Layout(
        Part(1, "BIOS boot", "21686148-6449-6E6F-744E-656564454649", BIOS_START, BIOS_SIZE),
        Part(2, "EFI system partition", "C12A7328-F81F-11D2-BA4B-00A0C93EC93B", BIOS_START + BIOS_SIZE, esp),
        Part(3, "debian", "0FC63DAF-8483-4772-8E79-3D69D8477DE4", root_start, root_size),
    )


def needed_bytes(image: ProfileImage) -> int:
    """Return how big a disk must be for this image, with room to live. What comes over the network lies on the disk until it
    is unpacked."""
    root = int((image.unpacked_bytes + image.fetched_bytes + SPARE) / (1 - EXT4_SHARE))
    esp = SMALL_ESP_SIZE if root + SMALL_ESP_SIZE < SMALL_DISK - 4 * MIB else ESP_SIZE
    return root + esp + BIOS_START + BIOS_SIZE + TAIL + MIB


def choose_disk(disks: Iterable[Disk], needed: int) -> Disk | None:
    """Return the disk for the system among those that may take it: the smallest that is big enough among SSD and NVMe,
    else among the others (a small SSD starts faster than a big hard disk, which stays free for files)."""
    fitting = [disk for disk in disks if disk.identity.size_bytes >= needed]
    fast = [disk for disk in fitting if disk.medium in (Medium.SSD, Medium.NVME)]
    return min(fast or fitting, key=lambda disk: (disk.identity.size_bytes, disk.key), default=None)


def hostname_for(tag: str | None) -> str:
    """Return the machine's name on the network from its tag: "MDL-0042-2" gives "mdl-0042-2"; "debian" without a tag."""
    plain = re.sub(r"[^a-z0-9]+", "-", (tag or "").lower()).strip("-")[:63].strip("-")
    return plain or "debian"


def partition_path(disk_path: str, number: int) -> str:
    """Return a partition's device: /dev/sda3, /dev/nvme0n1p3, /dev/loop0p3 (the kernel puts a p after a digit)."""
    return f"{disk_path}{'p' if disk_path[-1].isdigit() else ''}{number}"


def swap_bytes(ram_bytes: int | None, free_bytes: int) -> int:
    """Return the size of the swap file: as much as the memory between 1 and 4 GiB, at most an eighth of the free place,
    0 when that leaves less than 256 MiB."""
    wish = min(max(ram_bytes or 2048 * MIB, 1024 * MIB), 4096 * MIB)
    size = min(wish, free_bytes // 8) // (64 * MIB) * (64 * MIB)
    return size if size >= 256 * MIB else 0
