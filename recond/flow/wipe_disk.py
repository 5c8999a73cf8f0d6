"""One disk being wiped, in its own thread, watched from outside: a drive that hangs must not hide, nor hold the others."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, replace

from recond.core.certificate import OVERWRITES
from recond.core.disk import Bus, Disk
from recond.core.errors import RecondError
from recond.core.machine import Smart
from recond.core.plan import PlanItem
from recond.core.policy import reaches
from recond.core.ports import Host, Warrant
from recond.core.progress import Meter, Phase, Progress
from recond.core.verdict import Hidden, Observed, VerifyMode, WipeVerdict
from recond.core.wiperesult import Attempt, WipeResult
from recond.core.words import N_, joined
from recond.erase import registry
from recond.erase.medium import faults
from recond.erase.method import Job, Passwords, WipeStates
from recond.flow.audit import ask
from recond.probe import smart
from recond.probe.temperature import read_temperature

WARM_S = 15.0
"""How often a disk's temperature is read: each time asks the drive."""

QUIET_S = 3.0
"""Nothing moved for that long: the screen says that the disk stalls."""


class Stops:
    """Tells a method to stop: the person asked, or this disk was given up."""

    def __init__(self, cancel: threading.Event) -> None:
        self._cancel = cancel
        self.given_up = threading.Event()

    def is_set(self) -> bool:
        """See `erase.method.Stop`."""
        return self._cancel.is_set() or self.given_up.is_set()


@dataclass(frozen=True, slots=True)
class Asked:
    """What the person allowed or gave beyond the plan: see `erase.method.Job`."""

    allowed: frozenset[str] = frozenset()
    psid: str | None = None
    passwords: Passwords | None = None


NOTHING_ASKED = Asked()


def _locked(seen: Observed) -> tuple[str, ...]:
    """Say the password of a drive that is left locked: with it the disk can be opened, without it it is lost."""
    return (N_("VERROUILLE, mot de passe ATA : {password}").format(password=seen.locked),) if seen.locked else ()


def _hidden(disk: Disk, seen: Observed) -> tuple[str, ...]:
    """Say what is known of the areas behind the disk's end."""
    if disk.bus is not Bus.SATA:
        return ()
    return {
        Hidden.UNDETERMINED: (N_("zones cachées (HPA, DCO) : non déterminées"),),
        Hidden.PRESENT: (N_("une zone cachée (HPA, DCO) existe et n'a pas été effacée"),),
    }.get(seen.hidden, ())


def _sampled(method: str, seen: Observed) -> tuple[str, ...]:
    """Say on the certificate and in the record that an overwrite was read back in part only."""
    if not method.startswith(OVERWRITES) or seen.verify is not VerifyMode.SAMPLE or seen.size_bytes <= 0:
        return ()
    return (
        N_("relu par sondage seulement : {bytes_verified:.1f} % du disque").format(
            bytes_verified=100 * seen.bytes_verified / seen.size_bytes
        ),
    )


class DiskWork:
    """The wipe of one disk. `ended` is set once `end` is there; what the thread finds after that counts no more."""

    def __init__(
        self,
        host: Host,
        warrant: Warrant,
        item: PlanItem,
        states: WipeStates,
        cancel: threading.Event,
        asked: Asked = NOTHING_ASKED,
        shortfall: str | None = None,
    ) -> None:
        self.disk: Disk = warrant.disk
        self.warrant = warrant
        self.item = item
        self.method = registry.method(item.method)
        self.reached = self.method.reaches(self.disk)
        self.ended = threading.Event()
        self._host = host
        self._stops = Stops(cancel)
        self._cancel = cancel
        self._job = Job(
            host,
            warrant,
            item,
            states,
            self._tell,
            self._stops,
            passwords=asked.passwords,
            allowed=asked.allowed,
            psid=asked.psid,
        )
        self._shortfall = shortfall
        self._attempts: tuple[Attempt, ...] = ()
        self._lock = threading.Lock()
        self._end: WipeResult | None = None
        self._started = host.moment()
        now = time.monotonic()
        self._phase = Phase.PREPARE
        self._done = 0
        self._total: int | None = None
        self._phase_began = self._touched = now
        self._meter = Meter()
        self._temperature: int | None = None

    @property
    def end(self) -> WipeResult:
        """Return the result; only once `ended`."""
        assert self._end is not None, "not ended yet"
        return self._end

    def start(self) -> None:
        """Begin."""
        self._started = self._host.moment()
        self._touched = time.monotonic()
        threading.Thread(target=self._run, name=f"wipe-{self.disk.name}", daemon=True).start()
        threading.Thread(target=self._feel, name=f"warm-{self.disk.name}", daemon=True).start()

    def _feel(self) -> None:
        # A thread of its own: a drive that hangs hangs whoever asks for its temperature too.
        while True:
            self._temperature = read_temperature(self._host, self.disk)
            if self._temperature is None or self.ended.wait(WARM_S):
                return

    def _run(self) -> None:
        seen = self._wipe()
        for name in self.item.then:
            if not self._worth_another(seen):
                break
            verdict = self.method.judge(seen)
            error = seen.error or seen.unknown
            self._attempts += (Attempt(self.method.name, verdict, error, seen),)
            self.method = registry.method(name)
            self.reached = self.method.reaches(self.disk)
            self._job.item = replace(self.item, method=name, level=self.reached.level)
            seen = self._wipe()
        self._finish(seen, self._smart_after(seen))

    def _worth_another(self, seen: Observed) -> bool:
        """Tell whether the next method may be tried: never on a drive that may still be at it, is locked, is gone, or
        waits to be switched off; nor when the overwrite itself, which is the last there is, failed on this medium."""
        if self._stops.is_set() or self.ended.is_set():
            return False
        if seen.unknown or seen.locked or seen.vanished or seen.interrupted or seen.restart:
            return False
        return self.method.judge(seen) in (WipeVerdict.FAILED, WipeVerdict.UNPROVEN) and not seen.bytes_written

    def _wipe(self) -> Observed:
        try:
            return self.method.wipe(self._job)
        except OSError as error:
            return self._failed(faults.explain(error), vanished=faults.is_gone(error))
        except RecondError as error:
            return self._failed(error.message)
        # A bug in a method must end as a failed wipe of this disk, never as a disk without a verdict.
        except BaseException as error:
            return self._failed(N_("erreur interne : {error}").format(error=repr(error)))

    def _smart_after(self, seen: Observed) -> Smart | None:
        if seen.vanished or self._stops.is_set():
            return None
        try:
            said = ask(self._host, self.disk, smart.deadline_s(self.disk))
        except Exception as error:  # what the drive says of itself must never cost the verdict
            return Smart(why_not=N_("erreur interne : {error}").format(error=repr(error)[:200]))
        return Smart(why_not=said) if isinstance(said, str) else smart.parse(said)

    def _failed(self, error: str, *, vanished: bool = False) -> Observed:
        return Observed(
            self.disk.identity.size_bytes, accepted=False, verify=self.item.verify, error=error, vanished=vanished
        )

    def abandon(self, error: str | None) -> None:
        """End it from outside because it does not end by itself; `error` None = because the person asked to stop."""
        self._stops.given_up.set()
        seen = Observed(
            self.disk.identity.size_bytes,
            accepted=False,
            verify=self.item.verify,
            bytes_written=self._done if self._phase is Phase.WRITE else 0,
            interrupted=error is None,
            error=error,
        )
        self._finish(seen)

    def give_up(self) -> None:
        """Make sure that the thread stops: called when everything ends, also by an exception."""
        self._stops.given_up.set()

    def _finish(self, seen: Observed, smart_after: Smart | None = None) -> None:
        with self._lock:
            if self._end is not None:
                return
            short = self._short()
            caveats = (*((short,) if short else ()), *_locked(seen), *self.reached.caveats, *_hidden(self.disk, seen))
            self._end = WipeResult(
                disk=self.disk,
                method=self.method.name,
                level=self.reached.level,
                basis=self.reached.basis,
                caveats=(*caveats, *_sampled(self.method.name, seen)),
                observed=seen,
                verdict=self.method.judge(seen),
                started=self._started,
                ended=self._host.moment(),
                commands=tuple(self._job.commands),
                smart_after=smart_after,
                attempts=self._attempts,
                short=short,
                evidence=self.method.evidence,
            )
        self.ended.set()

    def _short(self) -> str | None:
        """Say what was asked for and is not reached, whatever the reason."""
        wanted = self.item.wanted
        if self._shortfall or wanted is None or reaches(self.reached.level, wanted):
            return self._shortfall
        tried = joined("; ", (joined(": ", (one.method, one.error or one.verdict)) for one in self._attempts))
        return N_("niveau {wanted} demandé, NON atteint : {tried}").format(wanted=wanted, tried=tried or "-")

    def _tell(self, phase: Phase, done: int, total: int | None) -> None:
        with self._lock:
            now = time.monotonic()
            if phase is not self._phase:
                self._phase, self._phase_began = phase, now
                self._meter.reset()
            self._done, self._total = done, total
            self._touched = now

    def idle_s(self, now: float) -> float:
        """Return the seconds since anything moved."""
        return now - self._touched

    def progress(self, now: float) -> Progress:
        """Return how far it is."""
        with self._lock:
            if self._end is not None:
                size = self.disk.identity.size_bytes
                return Progress(self.disk.name, Phase.DONE, size, size, None, now - self._phase_began)
            rate = self._meter.add(now, self._done) if self._total is not None else None
            idle = self.idle_s(now)
            return Progress(
                disk=self.disk.name,
                phase=self._phase,
                done_bytes=self._done,
                total_bytes=self._total,
                bytes_per_s=rate,
                elapsed_s=now - self._phase_began,
                stalled_s=idle if idle > QUIET_S else 0.0,
                temperature_c=self._temperature,
            )
