"""The raw SMBIOS tables (DMTF DSP0134): structures of a formatted area and a list of strings. Offsets are the standard's.

The tables come from the firmware and are untrusted: a short, cut or looping table gives fewer facts, never an error.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from recond.core.text import clean
from recond.core.words import N_
from recond.probe.dmi import Array, Board, Dmi, Module

MEMORY_TYPES = {
    0x03: "DRAM", 0x04: "EDRAM", 0x05: "VRAM", 0x06: "SRAM", 0x07: "RAM", 0x08: "ROM", 0x09: "Flash", 0x0A: "EEPROM",
    0x0B: "FEPROM", 0x0C: "EPROM", 0x0F: "SDRAM", 0x11: "RDRAM", 0x12: "DDR", 0x13: "DDR2", 0x14: "DDR2 FB-DIMM",
    0x18: "DDR3", 0x19: "FBD2", 0x1A: "DDR4", 0x1B: "LPDDR", 0x1C: "LPDDR2", 0x1D: "LPDDR3", 0x1E: "LPDDR4",
    0x1F: N_("Logical non-volatile device"), 0x20: "HBM", 0x21: "HBM2", 0x22: "DDR5", 0x23: "LPDDR5", 0x24: "HBM3",
}  # fmt: skip
FORMS = {
    0x03: "SIMM", 0x05: "Chip", 0x06: "DIP", 0x08: "Proprietary Card", 0x09: "DIMM", 0x0B: "Row Of Chips", 0x0C: "RIMM",
    0x0D: "SODIMM", 0x0E: "SRIMM", 0x0F: "FB-DIMM", 0x10: "Die", 0x11: "CAMM",
}  # fmt: skip


@dataclass(frozen=True)
class Structure:
    """One SMBIOS structure: its type, handle, formatted area (header included) and strings."""

    type: int
    handle: int
    area: bytes
    strings: tuple[bytes, ...]

    def number(self, offset: int, length: int = 1) -> int | None:
        """Return a little-endian number of the formatted area, None when the structure is too short (older) for it."""
        if offset + length > len(self.area):
            return None
        return int.from_bytes(self.area[offset : offset + length], "little")

    def text(self, offset: int) -> str | None:
        """Return the string whose index stands at `offset`, cleaned; None for none or an index that leads nowhere."""
        index = self.number(offset)
        if not index or index > len(self.strings):
            return None
        # SMBIOS strings are ASCII; dmidecode shows any other byte as a dot too.
        return clean(bytes(byte if 32 <= byte < 127 else 0x2E for byte in self.strings[index - 1]))


def structures(table: bytes) -> Iterator[Structure]:
    """Yield the structures up to the end mark (type 127) or to where the table stops making sense."""
    at = 0
    while at + 4 <= len(table):
        kind, length = table[at], table[at + 1]
        end = table.find(b"\0\0", at + length)
        if length < 4 or at + length > len(table) or end < 0:
            return
        strings = table[at + length : end].split(b"\0") if end > at + length else []
        yield Structure(kind, int.from_bytes(table[at + 2 : at + 4], "little"), table[at : at + length], tuple(strings))
        if kind == 127:
            return
        at = end + 2


def version_of(entry: bytes | None) -> tuple[int, int]:
    """Return the SMBIOS version of an entry point; 2.6 when there is none."""
    if entry and entry.startswith(b"_SM3_") and len(entry) >= 9:
        return entry[7], entry[8]
    if entry and entry.startswith(b"_SM_") and len(entry) >= 8:
        return entry[6], entry[7]
    return 2, 6


def parse(table: bytes, entry: bytes | None = None) -> Dmi:
    """Return the facts of the tables. The first structure of a type counts, except memory, boards and processors."""
    found = Dmi(source="raw")
    seen: set[int] = set()
    models: list[str] = []
    old: list[Module] = []
    for item in structures(table):
        first = item.type not in seen
        seen.add(item.type)
        if item.type == 0 and first:
            found.bios_vendor, found.bios_version, found.bios_date = item.text(4), item.text(5), item.text(8)
            extension = item.number(0x13)
            found.has_uefi = None if extension is None else bool(extension & 0x08)
        elif item.type == 1 and first:
            found.system, found.sku = _board(item), item.text(0x19)
            found.uuid = _uuid(item, version_of(entry))
        elif item.type == 2 and (first or item.number(0x0D) == 0x0A):
            # Several boards (riser, I/O): the first stands unless another says "motherboard".
            found.board = _board(item)
        elif item.type == 3 and first:
            kind = item.number(5)
            found.chassis_type, found.chassis_serial = None if kind is None else kind & 0x7F, item.text(7)
        elif item.type == 4 and item.number(5) == 3 and (item.number(0x18) or 0) & 0x40:
            found.sockets = (found.sockets or 0) + 1
            models += filter(None, [item.text(0x10)])
        elif item.type == 6:
            old.append(_old_module(item))
        elif item.type == 16:
            found.arrays.append(_array(item))
        elif item.type == 17:
            found.modules.append(_module(item))
        elif item.type == 24 and first:
            # Hardware security, bits 7-6: power-on password; 3-2: administrator's: 0 disabled, 1 enabled, 2 not there, 3 unknown.
            status = item.number(4)
            if status is not None:
                found.admin_password = {0: False, 1: True}.get(status >> 2 & 3)
                found.power_on_password = {0: False, 1: True}.get(status >> 6 & 3)
        elif item.type == 43 and first:
            found.tpm_version = {1: "1.2", 2: "2.0"}.get(item.number(8) or 0)
    found.cpu_model = models[0] if models else None
    if not any(module.size_bytes for module in found.modules) and old:
        found.modules = old
    return found


def _board(item: Structure) -> Board:
    return Board(item.text(4), item.text(5), item.text(6), item.text(7))


def _uuid(item: Structure, version: tuple[int, int]) -> str | None:
    raw = item.area[8:24]
    if len(raw) < 16:
        return None
    # Since 2.6 the first three fields are little-endian (DSP0134, 7.2.1).
    return str(uuid.UUID(bytes_le=raw) if version >= (2, 6) else uuid.UUID(bytes=raw))


def _array(item: Structure) -> Array:
    use, kilobytes = item.number(5), item.number(7, 4)
    size = None if kilobytes is None else kilobytes << 10
    if kilobytes == 0x80000000:
        size = item.number(0x0F, 8)
    return Array(item.handle, None if use is None else use == 3, size or None, item.number(0x0D, 2))


def _module(item: Structure) -> Module:
    kind, form = item.number(0x12), item.number(0x0E)
    speed = item.number(0x15, 2)
    return Module(
        slot=item.text(0x10),
        size_bytes=_module_size(item),
        type=MEMORY_TYPES.get(kind or 0),
        form=FORMS.get(form or 0),
        speed_mts=speed if speed not in (None, 0, 0xFFFF) else None,
        manufacturer=item.text(0x17),
        part=item.text(0x1A),
        array=item.number(4, 2),
    )


def _old_module(item: Structure) -> Module:
    """Return a memory module of the years before SMBIOS 2.1 (type 6, which later tables leave out)."""
    byte = item.number(9)
    # Bits 6-0: a power of two in MB; 7Dh not known, 7Eh fitted but switched off, 7Fh an empty socket. Bit 7: two banks.
    power = None if byte is None else byte & 0x7F
    size = 0 if power == 0x7F else None if power is None or power > 20 else 1 << (20 + power)
    return Module(slot=item.text(4), size_bytes=size)


def _module_size(item: Structure) -> int | None:
    word = item.number(0x0C, 2)
    if word is None or word == 0xFFFF:
        return None
    if word == 0x7FFF:
        megabytes = item.number(0x1C, 4)
        return None if megabytes is None else (megabytes & 0x7FFFFFFF) << 20
    return (word & 0x7FFF) << (10 if word & 0x8000 else 20)
