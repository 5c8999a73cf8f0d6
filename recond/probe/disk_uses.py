"""Who uses a disk: mounts, swap, and whatever the kernel stacked on it, walked from the disk through its partitions up.

Nothing here trusts what is written on the disk: a signature that nobody opened is content, not use.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from recond.core.disk import Use
from recond.core.ports import Host
from recond.core.words import N_
from recond.probe.sysfs import text

RANK = ("root", "mount", "swap", "zfs", "lvm", "luks", "md", "bcache", "multipath", "holder")
"""The most telling use comes first: it is the one that a volunteer reads."""


@dataclass
class Table:
    """What the whole system uses now. Keys are device numbers ("8:1") or kernel names ("sda1")."""

    mounts: dict[str, list[str]] = field(default_factory=dict)
    swaps: set[str] = field(default_factory=set)
    btrfs: dict[str, str] = field(default_factory=dict)
    zfs_active: bool = False
    unknown: list[str] = field(default_factory=list)


def unmangle(value: str) -> str:
    """Undo the octal escapes of /proc ("\\040" is a space)."""
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), value)


def parse_mountinfo(data: bytes) -> list[tuple[str, str, str, str]]:
    """Return (device number, mount point, file system, source) of each line of a mountinfo file (proc(5))."""
    found = []
    for line in data.decode("utf-8", "replace").splitlines():
        left, separator, right = line.partition(" - ")
        head, tail = left.split(" "), right.split(" ")
        if separator and len(head) >= 5 and len(tail) >= 2:
            found.append((head[2], unmangle(head[4]), tail[0], unmangle(tail[1])))
    return found


def read_table(host: Host) -> Table:
    """Read mounts (ours and those of process 1), swap, btrfs members and ZFS pools once for all disks."""
    table = Table()
    own = host.read("/proc/self/mountinfo", 16 << 20)
    if own is None:
        table.unknown.append(N_("/proc/self/mountinfo ne se lit pas"))
    # Process 1 sees the whole system's mounts when recond runs in a namespace of its own.
    other = host.read("/proc/1/mountinfo", 16 << 20)
    for number, point, kind, source in parse_mountinfo(own or b"") + parse_mountinfo(other or b""):
        table.zfs_active = table.zfs_active or kind == "zfs"
        # btrfs shows an anonymous number; its source is then the only hint.
        for key in {number, _node(host, source)} - {None}:
            table.mounts.setdefault(str(key), []).append(point)
    swaps = host.read("/proc/swaps")
    if swaps is None:
        table.unknown.append(N_("/proc/swaps ne se lit pas"))
    for line in (swaps or b"").decode("utf-8", "replace").splitlines()[1:]:
        node = _node(host, unmangle(line.split()[0])) if line.split() else None
        if node is not None:
            table.swaps.add(node)
    for uuid in host.names("/sys/fs/btrfs"):
        for name in host.names(f"/sys/fs/btrfs/{uuid}/devices"):
            table.btrfs[name] = uuid
    # One folder a pool; the other names there are files of statistics.
    pools = "/proc/spl/kstat/zfs"
    table.zfs_active = table.zfs_active or any(host.names(f"{pools}/{name}") for name in host.names(pools))
    return table


def _node(host: Host, source: str) -> str | None:
    # "/dev/mapper/vg-root" and "/dev/disk/by-uuid/…" are links to the kernel's own name.
    if not source.startswith("/dev/"):
        return None
    return (host.link(source) or source).removeprefix("/dev/").replace("/", "!")


def holder_kind(host: Host, name: str) -> Use:
    """Say what a stacked device (dm-0, md127, bcache0) is, and its name for people."""
    if name.startswith("dm-"):
        uuid = text(host, f"/sys/class/block/{name}/dm/uuid") or ""
        shown = text(host, f"/sys/class/block/{name}/dm/name") or name
        for prefix, kind in (("LVM-", "lvm"), ("CRYPT-", "luks"), ("mpath-", "multipath"), ("DMRAID-", "md")):
            if uuid.startswith(prefix) or re.match(r"part\d+-" + prefix, uuid):
                return Use(kind, shown)
        return Use("holder", shown)
    for prefix in ("md", "bcache"):
        if name.startswith(prefix):
            return Use(prefix, name)
    return Use("holder", name)


def uses_of(host: Host, table: Table, names: tuple[str, ...], signatures: frozenset[str]) -> tuple[Use, ...]:
    """Return every use of the nodes `names` (a disk and its partitions) and of all that is stacked on them.

    `signatures`: what udev or blkid found on them; a ZFS member is taken for used while any pool is open, because the
    kernel does not say which. Nodes whose holders cannot be listed are added to `table.unknown` by the caller.
    """
    found: set[Use] = set()
    seen: set[str] = set()
    left = list(names)
    while left:
        name = left.pop()
        if name in seen:
            continue
        seen.add(name)
        found |= _direct(host, table, name)
        holders = host.names(f"/sys/class/block/{name}/holders")
        found |= {holder_kind(host, holder) for holder in holders}
        left += holders
        # A dm device may be partitioned itself (multipath, kpartx): its partitions are its holders or its children.
        left += [child for child in host.names(f"/sys/class/block/{name}") if child.startswith(name)]
    if "zfs_member" in signatures and table.zfs_active:
        found.add(Use("zfs", "ZFS"))
    return tuple(sorted(found, key=lambda use: (RANK.index(use.kind), use.by)))


def _direct(host: Host, table: Table, name: str) -> set[Use]:
    points = list(table.mounts.get(name, ()))
    number = text(host, f"/sys/class/block/{name}/dev")
    points += table.mounts.get(number, ()) if number else ()
    found = {Use("root" if point == "/" else "mount", point) for point in points}
    if name in table.swaps:
        found.add(Use("swap", f"/dev/{name}"))
    if name in table.btrfs:
        found.add(Use("mount", f"btrfs {table.btrfs[name]}"))
    # A bcache *cache* device has no holder: only this folder tells that it is registered.
    if host.names(f"/sys/class/block/{name}/bcache"):
        found.add(Use("bcache", name))
    return found
