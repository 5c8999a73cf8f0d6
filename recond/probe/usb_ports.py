"""The USB sockets of the machine, by the ports of its hubs in sysfs (kernel documentation, ABI/testing/sysfs-bus-usb)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from recond.core.ports import Host
from recond.probe.sysfs import text

FOLDER = "/sys/bus/usb/devices"


@dataclass(frozen=True, slots=True)
class Socket:
    """One socket: its port, and the port of the other speed behind the same plug. `is_outside` None = not told."""

    port: str
    folders: tuple[str, ...]
    is_outside: bool | None


def read_sockets(host: Host) -> tuple[Socket, ...]:
    """Return the sockets a person can reach: the firmware calls them "hotplug". Without its word, every port there is."""
    ports: dict[str, tuple[str, str | None, str | None]] = {}
    for hub in (name for name in host.names(FOLDER) if ":" in name):
        for port in host.names(f"{FOLDER}/{hub}"):
            if re.search(r"-port\d+$", port):
                folder = f"{FOLDER}/{hub}/{port}"
                peer = host.link(f"{folder}/peer")
                ports[port] = (folder, text(host, f"{folder}/connect_type"), peer.rpartition("/")[2] if peer else None)
    found: dict[str, Socket] = {}
    for port, (folder, kind, peer) in sorted(ports.items()):
        name = min(port, peer) if peer else port
        outside = {"hotplug": True, "hardwired": False, "not used": False}.get(kind or "")
        before = found.get(name)
        folders = (*before.folders, folder) if before else (folder,)
        found[name] = Socket(
            name, folders, outside if before is None or before.is_outside is None else before.is_outside
        )
    told = tuple(socket for socket in found.values() if socket.is_outside is True)
    return told or tuple(socket for socket in found.values() if socket.is_outside is None)


def is_plugged(host: Host, socket: Socket) -> bool:
    """Tell whether something sits in the socket now."""
    return any(host.link(f"{folder}/device") is not None for folder in socket.folders)
