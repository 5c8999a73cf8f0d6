"""Errors of the main memory that the running kernel has counted: EDAC in sysfs, machine checks in its log."""

from __future__ import annotations

import re

from recond.core.machine import MemoryErrors
from recond.core.ports import Host
from recond.probe.sysfs import number

EDAC = "/sys/devices/system/edac/mc"
"""One folder a memory controller (kernel documentation, ABI/testing/sysfs-devices-edac): mc0, mc1…"""

MACHINE_CHECK = re.compile(
    r"\[Hardware Error\]: (?:Machine check|CPU \d+: Machine Check)|Machine check events logged|mce: Uncorrected hardware",
    re.IGNORECASE,
)
"""What the kernel prints for a machine check; its lines of start-up ("mce: CPU supports n MCE banks") are none."""


def read_memory_errors(host: Host, log: str | None) -> MemoryErrors:
    """Return what was counted. `log`: the kernel's log, None = it could not be read."""
    controllers = [name for name in host.names(EDAC) if re.fullmatch(r"mc\d+", name)]
    return MemoryErrors(
        uncorrected=_sum(host, controllers, "ue_count"),
        corrected=_sum(host, controllers, "ce_count"),
        machine_checks=None if log is None else len(MACHINE_CHECK.findall(log)),
    )


def _sum(host: Host, controllers: list[str], name: str) -> int | None:
    found = [number(host, f"{EDAC}/{one}/{name}") for one in controllers]
    known = [value for value in found if value is not None]
    # A controller that does not answer leaves the sum unknown, unless the others counted errors already.
    return sum(known) if known and (len(known) == len(found) or any(known)) else None
