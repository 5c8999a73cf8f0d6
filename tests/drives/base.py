"""What all simulated drives share: a medium that can be searched for the donor's bytes, its faults, and its lies.

Nothing here knows how recond decides. A lie is something a real drive, adapter or kernel was seen to do (domain notes on
erasing); `readable_old` is the truth that a verdict is held against.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Mapping

from recond.core.disk import Bus, Disk, DiskIdentity, Medium
from recond.core.ports import OpalStatus

OLD = b"OLD-DONOR-BYTES!"
SLOT = 512
SLOTS = 144
"""128 marks and some samples: the smallest disk on which a firmware erase can be proved."""

Answer = tuple[int | None, bytes]
"""Exit status (None = killed at its deadline) and output of a program."""

COMMON_LIES = (
    "keeps-data",
    "keeps-part",
    "keeps-one",
    "forgets-writes",
    "keeps-late-writes",
    "erases-only-late-writes",
    "says-ok-refuses",
    "fails-at-57",
    "stuck",
    "log-vanishes",
    "dies-while-erasing",
    "wears-out",
)
IO_LIES = ("drops-late-writes", "page-cache", "write-errors", "read-errors", "smaller-inside", "read-only-inside")


class Drive:
    """A drive of SLOTS slots; `medium` may be longer than what is shown: that is its hidden area."""

    bus = Bus.SATA
    kind = Medium.SSD
    name = "sda"

    def __init__(self, lies: frozenset[str] = frozenset(), hidden_slots: int = 0) -> None:
        self.lies = lies
        self.shown = SLOTS * SLOT
        self.medium = bytearray(OLD * ((SLOTS + hidden_slots) * SLOT // len(OLD)))
        self.fill = 0
        self.below: dict[int, bytes] = {}
        self.cache: dict[int, bytes] = {}
        self.accepted: list[str] = []
        self.writes = 0
        self.cut_at: int | None = None
        self.stop_at: int | None = None
        self.stop: Callable[[], None] = lambda: None
        self.gone = False
        self.closed = False
        self.busy = False
        self.shut = False
        self.share = 0.0
        self.job: str | None = None
        self.last: str = "never"
        self.silent = False
        self.sins: list[str] = []
        self.snapshot = b""
        self.unflushed: dict[int, bytes] = {}

    # -- who it is ------------------------------------------------------------------------------------------------
    @property
    def serial(self) -> str:
        return "SIM0001"

    @property
    def disk(self) -> Disk:
        path = f"/dev/{self.name}"
        identity = DiskIdentity("SIMULATED DRIVE", self.serial, None, self.shown)
        return Disk(self.name, path, f"/sys/block/{self.name}", identity, self.bus, self.kind)

    @property
    def size_bytes(self) -> int:
        return self.shown

    @property
    def block_bytes(self) -> int:
        return SLOT

    def readable_old(self) -> bool:
        """Tell the truth: whether anything of the donor's can be read from this drive, now or after a power cycle."""
        return OLD in self.medium

    # -- reading and writing --------------------------------------------------------------------------------------
    def _check(self, offset: int, length: int) -> None:
        if self.closed:
            raise OSError(errno.EBADF, "given back")
        if self.gone:
            raise OSError(errno.ENODEV, "gone")
        if offset % SLOT or length % SLOT:
            raise OSError(errno.EINVAL, "not on a block")
        if self.busy or self.shut:
            raise OSError(errno.EIO, "not ready")

    def _place(self, at: int) -> int:
        return at % (self.shown // 2) if "smaller-inside" in self.lies else at

    def read_into(self, offset: int, buffer: memoryview) -> int:
        length = min(len(buffer), self.shown - offset)
        self._check(offset, length)
        for at in range(offset, offset + length, SLOT):
            worn = "wears-out" in self.lies and bool(self.snapshot)
            if ("read-errors" in self.lies or worn) and at // SLOT in (17, 18):
                raise OSError(errno.EIO, "bad place")
            place = self._place(at)
            held = self.cache.get(at) or self.medium[place : place + SLOT]
            buffer[at - offset : at - offset + SLOT] = held
        return length

    def write_from(self, offset: int, buffer: memoryview) -> int:
        self._check(offset, len(buffer))
        if offset + len(buffer) > self.shown:
            raise OSError(errno.ENOSPC, "beyond the end")
        if "read-only-inside" in self.lies:
            raise OSError(errno.EROFS, "read only")
        for at in range(offset, offset + len(buffer), SLOT):
            self.writes += 1
            if self.cut_at is not None and self.writes >= self.cut_at:
                self.gone = True
                raise OSError(errno.ENODEV, "gone")
            if self.stop_at is not None and self.writes >= self.stop_at:
                self.stop()
            if "write-errors" in self.lies and at // SLOT in (40, 41, 100):
                raise OSError(errno.EIO, "bad place")
            data = bytes(buffer[at - offset : at - offset + SLOT])
            if "page-cache" in self.lies:
                self.cache[at] = data
                if at // SLOT % 7 == 3:
                    continue
            if "drops-late-writes" in self.lies and self.writes > SLOTS // 2:
                continue
            place = self._place(at)
            self.unflushed.setdefault(place, bytes(self.medium[place : place + SLOT]))
            self.below.setdefault(place, bytes(self.medium[place : place + SLOT]))
            self.medium[place : place + SLOT] = data
        return len(buffer)

    def flush(self) -> None:
        self._check(0, 0)
        self.unflushed.clear()

    def drop_caches(self) -> None:
        self.cache.clear()

    def opal_status(self) -> OpalStatus:
        raise OSError(errno.ENOTTY, "no Opal")

    def opal_psid_revert(self, psid: bytes) -> None:
        raise OSError(errno.ENOTTY, "no Opal")

    # -- erasing itself -------------------------------------------------------------------------------------------
    def erase(self, reach: int | None = None) -> None:
        """Do to the medium what this drive really does when it says that it erases. `reach`: bytes, None = all."""
        end = len(self.medium) if reach is None else reach
        self.snapshot = bytes(self.medium)
        if "keeps-data" in self.lies:
            return
        if "keeps-part" in self.lies:
            end //= 2
        kept = {60 * SLOT: bytes(self.medium[60 * SLOT : 61 * SLOT])} if "keeps-one" in self.lies else {}
        if "forgets-writes" in self.lies:
            kept = dict(self.below)
        elif "keeps-late-writes" in self.lies:
            kept = {at: bytes(self.medium[at : at + SLOT]) for at in self.below}
        elif "erases-only-late-writes" in self.lies:
            every = range(0, len(self.medium), SLOT)
            kept = {at: bytes(self.medium[at : at + SLOT]) for at in every if at not in self.below}
        self.fill = (self.fill + 83) % 256
        self.medium[:end] = bytes([self.fill]) * end
        for at, data in kept.items():
            self.medium[at : at + SLOT] = data
        self.below.clear()
        self.unflushed.clear()

    def survived(self) -> bool:
        """Tell whether something that was there when the drive began to erase itself is there still."""
        slots = range(0, min(self.shown, len(self.snapshot)), SLOT)
        pairs = ((self.medium[at : at + SLOT], self.snapshot[at : at + SLOT]) for at in slots)
        return any(now == then and len(set(then)) > 1 for now, then in pairs)

    def sound(self) -> bool:
        """Tell whether every place that is shown can be read."""
        buffer = memoryview(bytearray(SLOT))
        was, self.closed = self.closed, False
        try:
            return all(self.read_into(at, buffer) == SLOT for at in range(0, self.shown, SLOT))
        except OSError:
            return False
        finally:
            self.closed = was

    def begin(self, what: str) -> Answer:
        """Begin an erase that goes on by itself."""
        if "says-ok-refuses" in self.lies:
            return 0, b""
        if self.busy:
            self.sins.append(f"{what} sent to a drive that is at work")
        if self.busy or self.shut:
            return 5, b""
        self.accepted.append(what)
        self.job, self.busy, self.share, self.last = what, True, 0.0, "running"
        return 0, b""

    def tick(self) -> None:
        """Let a moment pass: called at each question about progress."""
        if not self.busy or "stuck" in self.lies:
            self.share = min(self.share + 0.01, 0.01)
            return
        self.share += 0.3
        if "log-vanishes" in self.lies:
            self.silent = True
        if "dies-while-erasing" in self.lies:
            self.gone = True
        elif "fails-at-57" in self.lies and self.share >= 0.57:
            self.medium[: self.shown * 57 // 100] = bytes(self.shown * 57 // 100)
            self.busy, self.shut, self.last = False, True, "failed"
        elif self.share >= 1:
            self.erase()
            self.busy, self.last = False, "done"

    def power_cycle(self) -> None:
        """Off and on (or out and in). A firmware erase goes on; what was only in a cache is lost."""
        for at, data in self.unflushed.items():
            self.medium[at : at + SLOT] = data
        self.unflushed.clear()
        self.below.clear()
        self.gone = self.closed = self.silent = False
        self.cut_at = self.stop_at = None
        self.cache.clear()
        self.writes = 0

    def run(self, argv: tuple[str, ...]) -> Answer:
        """Answer a program's call."""
        if self.gone:
            return 1, b""
        return self.answer(argv)

    def answer(self, argv: tuple[str, ...]) -> Answer:
        """Answer what this kind of drive knows."""
        return 127, b""

    def files(self) -> Mapping[str, bytes]:
        """Return what sysfs says of it."""
        return {}
