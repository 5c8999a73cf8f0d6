"""USB devices by their descriptors in sysfs (kernel documentation, ABI/testing/sysfs-bus-usb). No device is asked anything."""

from __future__ import annotations

import re
from dataclasses import dataclass

from recond.core.ports import Host
from recond.core.text import clean
from recond.probe.pci import last
from recond.probe.sysfs import text

FOLDER = "/sys/bus/usb/devices"
DEVICE = re.compile(r"\d+-[\d.]+")


@dataclass(frozen=True)
class Interface:
    """One function of a device: class, subclass and protocol as two hexadecimal digits each, and its driver."""

    code: str
    driver: str | None


@dataclass(frozen=True)
class UsbDevice:
    """One device. `removable`: "fixed" (wired to the board), "removable" or None (the firmware does not say)."""

    place: str
    ids: str | None
    name: str | None
    removable: str | None
    interfaces: tuple[Interface, ...]

    def has(self, code: str) -> bool:
        """Tell whether one of its functions is of a class ("0e") or of class and subclass ("0e01")."""
        return any(one.code.startswith(code) for one in self.interfaces)

    def driver(self, code: str = "") -> str | None:
        """Return the driver of its first function of that class that has one."""
        return next((one.driver for one in self.interfaces if one.driver and one.code.startswith(code)), None)


def read_usb(host: Host) -> tuple[UsbDevice, ...] | None:
    """Return the devices without the hubs of the controllers, None when there is no USB here."""
    names = host.names(FOLDER)
    if not names:
        return None
    return tuple(_read_one(host, name, names) for name in names if DEVICE.fullmatch(name))


def _read_one(host: Host, name: str, names: tuple[str, ...]) -> UsbDevice:
    folder = f"{FOLDER}/{name}"
    pair = [text(host, f"{folder}/{part}") for part in ("idVendor", "idProduct")]
    maker, product = text(host, f"{folder}/manufacturer"), text(host, f"{folder}/product")
    if maker and product and product.upper().startswith(maker.upper()):
        maker = None
    removable = text(host, f"{folder}/removable")
    return UsbDevice(
        name,
        f"{pair[0]}:{pair[1]}".lower() if all(pair) else None,
        clean(" ".join(part for part in (maker, product) if part)),
        removable if removable in ("fixed", "removable") else None,
        tuple(_interface(host, one) for one in names if one.startswith(f"{name}:")),
    )


def _interface(host: Host, name: str) -> Interface:
    parts = [text(host, f"{FOLDER}/{name}/bInterface{part}") or "--" for part in ("Class", "SubClass", "Protocol")]
    return Interface("".join(parts).lower(), last(host.link(f"{FOLDER}/{name}/driver")))
