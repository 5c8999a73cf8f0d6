"""The warrant at its edges: a disk without a name of its own, a call that names another disk, a tool that ends late."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace

import pytest

from recond.core.errors import GuardError, PlanChanged
from recond.core.guard import Surroundings
from recond.core.plan import Plan
from recond.core.ports import Command
from tests.block.conftest import MIB, Bench, Loop

pytestmark = pytest.mark.root

Make = Callable[..., Loop]
MakeBench = Callable[..., Bench]


def nameless(plan: Plan, **other: object) -> Plan:
    """Return the plan as for a disk in a dock that gives every disk the same serial number."""
    known = replace(plan.disks[0].identity, model="USB 3.0 Dock", serial="152D00539000")
    disk = replace(plan.disks[0], identity=known, **other)  # type: ignore[arg-type]
    return replace(plan, items=(replace(plan.items[0], identity=known),), disks=(disk,))


@pytest.mark.parametrize(
    "change", [{"partition_table_id": "b5e3"}, {"sys_path": "/sys/usb2/host9"}, {"signature": "ext4"}]
)
def test_another_disk_put_into_a_dock_that_repeats_its_serial(
    make_loop: Make, bench: MakeBench, change: dict[str, object]
) -> None:
    own = bench(make_loop(8 * MIB))
    plan, around = own.plan()
    shown, now = nameless(plan), nameless(plan, **change)
    assert now.id == shown.id, "nothing of its identity tells it from the first"

    def reread() -> tuple[Plan, Surroundings]:
        return now, replace(around, all_disks=now.disks)

    with pytest.raises(PlanChanged):
        own.host.issue(shown, shown.id, reread)
    (warrant,) = own.host.issue(now, now.id, reread)
    warrant.close()


def test_a_warrant_for_one_disk_does_not_let_a_program_at_another(make_loop: Make, bench: MakeBench) -> None:
    loop, other = make_loop(8 * MIB), make_loop(8 * MIB)
    own = bench(loop)
    plan, _ = own.plan()
    (warrant,) = own.host.issue(plan, plan.id, own.plan)
    with warrant.lend():
        for argv in (("wipefs", "-a", other.path), ("dd", "if=/dev/zero", f"of={other.path}", "count=1")):
            with pytest.raises(GuardError):
                own.host.run(Command(argv, destroys=loop.path), warrant)
        assert own.host.run(Command(("wipefs", "-a", loop.path), destroys=loop.path), warrant).ok
    warrant.close()


def test_a_tool_that_ends_after_the_warrant_was_closed_does_not_bring_it_back(
    make_loop: Make, bench: MakeBench
) -> None:
    own = bench(make_loop(8 * MIB))
    plan, _ = own.plan()
    (warrant,) = own.host.issue(plan, plan.id, own.plan)
    with pytest.raises(GuardError), warrant.lend():
        warrant.close()  # the flow gave the disk up while the drive was busy
        assert not warrant.covers(warrant.disk.path)
    with pytest.raises(GuardError):
        warrant.device()
    os.close(os.open(warrant.disk.path, os.O_RDWR | os.O_EXCL))  # nobody holds it any more
