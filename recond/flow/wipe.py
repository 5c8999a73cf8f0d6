"""Wiping the disks of a machine: the plan that a person confirms, then one thread a disk, each with its own end."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Mapping

from recond.core.disk import Disk, DiskIdentity
from recond.core.errors import GuardError
from recond.core.guard import Refusal, Surroundings, refusals
from recond.core.plan import Deed, Plan, PlanItem, Protected
from recond.core.policy import Choice, Offer, choose
from recond.core.ports import Host, Warrant
from recond.core.progress import Progress
from recond.core.sharing import controller, most_at_once
from recond.core.verdict import Level, VerifyMode
from recond.core.wiperesult import WipeResult
from recond.core.words import N_, joined
from recond.erase import registry
from recond.erase.method import WipeStates
from recond.flow.wipe_disk import NOTHING_ASKED, Asked, DiskWork

__all__ = ["WipeResult", "execute", "make_plan"]

LOOK_S = 0.5
"""How often progress is told."""

PATIENCE_S = 900.0
"""A disk on which nothing moves for that long is given up. The kernel itself needs minutes to give up a bad sector."""

AT_ONCE = max(8, 4 * (os.cpu_count() or 1))
"""Disks wiped at the same time; the others wait their turn. One at a SATA disk's speed keeps about a fifth of a core busy,
and more than that many only slow each other down."""

GRACE_S = 20.0
"""How long a disk may take to stop after the person asked to."""


def make_plan(
    host: Host,
    disks: tuple[Disk, ...],
    around: Surroundings,
    *,
    level: Level,
    method: str | None = None,
    verify: VerifyMode = VerifyMode.FULL,
    only: frozenset[str] | None = None,
    failing: Mapping[DiskIdentity, str] | None = None,
) -> Plan:
    """Return what would be wiped. `only`: names or paths of the disks asked for, None = all that no guard protects.
    `failing`: the disks that SMART condemns, and why.

    Raises GuardError when nothing is left to wipe, or when a disk asked for is not there or protected; UsageError for
    an unknown method.
    """
    if method is not None:
        registry.method(method)
    chosen: list[tuple[Disk, Choice]] = []
    protected: list[Protected] = []
    for disk in disks:
        asked = only is None or bool({disk.name, disk.path} & only)
        spoken = refusals(disk, around)
        if not spoken and not asked:
            spoken = (Refusal("not-asked", N_("il n'a pas été demandé"), N_("pour l'effacer, nommez-le")),)
        why_failing = (failing or {}).get(disk.identity)
        choice = Choice(None)
        if not spoken:
            choice = _choose(host, disk, level, method, failing=why_failing, named=only is not None and asked)
        if not spoken and choice.offer is None:
            rule = "failing" if why_failing else "no-method"
            hint = (
                N_("mettez-le à part, à détruire")
                if why_failing
                else N_("choisissez une autre méthode ou un autre niveau")
            )
            spoken = (Refusal(rule, joined("; ", choice.why), hint),)
        if spoken:
            protected.append(Protected(disk, spoken))
            if only is not None and asked:
                raise GuardError(
                    N_("{disk} ne peut pas être effacé : {reason}").format(
                        disk=disk.describe(), reason=spoken[0].reason
                    ),
                    spoken[0].hint,
                )
        else:
            chosen.append((disk, choice))
    _check_asked(disks, only)
    if not chosen:
        raise _nothing(protected)
    return _plan(chosen, tuple(protected), verify, level)


def _plan(
    chosen: list[tuple[Disk, Choice]], protected: tuple[Protected, ...], verify: VerifyMode, wanted: Level
) -> Plan:
    items = tuple(
        PlanItem(
            disk.identity,
            choice.offer.name,
            choice.offer.level,
            verify,
            tuple(one.name for one in choice.then),
            wanted,
        )
        for disk, choice in chosen
        if choice.offer is not None
    )
    return Plan(
        Deed.WIPE,
        items,
        tuple(disk for disk, _ in chosen),
        protected,
        tuple(choice.why for _, choice in chosen),
        tuple(choice.shortfall for _, choice in chosen),
    )


def _choose(host: Host, disk: Disk, level: Level, asked: str | None, *, failing: str | None, named: bool) -> Choice:
    offers = []
    # What is only used by name is not asked of a drive for nothing.
    for one in (one for one in registry.methods() if one.rank is not None or one.name == asked):
        no = one.supports(host, disk)
        offers.append(Offer(one.name, one.reaches(disk).level, one.rank, no.reason if no else None))
    return choose(disk, level, asked, offers, failing=failing, named=named)


def _check_asked(disks: tuple[Disk, ...], only: frozenset[str] | None) -> None:
    missing = sorted((only or frozenset()) - {disk.name for disk in disks} - {disk.path for disk in disks})
    if missing:
        there = ", ".join(disk.path for disk in disks) or N_("aucun")
        raise GuardError(
            N_("disque introuvable : {missing}").format(missing=", ".join(missing)),
            N_("disques présents : {there}").format(there=there),
        )


def _nothing(protected: list[Protected]) -> GuardError:
    if not protected:
        return GuardError(
            N_("aucun disque à effacer : aucun n'a été trouvé"), N_("vérifiez les branchements, le BIOS (RAID ?)")
        )
    reasons = joined("\n  ", (joined(": ", (one.disk.describe(), one.refusals[0].reason)) for one in protected))
    return GuardError(
        # A line of its own for each: what is shown in English is turned line by line.
        N_("aucun disque à effacer, tous sont protégés") + "\n  " + reasons,
        protected[0].refusals[0].hint,
    )


def execute(
    host: Host,
    plan: Plan,
    confirmation: str,
    reread: Callable[[], tuple[Plan, Surroundings]],
    *,
    states: WipeStates,
    tell: Callable[[Progress], None],
    before: Callable[[Disk], None],
    cancel: threading.Event,
    after: Callable[[WipeResult], None] | None = None,
    patience_s: float = PATIENCE_S,
    grace_s: float = GRACE_S,
    asked: Asked = NOTHING_ASKED,
    at_once: int = AT_ONCE,
) -> tuple[WipeResult, ...]:
    """Wipe every disk of a confirmed plan; return one result a disk, in the plan's order.

    `before` is called for each disk before the first byte of any is written: it records that the wipe begins, so that a
    crash leaves it open in the record. `after` is called as each disk ends. Both, and `tell`, in the caller's thread.
    One failing disk does not stop the others. Raises PlanChanged or GuardError (nothing was written) as `Host.issue`
    does, whatever `before` raises (nothing was written), and, once every disk has ended, the first error of `tell` or
    `after`.
    """
    if not plan.items:
        raise GuardError(N_("ce plan ne contient aucun disque"))
    warrants = host.issue(plan, confirmation, reread)
    works: list[DiskWork] = []
    try:
        works = [_work(host, plan, warrant, states, cancel, asked) for warrant in warrants]
        for work in works:
            before(work.disk)
        _watch(works, at_once, tell, cancel, after, patience_s, grace_s)
    finally:
        for work in works:
            work.give_up()
        for warrant in warrants:
            warrant.close()
    order = [disk.identity for disk in plan.disks]
    return tuple(sorted((work.end for work in works), key=lambda end: order.index(end.disk.identity)))


def _work(
    host: Host, plan: Plan, warrant: Warrant, states: WipeStates, cancel: threading.Event, asked: Asked
) -> DiskWork:
    place = next(n for n, item in enumerate(plan.items) if item.identity == warrant.disk.identity)
    shortfall = plan.shortfalls[place] if plan.shortfalls else None
    return DiskWork(host, warrant, plan.items[place], states, cancel, asked, shortfall)


def _watch(
    waiting: list[DiskWork],
    at_once: int,
    tell: Callable[[Progress], None],
    cancel: threading.Event,
    after: Callable[[WipeResult], None] | None,
    patience_s: float,
    grace_s: float,
) -> None:
    waiting = list(waiting)
    left: list[DiskWork] = []
    asked_at: float | None = None
    trouble: Exception | None = None
    while waiting or left:
        _start_next(waiting, left, at_once, stopping=cancel.is_set())
        left[0].ended.wait(LOOK_S)
        now = time.monotonic()
        asked_at = now if cancel.is_set() and asked_at is None else asked_at
        for work in list(left):
            if not work.ended.is_set():
                if work.idle_s(now) > patience_s:
                    work.abandon(N_("le disque ne répond plus depuis {patience_s:.0f} s").format(patience_s=patience_s))
                elif asked_at is not None and now - asked_at > grace_s:
                    work.abandon(None)
            ended = work.ended.is_set()
            if ended:
                left.remove(work)
                work.warrant.close()
            try:
                tell(work.progress(now))
                if ended and after is not None:
                    after(work.end)
            # A screen that broke or a stick that is full must not leave the other disks half erased.
            except Exception as error:
                trouble = trouble or error
    if trouble is not None:
        raise trouble


def _start_next(waiting: list[DiskWork], left: list[DiskWork], at_once: int, *, stopping: bool) -> None:
    """Move to `left` the disks whose turn it is, started; all of them, not even begun, when everything stops."""
    while waiting and (stopping or len(left) < max(1, at_once)):
        turn = 0 if stopping else next((n for n, work in enumerate(waiting) if _has_room(work, left)), None)
        if turn is None:
            return
        work = waiting.pop(turn)
        if stopping:
            work.abandon(None)
        else:
            work.start()
        left.append(work)


def _has_room(work: DiskWork, left: list[DiskWork]) -> bool:
    mine = controller(work.disk.sys_path)
    most = most_at_once(mine)
    return most is None or sum(controller(one.disk.sys_path) == mine for one in left) < most
