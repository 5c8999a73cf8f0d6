"""Five drives in one batch, each with its own fate, in their real threads: five verdicts, and no drive pays for another's."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from recond.core.disk import Disk
from recond.core.guard import Surroundings
from recond.core.plan import Plan
from recond.core.ports import Command, Completed, Warrant
from recond.core.verdict import ByteRange, Level, WipeVerdict
from recond.flow.wipe import execute, make_plan
from tests.drives.ata import AtaDrive
from tests.drives.base import SLOT, Drive
from tests.drives.session import SimHost, SimWarrant
from tests.unit.erase_fakes import MemoryStates


class Dock(SimHost):
    """A PC with several drives: each call goes to the drive that it names."""

    def __init__(self, drives: dict[str, Drive]) -> None:
        super().__init__(next(iter(drives.values())))
        self.drives = drives
        self.lock = threading.Lock()

    def run(self, command: Command, warrant: Warrant | None = None) -> Completed:
        with self.lock:
            named = next((drive for path, drive in self.drives.items() if path in command.argv), self.drive)
            self.drive = named
            return super().run(command, warrant)

    def disks(self) -> tuple[Disk, ...]:
        return tuple(drive.disk for drive in self.drives.values() if not drive.gone)

    def issue(self, plan: Plan, confirmation: str, reread: Callable[[], object]) -> tuple[SimWarrant, ...]:
        assert confirmation == plan.id
        by_identity = {drive.disk.identity: drive for drive in self.drives.values()}
        return tuple(SimWarrant(by_identity[disk.identity]) for disk in plan.disks)


class Numbered(AtaDrive):
    """A drive without any erase of its own, with its own name and serial number."""

    def __init__(self, name: str, lies: frozenset[str] = frozenset()) -> None:
        super().__init__(lies, features=frozenset())
        self.name = name
        self.number = f"SIM-{name.upper()}"

    @property
    def serial(self) -> str:
        return self.number


def _batch(
    host: Dock, states: MemoryStates, cancel: threading.Event
) -> dict[str, tuple[WipeVerdict, tuple[ByteRange, ...]]]:
    disks = host.disks()
    around = Surroundings(disks)
    plan = make_plan(host, disks, around, level=Level.CLEAR, method="overwrite-aes")  # type: ignore[arg-type]
    ends = execute(
        host,  # type: ignore[arg-type]
        plan,
        plan.id,
        lambda: (plan, around),
        states=states,
        tell=lambda progress: None,
        before=lambda disk: None,
        cancel=cancel,
    )
    return {one.disk.name: (one.verdict, one.observed.bad_ranges) for one in ends}


@pytest.mark.timeout(120)
def test_five_drives_five_verdicts() -> None:
    fates = {
        "sda": frozenset[str](),
        "sdb": frozenset[str](),
        "sdc": frozenset({"write-errors"}),
        "sdd": frozenset({"read-only-inside"}),
        "sde": frozenset[str](),
    }
    drives: dict[str, Drive] = {f"/dev/{name}": Numbered(name, lies) for name, lies in fates.items()}
    drives["/dev/sdb"].cut_at = 70
    host, states, cancel = Dock(drives), MemoryStates(), threading.Event()
    first = _batch(host, states, cancel)
    assert {name: verdict for name, (verdict, _) in first.items()} == {
        "sda": WipeVerdict.ERASED,
        "sdb": WipeVerdict.FAILED,
        "sdc": WipeVerdict.ERASED_WITH_EXCEPTIONS,
        "sdd": WipeVerdict.FAILED,
        "sde": WipeVerdict.ERASED,
    }
    assert first["sdc"][1] == (ByteRange(40 * SLOT, 2 * SLOT), ByteRange(100 * SLOT, SLOT))
    assert [drive.readable_old() for drive in drives.values()] == [False, True, True, True, False]
    # The next one: a disk on which the work is stopped half-way, and taken up again.
    again = Dock({"/dev/sde": Numbered("sde")})
    stopped = again.drives["/dev/sde"]
    stopped.stop_at, stopped.stop = 64, cancel.set
    assert _batch(again, states, cancel)["sde"][0] is WipeVerdict.INTERRUPTED
    assert stopped.readable_old() and states.now, "how far it was is kept"
    stopped.power_cycle()
    again.boot += "+"
    assert _batch(again, states, threading.Event())["sde"][0] is WipeVerdict.ERASED
    assert not stopped.readable_old()
