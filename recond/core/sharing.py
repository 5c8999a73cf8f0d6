"""Which disks share a controller, so that they only slow each other down. Pure; from the kernel's own path of a disk."""

from __future__ import annotations

import re
from typing import Final

ON_ONE_USB: Final = 4
"""Disks at once behind one USB controller: its link carries about one fast disk, and docks reset when it is crowded."""

ON_ONE_PCI: Final = 8
"""Disks at once behind one SATA or SAS controller: port multipliers and old cards share one lane."""


def controller(sys_path: str) -> str | None:
    """Return the controller in a disk's path below /sys/devices, None when the path does not tell one.

    A USB disk's is the root hub ("…/0000:00:14.0/usb2"), every other's the last PCI function before it.
    """
    usb = re.search(r"^.*?/usb\d+(?=/)", sys_path)
    if usb:
        return usb[0]
    pci = re.search(r"^.*/[0-9a-f]{4,}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7](?=/)", sys_path)
    return pci[0] if pci else None


def most_at_once(found: str | None) -> int | None:
    """Return how many disks behind this controller are worked on at the same time; None = no limit of its own."""
    if found is None:
        return None
    return ON_ONE_USB if re.search(r"/usb\d+$", found) else ON_ONE_PCI
