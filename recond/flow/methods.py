"""What `recond list methods` tells: for each disk of the machine which erase methods are usable, and why the others not."""

from __future__ import annotations

from typing import Any

from recond.core.guard import refusals
from recond.core.ports import Host
from recond.erase import registry
from recond.probe.disks import read_disks
from recond.probe.surroundings import read_surroundings

SCHEMA = "recond.methods/1"

Json = dict[str, Any]


def answers(host: Host) -> tuple[list[Json], list[Json]]:
    """Return the methods {name, title, evidence, rank} and the disks {name, path, model, serial, size_bytes, description,
    protected: [reason], methods: [{name, usable, reason, level, basis, caveats}]}. Only reads.

    `protected`: why `recond wipe` would not touch the disk now, whatever method it can use."""
    known = sorted(registry.methods(), key=lambda one: (one.rank is None, one.rank or 0, one.name))
    listed: list[Json] = [
        {"name": one.name, "title": one.title, "evidence": one.evidence.value, "rank": one.rank} for one in known
    ]
    disks: list[Json] = []
    found = tuple(read_disks(host))
    around = read_surroundings(host, found)
    for disk in found:
        said: list[Json] = []
        for one in known:
            no, reached = one.supports(host, disk), one.reaches(disk)
            said.append(
                {
                    "name": one.name,
                    "usable": no is None,
                    "reason": no.reason if no else None,
                    "level": reached.level.value,
                    "basis": reached.basis,
                    "caveats": list(reached.caveats),
                }
            )
        disks.append(
            {
                "name": disk.name,
                "path": disk.path,
                "model": disk.identity.model,
                "serial": disk.identity.serial,
                "size_bytes": disk.identity.size_bytes,
                "description": disk.describe(),
                "protected": [one.reason for one in refusals(disk, around)],
                "methods": said,
            }
        )
    return listed, disks
