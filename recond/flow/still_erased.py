"""Is a disk that an earlier sitting of this run erased still as it was left? The record alone cannot know.

Between a cut-off run and its resumption the PC may have been used for years, or another disk that gives no serial number
may sit in the place of the first. What is seen on the medium decides; where that cannot tell, the disk is erased again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from random import Random
from typing import Any

from recond.core.disk import Disk
from recond.core.installing import layout
from recond.core.ports import BlockDevice, Host
from recond.core.runstate import RunState, identity_of
from recond.core.words import N_
from recond.erase.medium.buffers import PageBuffer
from recond.erase.medium.pattern import AesPattern, Pattern, ZeroPattern
from recond.flow.chain import Chain
from recond.sink.certificates import Certificates

ENDS = 1 << 20
"""Bytes read at both ends of the disk: whoever uses it writes a partition table or a file system there."""

PLACES, PLACE = 64, 4096
"""Random places read in between, and bytes of each."""


def why_not(chain: Chain, disk: Disk, state: RunState, events: Iterable[Mapping[str, Any]]) -> str | None:
    """Return why the disk cannot be taken for erased any more, None when it is as this run left it."""
    if state.installed_on == disk.identity and disk.partitions:
        return None if _our_partitions(disk, state) else N_("il porte d'autres partitions que celles de l'installation")
    pattern = _pattern(chain, disk, events)
    if pattern is None:
        return N_("ce que l'effacement y a laissé ne peut pas être reconnu")
    try:
        same = _reads_as(chain.host, disk, pattern)
    except OSError as error:
        return N_("il ne se relit pas ({strerror})").format(strerror=error.strerror or error)
    return None if same else N_("son contenu a changé depuis")


def _our_partitions(disk: Disk, state: RunState) -> bool:
    meant_id = (state.install_payload or {}).get("table_id")
    if meant_id is None or str(disk.partition_table_id).lower() != str(meant_id).lower():
        return False
    try:
        meant = layout(disk.identity.size_bytes).parts
    except ValueError:
        return False
    if [part.size_bytes for part in disk.partitions] != [part.size_bytes for part in meant]:
        return False
    return all(seen.partition_name in (None, part.name) for seen, part in zip(disk.partitions, meant, strict=True))


def _pattern(chain: Chain, disk: Disk, events: Iterable[Mapping[str, Any]]) -> Pattern | None:
    hashes = [
        event["payload"].get("certificate")
        for event in events
        if event["type"] == "wipe.disk" and identity_of(event["payload"]["disk"]) == disk.identity
    ]
    path = Certificates(chain.store.folder / "certificates").find(str(hashes[-1])) if hashes else None
    if path is None:
        return None
    name = str(json.loads(path.read_bytes())["observed"].get("pattern"))
    kind, _, seed = name.partition(":")
    if kind == "aes-256-ctr":
        return AesPattern(bytes.fromhex(seed))
    return ZeroPattern() if kind == "zero" else None


def _reads_as(host: Host, disk: Disk, pattern: Pattern) -> bool:
    device = host.reader(disk)
    try:
        size, step = device.size_bytes, max(PLACE, device.block_bytes)
        places = [*range(0, min(ENDS, size), step), *range(max(0, size - ENDS) // step * step, size - step + 1, step)]
        random = Random(host.random(16))
        places += [random.randrange(max(1, size // step)) * step for _ in range(PLACES)]
        return size == disk.identity.size_bytes and all(_same(device, pattern, at, step) for at in sorted(places))
    finally:
        host.close_reader(device)


def _same(device: BlockDevice, pattern: Pattern, at: int, length: int) -> bool:
    seen, wanted = PageBuffer(length), PageBuffer(length)
    got = device.read_into(at, seen.view)
    pattern.fill(at, wanted.view)
    return got > 0 and seen.same(wanted, 0, got)
