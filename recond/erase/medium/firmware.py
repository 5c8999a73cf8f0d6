"""What every firmware erase has in common: look for hidden areas, mark, let the drive work, look for what must be gone.

The method itself is a function that sends the command and watches; everything that proves is here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from random import Random

from recond.core.errors import RecondError
from recond.core.progress import Phase
from recond.core.verdict import Hidden, Observed, VerifyMode
from recond.erase.medium import faults, hidden, markers, resume
from recond.erase.medium.sweep import Stopped
from recond.erase.method import Job


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the drive answered. `accepted`: it took the command in this session, or was seen at it. `error`: why it was
    not taken, or failed. `unknown`: why nobody can tell (then nothing else is sent to it). `locked`: see `Observed`."""

    accepted: bool
    error: str | None = None
    unknown: str | None = None
    locked: str | None = None


Act = Callable[[Job], Outcome]


def firmware_wipe(job: Job, act: Act, *, open_up: Act | None = None) -> Observed:
    """Do it all and return what was observed. `open_up` makes a drive readable and writable that is not (locked by a
    password, or at an erase that another program began), so that it can be marked."""
    seen = Observed(job.device().size_bytes, accepted=False, verify=VerifyMode.SAMPLE)
    try:
        opened = open_up(job) if open_up else Outcome(accepted=True)
        if opened.error or opened.unknown or opened.locked:
            return replace(seen, error=opened.error, unknown=opened.unknown, locked=opened.locked)
        areas = hidden.reveal(job)
        seen = replace(seen, hidden=areas.hidden, native_bytes=areas.native_bytes, dco_bytes=areas.dco_bytes)
        if areas.restored:
            return replace(seen, restart=True, error=hidden.RESTART)
        return _prove(job, act, seen)
    except Stopped:
        return replace(seen, interrupted=True)
    except OSError as error:
        return replace(seen, vanished=faults.is_gone(error), error=faults.explain(error))
    except RecondError as error:
        return replace(seen, error=error.message)


def _prove(job: Job, act: Act, seen: Observed) -> Observed:
    _check(job)
    # Marks and the erase change what an overwrite that was cut off had written: it cannot be taken up again after this.
    resume.forget(job)
    random = Random(job.host.random(16))
    beat = partial(job.tell, Phase.PREPARE, 0, None)
    proof = markers.prepare(job.device(), job.host.random(32), random, job.stop, beat, job.held)
    _check(job)
    said = act(job)
    seen = replace(
        seen,
        accepted=said.accepted,
        error=said.error,
        unknown=said.unknown,
        locked=said.locked,
        markers_written=len(proof.places),
        pattern=f"marks:{len(proof.places)}, sample:{proof.samples}",
    )
    if said.unknown or said.locked:
        # A drive that is still at it, or locked, answers reads with errors or worse: nothing can be learnt from them.
        return seen
    proof.beat = partial(job.tell, Phase.VERIFY, 0, None)
    markers.compare(proof, job.device(), random)
    after = hidden.read(job) if seen.hidden is not Hidden.UNDETERMINED else None
    return replace(
        seen,
        hidden=after.hidden if after else seen.hidden,
        bytes_verified=proof.bytes_compared,
        bad_ranges=tuple(proof.unreadable),
        mismatches=tuple(proof.same),
        markers_survived=proof.survived,
        markers_unread=proof.unread,
    )


def _check(job: Job) -> None:
    if job.stop.is_set():
        raise Stopped
