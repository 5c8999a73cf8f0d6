"""Every whole disk of the machine, from udev and sysfs. The guards decide on what is found here, so nothing is guessed:
what cannot be read goes to `Disk.unknown`, and such a disk is protected."""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import blake2s

from recond.core.disk import Bus, Disk, DiskIdentity, Partition
from recond.core.ports import Host, UdevDevice
from recond.core.text import clean
from recond.core.words import N_
from recond.probe import blkid
from recond.probe.disk_identity import PRACTICE_MODEL, Who, bus_of, is_removable, medium_of, usb_bridge, who
from recond.probe.disk_uses import Table, read_table, uses_of
from recond.probe.sysfs import flag, number

NOT_DISKS = re.compile(
    r"(zram|ram|dm-|md|sr|fd|nbd|rbd|drbd|zd|bcache|mtdblock)\d|mmcblk\d+(boot|rpmb|gp)|nvme\d+c\d+n\d+"
)
"""Kernel names that are not a whole physical disk: stacked, in memory, optical, over the network, hidden paths."""

SECTOR = 512
"""Bytes of one unit of /sys/block/*/size, whatever the disk's own block (Documentation/ABI/stable/sysfs-block)."""


def read_disks(host: Host, *, loops: bool = False) -> tuple[Disk, ...]:
    """Return the disks sorted by kernel name. `loops`: also loop devices that have a file behind them."""
    devices = host.udev("block", "disk")
    parts = host.udev("block", "partition")
    table = read_table(host)
    found = []
    for device in devices:
        name = device.sys_name.replace("/", "!")
        if not _is_disk(device, name) or (name.startswith("loop") and not (loops and _backing(host, name))):
            continue
        own = [part for part in parts if part.sys_path.startswith(device.sys_path + "/")]
        found.append(_read_disk(host, table, device, name, own))
    return tuple(found)


def _is_disk(device: UdevDevice, name: str) -> bool:
    if NOT_DISKS.match(name):
        return False
    virtual = device.sys_path.startswith("/sys/devices/virtual/")
    return not virtual or name.startswith(("loop", "nvme"))


def _backing(host: Host, name: str) -> str | None:
    data = host.read(f"/sys/block/{name}/loop/backing_file", 4096)
    return data.decode("utf-8", "surrogateescape").rstrip("\n") or None if data else None


def _file_serial(backing: str) -> str:
    """Return the serial number of the practice disk in a file: by the whole path, as two practices may name it alike."""
    return "FICHIER-" + blake2s(backing.encode("utf-8", "surrogateescape"), digest_size=4).hexdigest().upper()


def _read_disk(host: Host, table: Table, device: UdevDevice, name: str, parts: list[UdevDevice]) -> Disk:
    folder = f"/sys/block/{name}"
    path = device.dev_node or "/dev/" + name.replace("!", "/")
    bus = bus_of(device, name)
    removable = is_removable(host, device, name, bus)
    medium, rpm = medium_of(host, device, name, bus, removable=removable)
    sectors, read_only = number(host, f"{folder}/size"), flag(host, f"{folder}/ro")
    unknown = [*table.unknown, *_unread(sectors, read_only)]
    said = _contents(host, device.properties, path, unknown) if sectors else {}
    partitions = tuple(_partition(host, part, unknown) for part in sorted(parts, key=_order))
    kinds = frozenset(filter(None, (said.get("ID_FS_TYPE"), *(part.filesystem for part in partitions))))
    names = (name, *(part.name.replace("/", "!") for part in partitions))
    unknown += [
        N_("ce qui tient {node} ne se lit pas").format(node=node) for node in names if not _lists_holders(host, node)
    ]
    backing = _backing(host, name) if bus is Bus.LOOP else None
    shown = Who(PRACTICE_MODEL, _file_serial(backing)) if backing else who(host, device, name, bus)
    return Disk(
        name=name,
        path=path,
        sys_path=device.sys_path,
        identity=DiskIdentity(shown.model, shown.serial, shown.wwn, (sectors or 0) * SECTOR),
        bus=bus,
        medium=medium,
        firmware=shown.firmware,
        rpm=rpm,
        logical_block_bytes=number(host, f"{folder}/queue/logical_block_size") or SECTOR,
        physical_block_bytes=number(host, f"{folder}/queue/physical_block_size") or SECTOR,
        removable=removable,
        read_only=bool(read_only),
        partition_table_id=clean(said.get("ID_PART_TABLE_UUID")),
        partitions=partitions,
        signature=clean(said.get("ID_FS_TYPE")),
        uses=uses_of(host, table, names, kinds),
        usb_bridge=usb_bridge(host, device) if bus is Bus.USB else None,
        by_loop_file=backing,
        unknown=tuple(dict.fromkeys(unknown)),
    )


def _unread(sectors: int | None, read_only: bool | None) -> list[str]:
    size: list[str] = [N_("sa taille ne se lit pas")] if sectors is None else []
    return size + ([N_("sa protection en écriture ne se lit pas")] if read_only is None else [])


def _lists_holders(host: Host, node: str) -> bool:
    return "holders" in host.names(f"/sys/class/block/{node}")


def _order(part: UdevDevice) -> tuple[int, str]:
    digits = re.search(r"\d+$", part.sys_name)
    return (int(digits[0]) if digits else 0, part.sys_name)


def _contents(host: Host, said: Mapping[str, str], path: str, unknown: list[str]) -> Mapping[str, str]:
    # udev may not have looked (no udevd) or have looked too early: what it did not find is asked of the device itself.
    # (A partition inherits the disk's table in udev, so that says nothing about the partition.)
    if said.get("ID_FS_TYPE") or (said.get("DEVTYPE") != "partition" and said.get("ID_PART_TABLE_TYPE")):
        return said
    # A disk that hangs is asked once only.
    if any(line.startswith("contenu illisible") for line in unknown):
        return said
    found = blkid.parse(host.run(blkid.command(path)))
    if isinstance(found, str):
        unknown.append(found)
        return said
    return {**said, **found}


def _partition(host: Host, part: UdevDevice, unknown: list[str]) -> Partition:
    name = part.sys_name
    path = part.dev_node or f"/dev/{name}"
    said = _contents(host, part.properties, path, unknown)
    sectors = number(host, f"/sys/class/block/{name.replace('/', '!')}/size")
    return Partition(
        name=name,
        size_bytes=(sectors or 0) * SECTOR,
        filesystem=clean(said.get("ID_FS_TYPE")),
        label=clean(blkid.unescape(said.get("ID_FS_LABEL_ENC") or said.get("ID_FS_LABEL", ""))),
        partition_name=clean(blkid.unescape(said.get("ID_PART_ENTRY_NAME", ""))),
    )
