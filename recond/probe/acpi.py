"""Three tables of the firmware that sysfs hands out to root (ACPI specification, 5.2): the Windows key, TPM, and programs
that the firmware plants into Windows."""

from __future__ import annotations

import re

from recond.core.machine import WindowsKey
from recond.core.ports import Host

FOLDER = "/sys/firmware/acpi/tables"
HEADER = 36
"""Bytes of every table's header."""

KEY = re.compile(rb"[0-9A-Z]{5}(?:-[0-9A-Z]{5}){4}")


def windows_key(host: Host) -> WindowsKey:
    """Return whether a Windows key is in the firmware and its last five characters; the others are never kept."""
    names = host.names(FOLDER)
    if not names:
        return WindowsKey(None)
    if "MSDM" not in names:
        return WindowsKey(False)
    data = host.read(f"{FOLDER}/MSDM", 4096)
    # Microsoft Software Licensing Tables: after the header 20 bytes, then the key; unused ones are zeros.
    found = KEY.search(data[HEADER:]) if data is not None else None
    if found is None:
        return WindowsKey(None if data is None else False)
    return WindowsKey(True, found[0][-5:].decode("ascii"))


def tpm_version(host: Host) -> str | None:
    """Return the TPM that the tables name ("1.2" by TCPA, "2.0" by TPM2), "none", or None when they cannot be read."""
    names = host.names(FOLDER)
    return "2.0" if "TPM2" in names else "1.2" if "TCPA" in names else "none" if names else None


def plants_a_program(host: Host) -> bool:
    """Tell whether the firmware has a program to be run by Windows (WPBT): Absolute is one, makers' tools are others."""
    return "WPBT" in host.names(FOLDER)
