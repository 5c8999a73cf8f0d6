"""The machine's tag in a variable of its UEFI: a machine met again with a new disk is known. Read always, written by consent.

A variable as Linux shows it (Documentation/filesystems/efivarfs.rst): four bytes of attributes, little-endian, then the data.
"""

from __future__ import annotations

import struct

from recond.core.identity import parse_tag
from recond.core.machine import Firmware, System
from recond.core.words import N_

FOLDER = "/sys/firmware/efi/efivars"
NAME = "RecondTag-7a1d5c3e-94b0-4c7e-9f0a-6b1f2d8e5c41"
ATTRIBUTES = 0x7
"""Kept without power, seen by boot loaders and by systems (UEFI 2.10, 8.2: NON_VOLATILE, BOOTSERVICE_ACCESS, RUNTIME_ACCESS)."""

ROOM_BYTES = 32 << 10
"""Free room that must be left: firmwares were bricked by stores that ran full; Linux itself keeps 5 KiB back (efi/vars.c)."""

BAD_MAKERS = {
    "SAMSUNG": N_("des portables Samsung ne démarraient plus après une écriture en NVRAM"),
    "APPLE": N_("la NVRAM des Mac n'est pas celle d'un PC"),
    "MICRO-STAR": N_("des portables MSI ne démarraient plus quand leurs variables changeaient"),
    "MSI": N_("des portables MSI ne démarraient plus quand leurs variables changeaient"),
}
"""Makers some of whose machines are known to have been made useless by changes of their variables: none of theirs is written."""

OLDEST = 2014
"""Firmware older than this was made before those faults were known and mended."""


def read(data: bytes | None) -> str | None:
    """Return the tag that a variable holds; None when there is none, or it is not a tag of recond."""
    if data is None or len(data) < 5:
        return None
    try:
        return parse_tag(data[4:].decode("ascii"))
    except UnicodeDecodeError:
        return None


def encode(tag: str) -> bytes:
    """Return what is written: attributes and tag. Raises ValueError for what is no tag."""
    if parse_tag(tag) != tag:
        raise ValueError(tag)
    return struct.pack("<I", ATTRIBUTES) + tag.encode("ascii")


def why_not(system: System, firmware: Firmware | None, free_bytes: int | None) -> str | None:
    """Return in French why nothing may be written on this machine; None when it may. What is unknown is a reason.

    `free_bytes`: what the variable store has left, None when nobody can say.
    """
    if firmware is None or firmware.uefi is not True:
        return N_("ce PC n'a pas démarré en UEFI")
    if firmware.uefi_bits != 64:
        return N_("son UEFI est de 32 bits, trop peu éprouvé")
    makers = f"{system.manufacturer or ''} {firmware.vendor or ''}".upper()
    bad = next((why for maker, why in BAD_MAKERS.items() if maker in makers), None)
    if bad is not None:
        return bad
    if not (system.manufacturer or "").strip():
        return N_("son fabricant n'est pas connu")
    year = str(firmware.date or "")[:4]
    if not year.isdigit() or int(year) < OLDEST:
        return N_("son firmware est d'avant {oldest}, ou sans date").format(oldest=OLDEST)
    if free_bytes is None:
        return N_("la place libre de sa NVRAM n'est pas connue")
    if free_bytes < ROOM_BYTES:
        return N_("sa NVRAM n'a plus que {free_bytes} Ko de libre").format(free_bytes=free_bytes >> 10)
    return None
