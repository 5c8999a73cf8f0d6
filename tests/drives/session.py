"""One session of recond on a simulated drive: the real plan, the real methods and the real engine, no clock and no disk.

Every call is held against the real guard (`host.run.check_right`): a method that would change a drive without its warrant
fails here as it would on a PC.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from recond.core.disk import Disk
from recond.core.errors import GuardError, PlanChanged
from recond.core.event import Moment
from recond.core.guard import Surroundings
from recond.core.ports import Command, Completed, Warrant
from recond.core.verdict import Level, VerifyMode
from recond.core.wiperesult import WipeResult
from recond.flow.wipe import make_plan
from recond.flow.wipe_disk import Asked, DiskWork
from recond.host.run import check_right
from tests.drives.ata import AtaDrive
from tests.drives.base import Drive
from tests.unit.erase_fakes import MemoryStates


class SimWarrant:
    """The right to a simulated drive: lets go of it for a tool, and looks again at its size when it takes it back."""

    def __init__(self, drive: Drive) -> None:
        self._disk = drive.disk
        self._drive = drive
        self.held = True

    @property
    def disk(self) -> Disk:
        return self._disk

    @property
    def plan_id(self) -> str:
        return "0000-0000"

    def covers(self, path: str) -> bool:
        return path == self._disk.path

    def device(self) -> Drive:
        assert self.held, "the disk was lent"
        return self._drive

    @contextmanager
    def lend(self) -> Iterator[None]:
        self.held = False
        yield
        if self._drive.gone:
            raise GuardError("le disque ne s'ouvre plus")
        if self._drive.shown != self._disk.identity.size_bytes:
            raise PlanChanged("le disque a changé de taille")
        self.held = True

    def close(self) -> None:
        self._drive.closed = True


class SimHost:
    """The ports that the eraser uses, answered by the drive. The clock moves when somebody waits, or asks."""

    def __init__(self, drive: Drive) -> None:
        self.drive = drive
        self.now = 0.0
        self.seed = 1
        self.calls: list[tuple[str, ...]] = []
        self.boot = "boot-1"

    def run(self, command: Command, warrant: Warrant | None = None) -> Completed:
        check_right(command, warrant)
        self.calls.append(command.argv)
        status, out = self.drive.run(command.argv)
        why = "timeout" if status is None else None
        return Completed(command.argv, status, out, b"" if status == 0 else b"refused", 0.01, why)

    def reader(self, disk: Disk) -> Drive:
        return self.drive

    def close_reader(self, device: Drive) -> None:
        pass

    def names(self, path: str) -> tuple[str, ...]:
        if path != "/sys/devices/nvme0":
            return ()
        return tuple(f"nvme0n{n + 1}" for n in range(getattr(self.drive, "spaces", 1)))

    def link(self, path: str) -> str | None:
        return "/sys/devices/nvme0" if path == "/sys/block/nvme0n1/device" else None

    def read(self, path: str, limit: int = 1 << 20) -> bytes | None:
        return self.drive.files().get(path)

    def moment(self) -> Moment:
        self.now += 0.01
        return Moment(datetime(2026, 7, 1, tzinfo=UTC), self.boot, self.now)

    def random(self, length: int) -> bytes:
        self.seed = (self.seed * 6364136223846793005 + 1442695040888963407) % (1 << 64)
        return (self.seed.to_bytes(8, "big") * 4)[:length]

    def wait(self, seconds: float) -> None:
        self.now += seconds


class Vault:
    """The passwords' folder, in memory. `broken`: the stick is full."""

    def __init__(self, *, broken: bool = False) -> None:
        self.kept: dict[str, list[str]] = {}
        self.broken = broken

    def keep(self, key: str, password: str) -> None:
        if self.broken:
            raise OSError(28, "stick full")
        self.kept.setdefault(key, []).insert(0, password)

    def known(self, key: str) -> tuple[str, ...]:
        return tuple(self.kept.get(key, ()))


class Bench:
    """A drive, the stick, and the sessions between power cycles."""

    def __init__(self, drive: Drive, *, vault: Vault | None = None, allowed: frozenset[str] = frozenset()) -> None:
        self.drive = drive
        self.host = SimHost(drive)
        self.states = MemoryStates()
        self.vault = vault or Vault()
        self.allowed = allowed
        if isinstance(drive, AtaDrive):
            drive.known_passwords = lambda: [word for words in self.vault.kept.values() for word in words]
        self.psid: str | None = None
        self.wanted = Level.CLEAR
        self.accepted_now: list[str] = []

    def wipe(
        self,
        *,
        level: Level = Level.CLEAR,
        method: str | None = None,
        verify: VerifyMode = VerifyMode.FULL,
        cut_at: int | None = None,
        stop_at: int | None = None,
    ) -> WipeResult:
        """Plan and wipe. `cut_at`: the slot write at which the power goes; `stop_at`: at which the person asks to stop.

        Raises GuardError when no method can be used.
        """
        disk, host = self.drive.disk, self.host
        self.wanted = level
        cancel = threading.Event()
        self.drive.cut_at, self.drive.stop_at, self.drive.stop = cut_at, stop_at, cancel.set
        named = frozenset({disk.name})
        around = Surroundings((disk,), named=named)
        plan = make_plan(host, (disk,), around, level=level, method=method, verify=verify, only=named)  # type: ignore[arg-type]
        warrant = SimWarrant(self.drive)
        asked = Asked(self.allowed, self.psid, self.vault)
        work = DiskWork(host, warrant, plan.items[0], self.states, cancel, asked, plan.shortfalls[0])  # type: ignore[arg-type]
        work._job.sleep = host.wait
        accepted = len(self.drive.accepted)
        work._run()
        self.accepted_now = self.drive.accepted[accepted:]
        warrant.close()
        return work.end

    def power_cycle(self, *, same_boot: bool = False) -> None:
        """Switch the PC off and on; `same_boot`: only the drive is pulled out and put back."""
        self.drive.power_cycle()
        if not same_boot:
            self.host.boot += "+"
