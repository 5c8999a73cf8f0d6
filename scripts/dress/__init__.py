"""How the recorded virtual PCs are dressed: SMBIOS strings, chassis, disks, firmware, memory. All serial numbers are made up."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent

NOTEBOOK, DESKTOP, ALL_IN_ONE, TABLET, MINI = 0x0A, 0x03, 0x0D, 0x1E, 0x23
"""Chassis types of SMBIOS (7.4.1). QEMU itself only ever says "other"."""


@dataclass(frozen=True)
class Dress:
    """One virtual PC. `smbios`: QEMU's words by type; `chassis`: (type, maker, serial); `disks`: QEMU's -device words, each
    with its size in MiB. `asl`: ACPI table to add. `toram`: the stick is pulled out before the recording."""

    name: str
    what: str
    smbios: tuple[str, ...]
    chassis: tuple[int, str, str]
    disks: tuple[tuple[str, int], ...] = ()
    firmware: str = "uefi"
    memory_mib: int = 2048
    asl: Path | None = None
    toram: bool = False
    worn: str | None = None
    extra: tuple[str, ...] = field(default=())


def hdd(serial: str, port: int, model: str = "WDC WD5000LPCX-24C6HT0") -> str:
    """Return a spinning SATA disk."""
    return f"ide-hd,bus=ide.{port},serial={serial},model={model},rotation_rate=5400,wwn=0x50014ee2b0{port:02x}4567"


def ssd(serial: str, port: int, model: str = "Samsung SSD 850 EVO 250GB") -> str:
    """Return a SATA SSD."""
    return f"ide-hd,bus=ide.{port},serial={serial},model={model},rotation_rate=1,wwn=0x5002538d40{port:02x}1234"


def nvme(serial: str) -> str:
    """Return an NVMe disk."""
    return f"nvme,serial={serial}"


def stick(serial: str) -> str:
    """Return a USB stick."""
    return f"usb-storage,bus=xhci.0,serial={serial},removable=on"


def words(
    maker: str, product: str, version: str, serial: str, uuid: str, board: str, bios: str, memory: str
) -> tuple[str, ...]:
    """Return QEMU's SMBIOS words of an honest machine."""
    return (
        f"type=0,vendor={maker},version={bios},date=06/28/2017",
        f"type=1,manufacturer={maker},product={product},version={version},serial={serial},uuid={uuid}",
        f"type=2,manufacturer={maker},product={board},serial=L1HF{serial[-6:]}",
        f"type=17,loc_pfx=DIMM,{memory}",
    )


HYNIX = "manufacturer=Hynix,speed=1600,serial=0F1E2D3C,part=HMT351S6CFR8C-PB"
SAMSUNG = "manufacturer=Samsung,speed=2400,serial=33A1B2C4,part=M471A5244CB0-CRC"
JUNK = (
    "type=0,vendor=American Megatrends Inc.,version=P1.40,date=08/07/2013",
    "type=1,manufacturer=To Be Filled By O.E.M.,product=To Be Filled By O.E.M.,version=To Be Filled By O.E.M.,"
    "serial=To Be Filled By O.E.M.,uuid=03000200-0400-0500-0006-000700080009,sku=To Be Filled By O.E.M.",
    "type=2,manufacturer=ASRock,product=B75M-GL R2.0,serial=E80-35012300847",
    "type=17,loc_pfx=ChannelA-DIMM,manufacturer=Undefined,speed=1333,serial=00000000,part=Undefined",
)
# Latin-1 in the tables: the bytes of "Société Générale d'Informatique", which are not UTF-8.
LATIN1 = "Soci\udce9t\udce9 G\udce9n\udce9rale d'Informatique"

DRESSES = (
    Dress(
        "laptop-worn-battery",
        "a notebook (UEFI) with a worn battery, a lid, an NVMe and a hard disk",
        words("LENOVO", "20BX0011FR", "ThinkPad T450s", "PC0AB12C", "4c4c4544-0042-3510-8053-b4c04f565132", "20BX0011FR",
              "JBET66WW (1.30 )", HYNIX),
        (NOTEBOOK, "LENOVO", "PC0AB12C"),
        ((nvme("S3X4NF0K512345"), 1024), (hdd("WD-WX61A1234567", 1), 1024)),
        asl=HERE / "laptop.asl",
    ),
    Dress(
        "desktop-junk-names",
        "a desktop (BIOS) whose maker filled nothing in: only its board has a name",
        JUNK,
        (DESKTOP, "To Be Filled By O.E.M.", "To Be Filled By O.E.M."),
        ((ssd("S2R5NX0H123456", 0), 1024),),
        firmware="bios",
    ),
    Dress(
        "two-disks-one-failing",
        "a desktop (BIOS) with two hard disks, one of which counts lost sectors (edited, see below)",
        words("Hewlett-Packard", "HP Compaq 8200 Elite SFF PC", "", "CZC1234ABC", "9c8e99d2-5a3f-11e1-b5a9-3c4a92701234", "1495",
              "J01 v02.28", HYNIX),
        (DESKTOP, "Hewlett-Packard", "CZC1234ABC"),
        ((hdd("WD-WCC2E1111111", 0), 1024), (hdd("WD-WCC2E2222222", 1, "ST500DM002-1BD142"), 1024)),
        firmware="bios",
        worn="WD-WCC2E2222222",
    ),
    Dress(
        "no-disk",
        "a mini PC (BIOS) without any disk; the stick ran from memory and was pulled out",
        words("Dell Inc.", "OptiPlex 3020M", "01", "7XKQ512", "4c4c4544-0058-4b10-8051-b7c04f353132", "0V8DG2", "A15", HYNIX),
        (MINI, "Dell Inc.", "7XKQ512"),
        firmware="bios",
        memory_mib=3072,
        toram=True,
    ),
    Dress(
        "usb-only",
        "a PC (UEFI) with nothing but USB disks: the stick it started from and another one",
        words("FUJITSU", "ESPRIMO Q520", "", "YLHV012345", "2d7a51ab-3ad4-11e5-8d2b-901b0e4f1a2b", "D3223-S1", "V4.6.5.4 R1.34",
              HYNIX),
        (MINI, "FUJITSU", "YLHV012345"),
        ((stick("4C530001230719117591"), 512),),
    ),
    Dress(
        "one-gigabyte",
        "an old notebook (BIOS) with 1 GB of memory, a hard disk and no battery",
        words("ASUSTeK Computer INC.", "1005HA", "x.x", "9AOAAS123456", "e0c6a001-8d4c-11de-9f3a-00248c0d1e2f", "1005HA", "1601",
              "manufacturer=Nanya,speed=667,serial=1A2B3C4D,part=NT1GT64U8HB0BN"),
        (NOTEBOOK, "ASUSTeK Computer INC.", "9AOAAS123456"),
        ((hdd("5VG1ABCD", 0, "ST9160314AS"), 512),),
        firmware="bios",
        memory_mib=1024,
    ),
    Dress(
        "secure-boot",
        "a notebook (UEFI) with Secure Boot on, started through Debian's signed shim; no battery",
        words("HP", "HP ProBook 450 G4", "", "5CD7123XYZ", "a1b2c3d4-8d6f-11e7-b0ff-5065f3a1b2c3", "8231", "P85 Ver. 01.20",
              SAMSUNG),
        (NOTEBOOK, "HP", "5CD7123XYZ"),
        ((ssd("50026B7782123456", 0, "KINGSTON SA400S37240G"), 1024),),
        firmware="secure",
    ),
    Dress(
        "latin1-all-in-one",
        "an all-in-one (UEFI) whose maker wrote Latin-1 into the tables, with an odd disk model",
        words(LATIN1, "Poste \udce9cole n\udcb02", "\udce0 v\udce9rifier", "SGI2014000342", "5f1d2e3c-7b6a-4d5e-8f90-a1b2c3d4e5f6",
              "Carte m\udce8re", "1.0\udce9", HYNIX),
        (ALL_IN_ONE, LATIN1, "SGI-2014-000342"),
        ((ssd("AA000000000000000213", 0, "[red]SSD\x1b[31m"), 1024),),
    ),
    Dress(
        "tablet-card",
        "a tablet (UEFI) whose only storage is a memory card",
        words("TOSHIBA", "Encore 2 WT8-B", "PDW0EE", "YE012345H", "0b1c2d3e-4f50-6172-8394-a5b6c7d8e9fa", "Type2 - Board", "2.00",
              HYNIX),
        (TABLET, "TOSHIBA", "YE012345H"),
        (("sd-card,bus=sd-bus", 1024),),
        extra=("-device", "sdhci-pci,id=sdhci"),
    ),
)  # fmt: skip


def chassis_table(kind: int, maker: str, serial: str) -> bytes:
    """Return a System Enclosure structure (SMBIOS type 3, version 2.3 layout) as QEMU takes it from a file."""
    # Maker, kind, version, serial, asset tag; states of boot, power, heat and lock; OEM word, height, cords, contained parts.
    body = struct.pack("<BBBBBBBBBIBBBB", 1, kind, 0, 2, 0, 3, 3, 3, 3, 0, 0, 1, 0, 0)
    strings = b"".join(text.encode("utf-8", "surrogateescape") + b"\0" for text in (maker, serial))
    return struct.pack("<BBH", 3, 4 + len(body), 0x0300) + body + strings + b"\0"
