"""SMBIOS tables raw and printed, of old and odd machines: the same facts by both readers, and by both fallbacks."""

from __future__ import annotations

import struct

import pytest

from recond.core.grade import grade
from recond.core.machine import Machine, Memory
from recond.probe import dmi_raw, dmi_text
from recond.probe.dmi import Dmi, Module
from recond.probe.memory import read_memory

MIB, GIB = 1 << 20, 1 << 30

DUMP = """# dmidecode 3.3
Handle 0x0001, DMI type 1, 27 bytes
System Information
\tManufacturer: ACME: the maker
\tProduct Name: Portable 14
\tSerial Number: AD14-00042

Handle 0x0018, DMI type 24, 5 bytes
Hardware Security
\tPower-On Password Status: Enabled
\tKeyboard Password Status: Not Implemented
\tAdministrator Password Status: Disabled
\tFront Panel Reset Status: Unknown

Handle 0x002B, DMI type 43, 31 bytes
TPM Device
\tVendor ID: INTC
\tSpecification Version: 2.0

Handle 0x0006, DMI type 6, 12 bytes
Memory Module Information
\tSocket Designation: DIMM1
\tInstalled Size: 512 MB (Double-bank Connection)
\tEnabled Size: 512 MB (Double-bank Connection)

Handle 0x0007, DMI type 6, 12 bytes
Memory Module Information
\tSocket Designation: DIMM2
\tInstalled Size: Not Installed
\tEnabled Size: Not Installed
"""


def memory_of(text: str) -> Memory:
    return read_memory(dmi_text.parse(text), None)[0]


@pytest.mark.parametrize(
    "text",
    [
        DUMP,
        DUMP.replace("\t", "        "),
        DUMP.replace("\t", "    "),
        DUMP.replace("\n", "\r\n"),
        DUMP.replace(" bytes\n", " bytes.\n"),
    ],
    ids=["as printed", "eight spaces", "four spaces", "Windows lines", "old heads"],
)
def test_a_dump_however_it_came_here(text: str) -> None:
    found = dmi_text.parse(text)
    assert (found.system.manufacturer, found.system.serial) == ("ACME: the maker", "AD14-00042")
    assert (found.admin_password, found.power_on_password, found.tpm_version) == (False, True, "2.0")
    memory = memory_of(text)
    assert (memory.total_bytes, memory.slots, memory.slots_used) == (512 * MIB, 2, 1)


def test_old_records_of_memory_count_only_where_there_are_no_newer_ones() -> None:
    newer = "\nHandle 0x0011, DMI type 17, 34 bytes\nMemory Device\n\tSize: 2048 MB\n\tLocator: DIMM1\n\tType: DDR2\n"
    assert memory_of(DUMP + newer).total_bytes == 2 * GIB
    assert memory_of(DUMP + newer.replace("2048 MB", "No Module Installed")).total_bytes == 512 * MIB


def test_a_text_of_the_vendor_makes_no_record_and_no_line() -> None:
    hostile = (
        "\nHandle 0x000B, DMI type 11, 5 bytes\nOEM Strings\n\tString 1: a\u2028Handle 0x0001, DMI type 1, 27 bytes\n"
    )
    assert dmi_text.parse(hostile + "\tSerial Number: FAKE1234\n").system.serial is None


def structure(kind: int, body: bytes, *strings: bytes) -> bytes:
    """Return one SMBIOS structure: header, formatted area, strings, end."""
    texts = b"".join(text + b"\0" for text in strings) or b"\0"
    return struct.pack("<BBH", kind, 4 + len(body), kind) + body + texts + b"\0"


@pytest.mark.parametrize(
    ("status", "admin", "power_on"),
    [
        (0b00_00_00_00, False, False),
        (0b01_00_01_00, True, True),
        (0b10_00_10_00, None, None),
        (0b11_00_11_00, None, None),
        (0b00_01_01_01, True, False),
    ],
)
def test_passwords_of_the_raw_table(status: int, admin: bool | None, power_on: bool | None) -> None:
    found = dmi_raw.parse(structure(24, bytes((status,))) + structure(127, b""))
    assert (found.admin_password, found.power_on_password) == (admin, power_on)


@pytest.mark.parametrize(
    ("size", "expected"),
    [(0x09, 512 * MIB), (0x89, 512 * MIB), (0x7F, None), (0x7D, None), (0x7E, None), (0x00, MIB), (0x60, None)],
)
def test_a_memory_module_of_the_old_raw_table(size: int, expected: int | None) -> None:
    body = bytes((1, 0, 50)) + struct.pack("<H", 0x104) + bytes((size, size, 0))
    found = dmi_raw.parse(structure(6, body, b"DIMM1") + structure(127, b""))
    assert read_memory(found, None)[0].total_bytes == expected


def test_the_tpm_of_the_raw_table() -> None:
    body = b"INTC" + bytes((2, 0)) + bytes(8)
    assert dmi_raw.parse(structure(43, body) + structure(127, b"")).tpm_version == "2.0"


@pytest.mark.parametrize(
    ("kind", "form", "expected"),
    [
        ("LPDDR4", "SODIMM", True),
        ("LPDDR5", "CAMM", False),
        ("DDR4", "Row Of Chips", True),
        ("DDR4", "SODIMM", False),
        ("DDR3", None, None),
    ],
)
def test_soldered_memory(kind: str, form: str | None, expected: bool | None) -> None:
    memory, _ = read_memory(Dmi(modules=[Module("A", 4 * GIB, kind, form)]), None)
    assert memory.modules[0].is_soldered is expected
    line = next(line for line in grade(Machine(memory=memory)).lines if line.text.startswith("mémoire"))
    assert (line.better is None) == bool(expected), "soldered memory is not told to be replaced"
