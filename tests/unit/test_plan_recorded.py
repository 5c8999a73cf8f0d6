"""LVM, LUKS, RAID and swap as a real kernel shows them (a recorded virtual PC): each alone protects its disk.

The kernels that run these tests may have neither device-mapper nor MD; the recording comes from one that has.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from recond.core.disk import Bus
from recond.core.errors import GuardError
from recond.core.guard import Surroundings
from recond.core.ports import Command, Completed, Warrant
from recond.core.verdict import Level
from recond.flow.wipe import make_plan
from recond.host.record import ReplayHost
from recond.probe.disks import read_disks


class WithoutHdparm(ReplayHost):
    """These PCs were recorded before their drives were asked for their ATA page: hdparm is missing on them."""

    def run(self, command: Command, warrant: Warrant | None = None) -> Completed:
        if command.argv[0] == "hdparm":
            return Completed(command.argv, None, b"", b"", 0.0, "missing")
        return super().run(command, warrant)


MACHINES = Path(__file__).resolve().parents[1] / "machines"


@pytest.mark.parametrize("kind", ["lvm", "luks", "md", "swap", "mount"])
def test_a_member_in_use_is_refused_for_that_reason_alone(kind: str) -> None:
    host = WithoutHdparm(MACHINES / "qemu-in-use")
    disks = read_disks(host)
    used = [disk for disk in disks if any(use.kind == kind for use in disk.uses)]
    assert used, f"the recording holds a disk in use by {kind}"
    for disk in used:
        only = replace(disk, uses=tuple(use for use in disk.uses if use.kind == kind))
        around = Surroundings(disks)
        with pytest.raises(GuardError) as caught:
            make_plan(host, (only,), around, level=Level.CLEAR)
        assert only.uses[0].by in caught.value.message
        if disk.bus is not Bus.NVME:  # its drive would be asked whether it can format, which was not recorded
            assert make_plan(host, (replace(only, uses=()),), around, level=Level.CLEAR).items


def test_once_stopped_the_same_disks_are_only_content() -> None:
    host = WithoutHdparm(MACHINES / "qemu-stopped")
    disks = tuple(disk for disk in read_disks(host) if disk.bus is Bus.SATA)
    plan = make_plan(host, disks, Surroundings(disks), level=Level.CLEAR)
    assert {disk.identity.serial for disk in plan.disks} == {"DONORHDD1", "DONORSSD1"}
    assert any("linux_raid_member" in disk.contents for disk in plan.disks)
