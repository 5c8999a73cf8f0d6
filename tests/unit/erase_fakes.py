"""Drives made of memory for the erase tests, honest and lying, and the few ports that a method needs.

A fake drive is not a belief about a command's output: it is a medium that can be searched for old bytes afterwards.
"""

from __future__ import annotations

import errno
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from recond.core.disk import Bus, Disk, DiskIdentity, Medium
from recond.core.event import Moment
from recond.core.plan import PlanItem
from recond.core.ports import Command, Completed, OpalStatus
from recond.core.verdict import Level, VerifyMode
from recond.erase.method import Job

OLD = b"OLD-DONOR-BYTES!"
"""Sixteen bytes: a drive full of them shows any place that was not erased."""


def disk_of(size: int, *, bus: Bus = Bus.SATA, name: str = "sda", block: int = 512) -> Disk:
    """Return a disk of this size."""
    return Disk(
        name=name,
        path=f"/dev/{name}",
        sys_path=f"/sys/block/{name}",
        identity=DiskIdentity("FAKE DRIVE", f"SN-{name}", None, size),
        bus=bus,
        medium=Medium.SSD,
        logical_block_bytes=block,
    )


class MemoryDrive:
    """A drive holding `size` bytes of OLD. Faults are set by the test before the wipe."""

    def __init__(self, size: int, block: int = 512) -> None:
        self.medium = bytearray((OLD * (size // len(OLD) + 1))[:size])
        self.block = block
        self.lock = threading.Lock()
        self.closed = False
        self.flushes = 0
        self.write_errors: dict[int, int] = {}
        self.read_errors: dict[int, int] = {}
        self.gone_after: int | None = None
        self.writes = 0
        self.on_write: Callable[[int, int], None] = lambda offset, length: None

    @property
    def size_bytes(self) -> int:
        return len(self.medium)

    @property
    def block_bytes(self) -> int:
        return self.block

    def _check(self, offset: int, buffer: memoryview, errors: Mapping[int, int]) -> None:
        if offset % self.block or len(buffer) % self.block:
            raise OSError(errno.EINVAL, "not on a block")
        if self.closed:
            raise OSError(errno.EBADF, "given back")
        if self.gone_after is not None and self.writes > self.gone_after:
            raise OSError(errno.ENODEV, "gone")
        for at, number in errors.items():
            if offset <= at < offset + len(buffer):
                raise OSError(number, "bad place")

    def read_into(self, offset: int, buffer: memoryview) -> int:
        self._check(offset, buffer, self.read_errors)
        data = self.medium[offset : offset + len(buffer)]
        buffer[: len(data)] = data
        return len(data)

    def write_from(self, offset: int, buffer: memoryview) -> int:
        self.writes += 1
        self.on_write(offset, len(buffer))
        self._check(offset, buffer, self.write_errors)
        if offset + len(buffer) > len(self.medium):
            raise OSError(errno.ENOSPC, "beyond the end")
        with self.lock:
            self.store(offset, bytes(buffer))
        return len(buffer)

    def store(self, offset: int, data: bytes) -> None:
        """Put data on the medium; liars override this."""
        self.medium[offset : offset + len(data)] = data

    def flush(self) -> None:
        self.flushes += 1

    def drop_caches(self) -> None:
        pass

    def opal_status(self) -> OpalStatus:
        raise OSError(errno.ENOTTY, "no Opal")

    def opal_psid_revert(self, psid: bytes) -> None:
        raise OSError(errno.ENOTTY, "no Opal")

    @property
    def old_bytes_left(self) -> int:
        """Count the blocks of 512 that still hold anything of the donor's."""
        return sum(OLD in self.medium[at : at + 512] for at in range(0, len(self.medium), 512))


class FakeWarrant:
    """The right to a drive made of memory."""

    def __init__(self, disk: Disk, drive: MemoryDrive) -> None:
        self._disk, self._drive = disk, drive
        self.lent = 0
        self.held = True

    @property
    def disk(self) -> Disk:
        return self._disk

    @property
    def plan_id(self) -> str:
        return "0000-0000"

    def covers(self, path: str) -> bool:
        return path == self._disk.path

    def device(self) -> MemoryDrive:
        assert self.held, "the disk was lent"
        return self._drive

    @contextmanager
    def lend(self) -> Iterator[None]:
        self.lent += 1
        self.held = False
        yield
        self.held = True

    def close(self) -> None:
        self._drive.closed = True


class FakeHost:
    """The ports that a method uses. `programs` answers to calls; nothing else is run. Random bytes are repeatable."""

    def __init__(self, boot_id: str = "boot-1") -> None:
        self.boot_id = boot_id
        self.counter = 0
        self.calls: list[tuple[str, ...]] = []
        self.programs: Callable[[Command], tuple[int, bytes]] = lambda command: (127, b"")
        self.folders: dict[str, tuple[str, ...]] = {}
        self.links: dict[str, str] = {}

    def run(self, command: Command, warrant: object | None = None) -> Completed:
        self.calls.append(command.argv)
        status, out = self.programs(command)
        return Completed(command.argv, status, out, b"" if status == 0 else b"refused", 0.01)

    def names(self, path: str) -> tuple[str, ...]:
        return self.folders.get(path, ())

    def link(self, path: str) -> str | None:
        return self.links.get(path)

    def read(self, path: str, limit: int = 1 << 20) -> bytes | None:
        return None

    def reader(self, disk: Disk) -> MemoryDrive:
        raise OSError(errno.ENOENT, "no such drive")

    def moment(self) -> Moment:
        self.counter += 1
        return Moment(datetime(2026, 7, 1, tzinfo=UTC), self.boot_id, float(self.counter))

    def random(self, length: int) -> bytes:
        self.counter += 1
        return bytes((self.counter * 31 + n * 7) % 256 for n in range(length))


@dataclass
class MemoryStates:
    """Wipe states in memory; `kept` is every state ever saved, as JSON would give it back."""

    now: dict[str, dict[str, Any]] = field(default_factory=dict)
    kept: list[dict[str, Any]] = field(default_factory=list)
    broken: bool = False

    def load(self, key: str) -> Mapping[str, Any] | None:
        return self.now.get(key)

    def save(self, key: str, state: Mapping[str, object]) -> None:
        import json

        from recond.core import canonical

        if self.broken:
            raise OSError(errno.ENOSPC, "stick full")
        value = json.loads(canonical.encode(state))
        self.now[key] = value
        self.kept.append(value)

    def clear(self, key: str) -> None:
        self.now.pop(key, None)


def job_for(
    drive: MemoryDrive,
    *,
    method: str = "overwrite-aes",
    verify: VerifyMode = VerifyMode.FULL,
    disk: Disk | None = None,
    host: FakeHost | None = None,
    states: MemoryStates | None = None,
    stop: threading.Event | None = None,
) -> Job:
    """Return a job on a drive made of memory."""
    disk = disk or disk_of(drive.size_bytes, block=drive.block)
    return Job(
        host=host or FakeHost(),  # type: ignore[arg-type]
        warrant=FakeWarrant(disk, drive),
        item=PlanItem(disk.identity, method, Level.CLEAR, verify),
        states=states or MemoryStates(),
        tell=lambda phase, done, total: None,
        stop=stop or threading.Event(),
    )
