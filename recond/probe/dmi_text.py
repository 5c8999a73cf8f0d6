"""`dmidecode`'s text: our own parser, because ready ones lose values (repeated keys, a value with ": " in it)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from recond.core.text import clean
from recond.core.words import N_
from recond.probe.dmi import Array, Board, Dmi, Module
from recond.probe.dmi_raw import MEMORY_TYPES

CHASSIS = {
    "Other": 1, "Unknown": 2, "Desktop": 3, "Low Profile Desktop": 4, "Pizza Box": 5, "Mini Tower": 6, "Tower": 7,
    N_("Portable"): 8, "Laptop": 9, "Notebook": 10, "Hand Held": 11, "Docking Station": 12, "All In One": 13,
    "Sub Notebook": 14, "Space-saving": 15, "Lunch Box": 16, "Main Server Chassis": 17, "Expansion Chassis": 18,
    "Sub Chassis": 19, "Bus Expansion Chassis": 20, "Peripheral Chassis": 21, "RAID Chassis": 22,
    "Rack Mount Chassis": 23, "Sealed-case PC": 24, "Multi-system": 25, "CompactPCI": 26, "AdvancedTCA": 27,
    "Blade": 28, "Blade Enclosing": 29, "Blade Enclosure": 29, "Tablet": 30, "Convertible": 31, "Detachable": 32,
    "IoT Gateway": 33, "Embedded PC": 34, "Mini PC": 35, "Stick PC": 36,
}  # fmt: skip
ENABLED = {"Disabled": False, "Enabled": True}
UNITS = {"bytes": 0, "kb": 10, "mb": 20, "gb": 30, "tb": 40}
HEAD = re.compile(r"^ {0,8}Handle (0x[0-9A-Fa-f]{4,8}), DMI type (\d{1,3}), \d{1,5} bytes")


@dataclass
class Record:
    """One structure as printed: type, handle, and each key with every value it had."""

    type: int
    handle: int
    values: dict[str, list[str]] = field(default_factory=dict)

    def get(self, key: str) -> str | None:
        """Return the first value of a key, cleaned."""
        return clean(self.values[key][0]) if self.values.get(key) else None


def records(text: str) -> Iterator[Record]:
    """Yield the records of a dump. Lists (two tabs) are further values of the key above them.

    Tabs may have become spaces on the dump's way (mail, forums): then the first line of a record shows how many are one.
    """
    record: Record | None = None
    key, unit = "", 0
    # Not splitlines: a vendor's text may hold other line breaks of Unicode.
    for raw in text.split("\n"):
        line = raw.rstrip("\r")
        head = HEAD.match(line)
        if head:
            if record is not None:
                yield record
            record, key, unit = Record(int(head[2]), int(head[1], 16)), "", 0
            continue
        depth, unit = _depth(line, unit)
        if record is None or depth == 0:
            continue
        if depth > 1:
            if key:
                record.values[key].append(line.strip())
            continue
        key, separator, value = line.strip().partition(":")
        if separator:
            kept = record.values.setdefault(key, [])
            if value.strip():
                kept.append(value.strip())
        else:
            key = ""
    if record is not None:
        yield record


def _depth(line: str, unit: int) -> tuple[int, int]:
    """Return how deep a line is indented, and how many spaces are one step (0 = not seen yet)."""
    bare = line.lstrip(" \t")
    if not bare or len(bare) == len(line):
        return 0, unit
    blank = line[: len(line) - len(bare)]
    if "\t" in blank:
        return blank.count("\t"), unit
    unit = unit or len(blank)
    return (2 if len(blank) > unit else 1), unit


def parse(text: str) -> Dmi:
    """Return the facts of a dump. Never raises."""
    found = Dmi(source="dmidecode")
    seen: set[int] = set()
    old: list[Module] = []
    for item in records(text):
        first = item.type not in seen
        seen.add(item.type)
        if item.type == 0 and first:
            found.bios_vendor, found.bios_version = item.get("Vendor"), item.get("Version")
            found.bios_date = item.get("Release Date")
            listed = item.values.get("Characteristics")
            found.has_uefi = "UEFI is supported" in listed if listed else None
        elif item.type == 1 and first:
            found.system, found.sku, found.uuid = _board(item), item.get("SKU Number"), item.get("UUID")
        elif item.type == 2 and (first or item.get(N_("Type")) == "Motherboard"):
            found.board = _board(item)
        elif item.type == 3 and first:
            found.chassis_type, found.chassis_serial = (
                CHASSIS.get(item.get(N_("Type")) or ""),
                item.get("Serial Number"),
            )
        elif item.type == 4 and item.get(N_("Type")) == "Central Processor":
            if (item.get("Status") or "").startswith("Populated"):
                found.sockets = (found.sockets or 0) + 1
                found.cpu_model = found.cpu_model or item.get("Version")
        elif item.type == 6:
            old.append(
                Module(item.get("Socket Designation"), size_of((item.get("Installed Size") or "").split(" (")[0]))
            )
        elif item.type == 16:
            found.arrays.append(_array(item))
        elif item.type == 17:
            found.modules.append(_module(item))
        elif item.type == 24 and first:
            found.admin_password = ENABLED.get(item.get("Administrator Password Status") or "")
            found.power_on_password = ENABLED.get(item.get("Power-On Password Status") or "")
        elif item.type == 43 and first:
            found.tpm_version = {"1": "1.2", "2": "2.0"}.get((item.get("Specification Version") or "")[:1])
    if not any(module.size_bytes for module in found.modules) and old:
        found.modules = old
    return found


def _board(item: Record) -> Board:
    return Board(item.get("Manufacturer"), item.get("Product Name"), item.get("Version"), item.get("Serial Number"))


def _array(item: Record) -> Array:
    use, slots = item.get("Use"), item.get("Number Of Devices")
    return Array(
        handle=item.handle,
        is_system=None if use is None else use == "System Memory",
        max_bytes=size_of(item.get("Maximum Capacity")) or None,
        slots=int(slots) if slots and slots.isdecimal() and len(slots) < 6 else None,
    )


def _module(item: Record) -> Module:
    kind, form, speed = item.get(N_("Type")), item.get("Form Factor"), re.match(r"(\d{1,6}) M", item.get("Speed") or "")
    array = re.match(r"0x([0-9A-Fa-f]{1,8})$", item.get("Array Handle") or "")
    return Module(
        slot=item.get("Locator"),
        size_bytes=size_of(item.get("Size")),
        type=kind if kind in MEMORY_TYPES.values() else None,
        form=None if form in ("Other", "Unknown", "<OUT OF SPEC>") else form,
        speed_mts=int(speed[1]) if speed else None,
        manufacturer=item.get("Manufacturer"),
        part=item.get("Part Number"),
        array=int(array[1], 16) if array else None,
    )


def size_of(value: str | None) -> int | None:
    """Return a printed size in bytes: "8 GB", "8192 MB"; 0 for an empty slot; None when unknown."""
    if value is None:
        return None
    if value in ("No Module Installed", "Not Installed"):
        return 0
    found = re.fullmatch(r"(\d{1,12}) ([kKMGT]?B|bytes)", value)
    return int(found[1]) << UNITS[found[2].lower()] if found and found[2] != "B" else None
