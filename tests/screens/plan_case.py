"""Eight disks (or more) and a stick on a terminal: the plan and its question, then the moving lines. Run by the tests."""

from __future__ import annotations

import sys
import time

from recond.cli.context import Context
from recond.cli.parts.talk import make_talk
from recond.core.disk import Disk, DiskIdentity, Partition
from recond.core.guard import Refusal
from recond.core.plan import Deed, Plan, PlanItem, Protected
from recond.core.progress import Phase, Progress

SIZE = 256_060_514_304


def make_plan(count: int) -> Plan:
    """Return a plan of that many disks, with what makes a plan long: ways out, a shortfall, a protected stick."""
    disks = tuple(
        Disk(
            f"nvme{number}n1",
            f"/dev/nvme{number}n1",
            "",
            DiskIdentity("SAMSUNG MZVLB256HAHQ-000L7", f"S4EUNX0M5123{number:02}", None, SIZE),
            partitions=(Partition("p1", 1, "ntfs"), Partition("p2", 1, "vfat")),
        )
        for number in range(count)
    )
    items = tuple(PlanItem(disk.identity, "nvme-format", then=("nvme-sanitize-crypto", "overwrite")) for disk in disks)
    stick = Disk("sda", "/dev/sda", "", DiskIdentity("Kingston DataTraveler", "AA04012700007654", None, 16 * 10**9))
    refusal = Refusal("boot_medium", "clé de démarrage RECOND, jamais touchée", "rien à faire")
    short = (None,) * (count - 1) + ("« purge » n'est pas atteint : ce disque ne sait que « clear »",)
    return Plan(Deed.WIPE, items, disks, (Protected(stick, (refusal,)),), (), short)


def main(count: int, looks: int, notes: int = 12) -> None:
    """Tell a few things, ask, show progress, and say at the end what was answered."""
    plan = make_plan(count)
    talk = make_talk(Context())
    talk.operator = "LM"
    for number in range(notes):
        talk.note(f"note {number}")
    answer = talk.confirm(plan)
    for look in range(looks):
        for number, disk in enumerate(plan.disks):
            phase = Phase.WRITE if number % 2 else Phase.VERIFY
            talk.progress(Progress(disk.name, phase, (look + 1) * 10**9, SIZE, 523e6, 20.0 * look, 0, 41))
        time.sleep(0.2)
    print("answer:", answer)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
