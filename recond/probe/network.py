"""Network interfaces that have hardware behind them, from /sys/class/net."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from recond.core.machine import Network
from recond.core.ports import Host
from recond.probe.devices import files_for
from recond.probe.pci import PciDevice, last
from recond.probe.sysfs import number, text
from recond.probe.usb import UsbDevice

FOLDER = "/sys/class/net"


def read_networks(host: Host) -> tuple[Network, ...]:
    """Return the interfaces with a device; bridges, loopback and tunnels have none."""
    found = []
    for name in host.names(FOLDER):
        if name.isprintable() and host.link(f"{FOLDER}/{name}/device") is not None:
            found.append(_read_one(host, name))
    return tuple(found)


NETWORK, WIRELESS = 0x02, 0x0280
"""PCI base class of network controllers, and the class of those that are none of the wired kinds (Wi-Fi)."""


def read_cards(
    host: Host, pci: tuple[PciDevice, ...], usb: tuple[UsbDevice, ...], missing: Mapping[str, tuple[str, ...]]
) -> tuple[Network, ...]:
    """Return the interfaces with their chips' names, and the cards that are there without one (no driver, no firmware).

    `missing`: files of firmware that drivers did not find, by place.
    """
    places = {name: _place(host, name) for name in host.names(FOLDER)}
    by_place = {one.place: one.name for one in pci} | {one.place: one.name for one in usb}
    found = [
        replace(
            card,
            chip_name=by_place.get(places.get(card.name) or ""),
            firmware_missing=files_for(missing, places.get(card.name) or "?"),
        )
        for card in read_networks(host)
    ]
    for one in pci:
        if one.code >> 16 == NETWORK and one.place not in places.values():
            kind = "wifi" if one.kind == WIRELESS else "ethernet"
            files = files_for(missing, one.place)
            found.append(
                Network(one.place, kind, None, one.driver, "pci", one.ids, False, one.name, files, has_interface=False)
            )
    return tuple(found)


def _place(host: Host, name: str) -> str | None:
    """Return the address of the card behind an interface: a PCI function, or a USB device without its function."""
    leaf = last(host.link(f"{FOLDER}/{name}/device"))
    if leaf is None:
        return None
    # virtio: the network device hangs below the PCI function.
    if leaf.startswith("virtio"):
        return last((host.link(f"{FOLDER}/{name}/device") or "").rpartition("/")[0])
    return leaf.partition(":")[0] if re.fullmatch(r"\d+-[\d.]+:\d+\.\d+", leaf) else leaf


def _read_one(host: Host, name: str) -> Network:
    folder = f"{FOLDER}/{name}"
    mac = text(host, f"{folder}/address")
    valid = mac is not None and re.fullmatch(r"([0-9a-f]{2}:){5}[0-9a-f]{2}", mac) and mac != "00:00:00:00:00:00"
    bus = last(host.link(f"{folder}/device/subsystem"))
    return Network(
        name=name,
        kind=_kind(host, name),
        mac=mac if valid else None,
        driver=last(host.link(f"{folder}/device/driver")),
        bus=bus,
        chip=_chip(host, folder, bus),
        # addr_assign_type 0: the address burnt in (kernel documentation, sysfs-class-net).
        permanent=number(host, f"{folder}/addr_assign_type") == 0,
    )


def _kind(host: Host, name: str) -> str:
    there = host.names(f"{FOLDER}/{name}")
    if "wireless" in there or "phy80211" in there:
        return "wifi"
    event = host.read(f"{FOLDER}/{name}/uevent", 4096) or b""
    return "wwan" if b"DEVTYPE=wwan" in event else "ethernet"


def _chip(host: Host, folder: str, bus: str | None) -> str | None:
    if bus == "usb":  # the interface's device is a USB interface; its parent has the numbers
        pair = text(host, f"{folder}/device/../idVendor"), text(host, f"{folder}/device/../idProduct")
    else:
        pair = text(host, f"{folder}/device/vendor"), text(host, f"{folder}/device/device")
    return ":".join(part.removeprefix("0x") for part in pair if part) if all(pair) else None
