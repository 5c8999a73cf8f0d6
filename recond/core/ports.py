"""The ports: what the rooms may ask of the operating system. `recond.host` implements them; tests replay recordings.

Only `recond.cli` (and tests) build a host; every other room is handed one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from recond.core.errors import CommandFailed
from recond.core.text import clean
from recond.core.words import N_, joined

if TYPE_CHECKING:  # whoever only reads must not load what erasing needs
    from recond.core.disk import Disk
    from recond.core.event import Moment
    from recond.core.guard import Surroundings
    from recond.core.plan import Plan


@dataclass(frozen=True, slots=True)
class Command:
    """One call of a program: data, never a shell string.

    `destroys` is the path of the device that it changes; the host then wants a `Warrant` for that disk. `makes` is the
    path of a regular file that it fills (a practice disk): the host checks that it is one and that no device is named.
    `stdin` is what it reads (nothing by default); `on_line` is told each line of its output as it comes, for progress;
    `stopping`, asked twice a second while lines are awaited, ends it early when it returns True (`why` = "stopped").
    """

    argv: tuple[str, ...]
    timeout_s: float = 30.0
    destroys: str | None = None
    makes: str | None = None
    stdin: bytes | None = None
    on_line: Callable[[str], None] | None = field(default=None, compare=False)
    stopping: Callable[[], bool] | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Completed:
    """How a call ended. `status` None = it did not end by itself; `why` then says "missing", "timeout" or "stopped"."""

    argv: tuple[str, ...]
    status: int | None
    stdout: bytes
    stderr: bytes
    duration_s: float
    why: str | None = None

    @property
    def ok(self) -> bool:
        """Tell whether the program ended by itself with status 0. That is never a proof of what it did to a disk."""
        return self.status == 0

    def explain(self) -> str:
        """Return in one French sentence how it ended, for reasons and error messages."""
        name = self.argv[0]
        if self.why == "missing":
            return N_("{name} n'est pas installé").format(name=name)
        if self.why == "timeout":
            return N_("{name} n'a pas répondu en {duration_s:.0f} s").format(name=name, duration_s=self.duration_s)
        if self.why == "stopped":
            return N_("{name} a été arrêté").format(name=name)
        said = clean("".join(self.stderr[-4096:].decode("utf-8", "replace").strip().splitlines()[-1:]))
        failed = N_("{name} a échoué (code {status})").format(name=name, status=self.status)
        return joined(": ", (failed, said)) if said else failed


@dataclass(frozen=True, slots=True)
class UdevDevice:
    """One device as udev knows it. `parents` are (subsystem, sys_name) from the nearest upwards."""

    sys_name: str
    sys_path: str
    dev_node: str
    properties: Mapping[str, str]
    parents: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Counts:
    """What psutil counts: bytes of memory that the system sees, logical and physical processors, highest MHz."""

    memory_bytes: int
    threads: int | None
    cores: int | None
    max_mhz: float | None


Buffer = memoryview
"""A page-aligned buffer (from `mmap`), as direct input/output needs it."""


@dataclass(frozen=True, slots=True)
class OpalStatus:
    """What the kernel knows of a self-encrypting drive: whether it speaks TCG Opal, and whether it is locked by it."""

    supported: bool
    locked: bool


class BlockDevice(Protocol):
    """A disk opened for direct input/output. Offsets and lengths are multiples of `block_bytes`. Raises OSError."""

    @property
    def size_bytes(self) -> int: ...
    @property
    def block_bytes(self) -> int: ...
    def read_into(self, offset: int, buffer: Buffer) -> int:
        """Fill the buffer from the medium; return the bytes read (fewer only at the end of the disk)."""
        ...

    def write_from(self, offset: int, buffer: Buffer) -> int:
        """Write the buffer; return the bytes written."""
        ...

    def flush(self) -> None:
        """Return when the drive says that everything written is on the medium."""
        ...

    def drop_caches(self) -> None:
        """Forget what the kernel keeps of this disk, so that the next read asks the drive."""
        ...

    def opal_status(self) -> OpalStatus:
        """Return whether the drive speaks Opal. Raises OSError (ENOTTY: the kernel or the drive does not)."""
        ...

    def opal_psid_revert(self, psid: bytes) -> None:
        """Reset the drive with the number on its label: all its data is lost. Raises OSError (EACCES: opened for reading
        only; EPERM, EIO: refused)."""
        ...


class Inputs(Protocol):
    """Input devices (keyboard, touchpad, lid) listened to."""

    def read(self, timeout_s: float) -> tuple[tuple[str, bytes], ...]:
        """Wait for events at most so long; return (device path, raw bytes) of each device that said something."""
        ...

    def close(self) -> None:
        """Stop listening; what is typed goes to the console again."""
        ...


class Warrant(Protocol):
    """The right to destroy one disk: made only by `Host.issue` for a confirmed plan, re-checked at that moment.

    While it is open the disk is held exclusively: nobody else can mount it.
    """

    @property
    def disk(self) -> Disk: ...
    @property
    def plan_id(self) -> str: ...
    def covers(self, path: str) -> bool:
        """Tell whether `path` is the disk or one of its partitions, and the warrant is open."""
        ...

    def device(self) -> BlockDevice:
        """Return the disk opened for reading and writing."""
        ...

    def lend(self) -> AbstractContextManager[None]:
        """Let go of the exclusive hold while a tool works on the disk (it wants its own), then take it again.

        Raises GuardError when the disk is not the same one afterwards, or is held by somebody else.
        """
        ...

    def close(self) -> None:
        """Give the right back."""
        ...


class Host(Protocol):
    """Everything recond may ask of the machine it runs on."""

    def run(self, command: Command, warrant: Warrant | None = None) -> Completed:
        """Run a program to its end or its deadline. Raises GuardError when it would destroy without a warrant."""
        ...

    def read(self, path: str, limit: int = 1 << 20) -> bytes | None:
        """Return a file's bytes (at most `limit`), None when it is not there or cannot be read."""
        ...

    def names(self, path: str) -> tuple[str, ...]:
        """Return the sorted names in a folder, empty when it is not there."""
        ...

    def link(self, path: str) -> str | None:
        """Return where a symbolic link leads (resolved), None when it is none."""
        ...

    def udev(self, subsystem: str, devtype: str | None = None) -> tuple[UdevDevice, ...]:
        """Return the devices of a subsystem, sorted by name."""
        ...

    def counts(self) -> Counts:
        """Return what psutil counts."""
        ...

    def reader(self, disk: Disk) -> BlockDevice:
        """Open a disk for reading only. Raises OSError. The caller closes it by `close_reader`."""
        ...

    def close_reader(self, device: BlockDevice) -> None:
        """Close what `reader` opened."""
        ...

    def inputs(self, paths: tuple[str, ...], *, alone: bool) -> Inputs:
        """Listen to input devices; with `alone` nobody else hears them meanwhile (keys do not reach the console).

        Raises EnvironmentFault when none of them can be opened.
        """
        ...

    def issue(
        self, plan: Plan, confirmation: str, reread: Callable[[], tuple[Plan, Surroundings]]
    ) -> tuple[Warrant, ...]:
        """Make the warrants of a plan, one for each item.

        `reread` looks at the disks again and makes the plan anew. Raises PlanChanged when its id is not what was
        confirmed, GuardError when a guard now speaks or the disk cannot be held exclusively.
        """
        ...

    def power_off(self, disk: Disk) -> bool:
        """Have the kernel let go of a disk and stop it, so that it can be pulled; False when it cannot, or is in use."""
        ...

    def moment(self) -> Moment:
        """Return the time now."""
        ...

    def random(self, length: int) -> bytes:
        """Return random bytes fit for keys."""
        ...

    def is_root(self) -> bool:
        """Tell whether the programs run may open disks."""
        ...


def must(host: Host, command: Command, warrant: Warrant | None = None, hint: str | None = None) -> Completed:
    """Run a command that has to end with status 0. Raises CommandFailed otherwise."""
    done = host.run(command, warrant)
    if not done.ok:
        raise CommandFailed(done.explain(), hint, status=done.status)
    return done
