"""One wipe of loop devices through recond's own flow, for bench-wipe: plan, warrants, threads, state, no record.

benchone.py METHOD VERIFY /dev/loopN…   Exit 1 when a disk does not end as it must.
"""

from __future__ import annotations

import sys
import tempfile
import threading
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from recond.core.disk import Bus, Disk
from recond.core.guard import Surroundings
from recond.core.plan import Plan
from recond.core.verdict import Level, VerifyMode, WipeVerdict
from recond.flow import wipe
from recond.host.local import LocalHost
from recond.probe.disks import read_disks
from recond.probe.surroundings import read_surroundings
from recond.sink.wipe_states import WipeStates


def main() -> int:
    method, verify, paths = sys.argv[1], VerifyMode(sys.argv[2]), sys.argv[3:]
    host = LocalHost()

    def look() -> tuple[Plan, Surroundings]:
        # Loop devices are never touched outside practice: these few pass for SATA disks, and no other disk is seen.
        found = (disk for disk in read_disks(host, loops=True) if disk.path in paths and disk.bus is Bus.LOOP)
        disks: tuple[Disk, ...] = tuple(replace(disk, bus=Bus.SATA) for disk in found)
        around = read_surroundings(host, disks)
        return wipe.make_plan(host, disks, around, level=Level.CLEAR, method=method, verify=verify), around

    plan, _ = look()
    if len(plan.items) != len(paths):
        raise SystemExit(f"not all of {paths} are in the plan: {[one.refusals for one in plan.protected]}")
    wanted = WipeVerdict.UNPROVEN if verify is VerifyMode.NONE else WipeVerdict.ERASED
    with tempfile.TemporaryDirectory() as folder:
        results = wipe.execute(
            host, plan, plan.id, look,
            states=WipeStates(Path(folder)), tell=lambda progress: None, before=lambda disk: None,
            cancel=threading.Event(),
        )  # fmt: skip
    for one in results:
        print(one.disk.path, one.verdict, one.observed)
    return 0 if all(one.verdict is wanted for one in results) else 1


if __name__ == "__main__":
    sys.exit(main())
