"""Watching a drive that erases itself: its own progress is asked for until it ends, fails, or cannot be known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from recond.core.progress import Phase
from recond.core.words import N_
from recond.erase.medium.firmware import Outcome
from recond.erase.method import Job

EVERY_S = 5.0
TOLERATED_S = 60.0
"""How long a drive may take to say that it began, or that it did not answer: some reset themselves first."""

STUCK_S = 2 * 3600.0
"""Progress that did not move for that long will not move any more."""


class State(StrEnum):
    """What a drive says of its erase."""

    IDLE = "idle"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Look:
    """One answer. `share`: of the work done, 0 to 1, None = it does not say. `text`: its words, for the certificate."""

    state: State
    share: float | None = None
    text: str = ""


def watch(job: Job, look: Callable[[], Look], *, longest_s: float, since: Look | None = None) -> Outcome:
    """Ask until it is over. The command was taken (or the work was seen under way) before this is called.

    `since` is what the drive said before the command: an old "done" that does not change is not a proof of the new one
    until the drive was seen at work or said so for `TOLERATED_S`, because "success" may be the previous one's.
    """
    start = job.now_s()
    moved_at, share, quiet_at, running = start, -1.0, None, False
    while True:
        one = look()
        now = job.now_s()
        if one.state is State.DONE and (running or since is None or since.state is not State.DONE):
            return Outcome(accepted=True)
        if one.state is State.FAILED:
            return Outcome(
                accepted=True, error=N_("l'effacement par le disque a échoué ({text})").format(text=one.text)
            )
        if one.state in (State.IDLE, State.SILENT, State.DONE):
            quiet_at = now if quiet_at is None else quiet_at
            if now - quiet_at > TOLERATED_S:
                return _quiet(one)
        else:
            running, quiet_at = True, None
        if one.share is not None and one.share > share:
            share, moved_at = one.share, now
        size = job.disk.identity.size_bytes
        job.tell(Phase.ERASE, int(max(0.0, share) * size), None if share < 0 else size)
        if now - moved_at > STUCK_S or now - start > longest_s:
            return Outcome(
                accepted=True, unknown=N_("l'effacement par le disque n'avance plus ({text})").format(text=one.text)
            )
        if job.stop.is_set():
            # It goes on inside the drive whatever we do: nobody may take that for erased, nor for untouched.
            return Outcome(accepted=True, unknown=N_("arrêt demandé pendant que le disque s'efface lui-même"))
        job.sleep(EVERY_S)


def adopt(job: Job, look: Callable[[], Look], *, longest_s: float) -> Look | Outcome:
    """Watch an erase that was under way before us to its end: the drive takes no write, and no other erase, before.

    Return what the drive said when it was free, or an outcome when that cannot be known: then nothing may be sent.
    """
    seen = look()
    if seen.state is State.SILENT:
        job.sleep(EVERY_S)  # the first answer after a reset may be about the reset
        seen = look()
    if seen.state is State.SILENT:
        return Outcome(
            accepted=False,
            unknown=N_("le disque ne dit pas s'il est déjà en train de s'effacer ({text})").format(text=seen.text),
        )
    if seen.state is not State.RUNNING:
        return seen
    end = watch(job, look, longest_s=longest_s)
    return end if end.unknown else Look(State.FAILED if end.error else State.DONE)


def _quiet(one: Look) -> Outcome:
    if one.state is State.DONE:
        # Short work ends between two looks. The marks decide what it was worth.
        return Outcome(accepted=True)
    if one.state is State.IDLE:
        return Outcome(accepted=False, error=N_("le disque dit n'avoir rien effacé"))
    return Outcome(accepted=True, unknown=N_("le disque ne dit plus où il en est ({text})").format(text=one.text))
