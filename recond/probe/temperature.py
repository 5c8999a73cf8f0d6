"""A disk's temperature as the kernel's own sensor gives it: NVMe always, SATA with the module drivetemp, USB never.

Reading it asks the drive, so a drive that hangs makes the reader hang: never call it from a thread that must go on.
Source: the kernel's documentation of hwmon (sysfs-interface: temp1_input in thousandths of a degree Celsius).
"""

from __future__ import annotations

from recond.core.disk import Disk
from recond.core.ports import Host

PLAUSIBLE = range(-40, 126)


def read_temperature(host: Host, disk: Disk) -> int | None:
    """Return degrees Celsius, None when the disk has no sensor or it says nonsense."""
    device = f"/sys/block/{disk.name}/device"
    # SATA: device/hwmon/hwmonN; NVMe: device is the controller (or its subsystem), whose sensor is device/hwmonN.
    sensors = [f"{device}/hwmon/{name}" for name in host.names(f"{device}/hwmon")]
    sensors += [f"{device}/{name}" for name in host.names(device) if name.startswith("hwmon") and name != "hwmon"]
    for sensor in sensors:
        text = host.read(f"{sensor}/temp1_input", 32)
        try:
            degrees = round(int(text or b"") / 1000)
        except ValueError:
            continue
        if degrees in PLAUSIBLE:
            return degrees
    return None
