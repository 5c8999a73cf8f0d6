"""A station: disks are plugged into docks, and each goes its way alone: audited, offered, wiped, labelled, powered off.

What was plugged in when the station started is never offered (`core.guard.was_there`, asked again at the last moment).
Plugging is seen by the kernel's own count of a disk (diskseq): it rises with every plug and every change of medium, so a
disk pulled and put back between two looks is a new one.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from recond.core.disk import Disk
from recond.core.errors import ExitCode, RecondError
from recond.core.guard import Refusal, refusals
from recond.core.labeldata import LabelOutcome
from recond.core.ports import Host
from recond.core.words import N_
from recond.flow import audit_step, label_step, run, wipe_step
from recond.flow.chain import Chain
from recond.probe.disks import NOT_DISKS

SETTLE_S = 2.0
"""How long a disk just plugged in is left to udev before it is looked at."""


@dataclass
class Docked:
    """A disk in a dock. `ended`: its way is over; `outcome` None = it was not wiped, `fault` says why."""

    disk: Disk
    chain: Chain
    plugged: str
    ended: threading.Event = field(default_factory=threading.Event)
    gone: bool = False
    outcome: run.Outcome | None = None
    word: LabelOutcome = LabelOutcome.NOT_ERASED
    off: bool = False


class Station:
    """Watches what is plugged in. `look` reads the disks, `make` gives a disk its chain, `told` is called as each ends.

    `at_once`: how many are wiped at the same time; the others wait their turn.
    """

    def __init__(
        self,
        host: Host,
        look: Callable[[], tuple[Disk, ...]],
        make: Callable[[Disk, tuple[Disk, ...]], Chain],
        *,
        refused: Callable[[Disk, Refusal], None],
        told: Callable[[Docked], None],
        at_once: int,
    ) -> None:
        self._host = host
        self._look = look
        self._make = make
        self._refused = refused
        self._told = told
        self._turns = threading.Semaphore(at_once)
        self._seen = plugged(host)
        self._settling: dict[str, tuple[str, float]] = {}
        self.before = look()
        self.docked: list[Docked] = []

    def step(self) -> None:
        """Look once at what came and went."""
        now = plugged(self._host)
        for one in self.docked:
            if now.get(one.disk.name) != one.plugged:
                one.gone = True
        for name, mark in now.items():
            if self._seen.get(name) != mark and self._settling.get(name, ("", 0))[0] != mark:
                self._settling[name] = (mark, time.monotonic() + SETTLE_S)
        self._seen = now
        ready = [name for name, (mark, at) in self._settling.items() if at <= time.monotonic() or now.get(name) != mark]
        for name in ready:
            mark, _ = self._settling.pop(name)
            if now.get(name) == mark:
                self._take(name, mark)

    def _take(self, name: str, mark: str) -> None:
        disk = next((one for one in self._look() if one.name == name), None)
        if disk is None or disk.identity.size_bytes <= 0:
            return
        chain = self._make(disk, self.before)
        _, around = chain.look()
        spoken = refusals(disk, around)
        if spoken:
            self._refused(disk, spoken[0])
            return
        one = Docked(disk, chain, mark)
        self.docked.append(one)
        threading.Thread(target=self._way, args=(one,), name=f"dock-{disk.name}", daemon=True).start()

    def _way(self, one: Docked) -> None:
        try:
            with self._turns:
                one.outcome = through(one.chain)
            one.word = label_step.label_of(one.chain).outcome
            self._power_off(one)
        except RecondError as error:
            one.chain.talk.fault(error)
            one.chain.codes.append(error.code)
        # Whatever it is, the other docks go on, and this disk is not called erased.
        except Exception as error:
            one.chain.talk.note(N_("erreur interne : {error}").format(error=repr(error)), good=False)
            one.chain.codes.append(ExitCode.BUG)
            one.word = LabelOutcome.NOT_ERASED
        finally:
            self._told(one)
            one.ended.set()

    def _power_off(self, one: Docked) -> None:
        # Its name may be another disk's by now.
        if not one.chain.cancel.is_set() and plugged(self._host).get(one.disk.name) == one.plugged:
            one.off = self._host.power_off(one.disk)

    @property
    def working(self) -> list[Docked]:
        """Return those that are on their way."""
        return [one for one in self.docked if not one.ended.is_set()]


def through(chain: Chain) -> run.Outcome:
    """Take one docked disk through: record, plan, word, wipe, certificate, label."""
    state = audit_step.begin_docked(chain)
    label_step.draw(chain, tell=False)
    try:
        wipe_step.run(chain, state)
    except RecondError as error:
        chain.talk.fault(error)
        chain.codes.append(error.code)
    return run.close(chain)


def plugged(host: Host) -> Mapping[str, str]:
    """Return the kernel names of the whole disks there are, each with what changes at every plug."""
    found = {}
    for name in host.names("/sys/block"):
        if NOT_DISKS.match(name):
            continue
        seq, size = host.read(f"/sys/block/{name}/diskseq", 32), host.read(f"/sys/block/{name}/size", 32)
        if size is not None and size.strip() != b"0":
            found[name] = f"{(seq or b'?').decode().strip()}/{size.decode().strip()}"
    return found
