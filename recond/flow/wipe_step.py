"""The chain's second step: plan, confirmation, wipe, certificate and record of each disk."""

from __future__ import annotations

from recond.core.disk import Disk, DiskIdentity
from recond.core.errors import CancelledError, ExitCode, RecondError
from recond.core.guard import Surroundings, refusals
from recond.core.machine import Verdict
from recond.core.plan import Plan
from recond.core.runstate import RunState
from recond.core.verdict import WipeVerdict
from recond.core.words import N_, aside, joined
from recond.flow import audit_step, certify, label_step, still_erased, wipe
from recond.flow.chain import Chain
from recond.flow.unfreeze import unfreeze
from recond.flow.wipe_disk import Asked
from recond.sink.passwords import Passwords

CODES = {
    WipeVerdict.ERASED: ExitCode.OK,
    WipeVerdict.ERASED_WITH_EXCEPTIONS: ExitCode.WIPE_FAILED,
    WipeVerdict.FAILED: ExitCode.WIPE_FAILED,
    WipeVerdict.UNPROVEN: ExitCode.WIPE_UNPROVEN,
    WipeVerdict.INTERRUPTED: ExitCode.INTERRUPTED,
}

SAID = {
    WipeVerdict.ERASED: N_("EFFACE et relu"),
    WipeVerdict.ERASED_WITH_EXCEPTIONS: N_("NON EFFACE en entier, A DETRUIRE"),
    WipeVerdict.FAILED: N_("NON EFFACE, échec"),
    WipeVerdict.UNPROVEN: N_("NON PROUVE, pas relu en entier"),
    WipeVerdict.INTERRUPTED: N_("INTERROMPU, NON EFFACE"),
}
"""A verdict as the volunteer reads it."""


def plan_of(chain: Chain, done: frozenset[object] = frozenset()) -> tuple[Plan, Surroundings]:
    """Look at the disks and make the plan for those not yet erased in this run."""
    disks, around = chain.look()
    plan = wipe.make_plan(
        chain.host,
        tuple(disk for disk in disks if disk.identity not in done),
        around,
        level=chain.level,
        method=chain.method,
        verify=chain.verify,
        only=chain.only - {disk.name for disk in disks if disk.identity in done} if chain.only else None,
        failing=_failing(chain),
    )
    return plan, around


def _failing(chain: Chain) -> dict[DiskIdentity, str]:
    """Return the disks that the audit found failing, and why: they are not worked on for hours unless named."""
    disks = chain.machine.disks if chain.machine else ()
    return {
        one.disk.identity: joined("; ", (reason.text for reason in one.health.reasons)) or N_("SMART annonce une panne")
        for one in disks
        if one.health.verdict is Verdict.FAIL
    }


def run(chain: Chain, state: RunState) -> frozenset[object]:
    """Wipe every disk of the machine that is not yet erased; return the identities of all that are.

    Raises CancelledError when nobody confirmed, GuardError when every disk left is protected. A disk of the machine that
    is protected beside others that are not is told as such, and the machine is then not erased.
    """
    chain.talk.step(N_("Effacement"))
    own = chain.own_disks()
    done = _still_erased(chain, state, own)
    todo = [disk for disk in own if disk.identity not in done and not is_foreign(chain, disk)]
    if chain.only is not None:
        todo = [disk for disk in own if disk.name in chain.only and disk.identity not in done]
    for identity in done:
        chain.talk.note(
            N_("{model} {serial} : déjà effacé et relu").format(
                model=identity.model or N_("disque"), serial=identity.serial or ""
            ),
            good=True,
        )
    if not todo:
        if not done:
            chain.talk.note(N_("cette machine n'a pas de disque"), good=None)
        return frozenset(done)
    unfreeze(chain, tuple(todo))
    plan, _unused = plan_of(chain, frozenset(done))
    audit_step.add_late(chain, plan.disks)
    confirmation = chain.talk.confirm(plan)
    if confirmation is None:
        raise CancelledError(N_("effacement annulé, rien n'a été modifié"), N_("relancez quand vous êtes sûr"))
    chain.record.emit("wipe.planned", {"plan_id": plan.id, "items": plan.items})
    chain.record.emit("state.set", {"state": "wiping"})
    results = _execute(chain, plan, confirmation, frozenset(done))
    for protected in plan.protected:
        if any(protected.disk.path == disk.path for disk in todo):
            chain.talk.note(
                N_("{disk} non effacé : {reason}").format(
                    disk=protected.disk.describe(), reason=protected.refusals[0].reason
                ),
                good=False,
            )
            # Not GUARD, which promises that nothing was modified: other disks were, and this one is not erased.
            chain.codes.append(ExitCode.WIPE_UNPROVEN)
    return frozenset(done) | {one.disk.identity for one in results if one.verdict is WipeVerdict.ERASED}


def _still_erased(chain: Chain, state: RunState, own: tuple[Disk, ...]) -> frozenset[DiskIdentity]:
    """Return the disks that an earlier sitting of this run erased and that are still as it left them."""
    here = [disk for disk in own if disk.identity in state.erased]
    events = chain.store.events(chain.record.run) if here else []
    kept = set()
    for disk in here:
        why = still_erased.why_not(chain, disk, state, events)
        if why is None:
            kept.add(disk.identity)
        else:
            chain.talk.note(N_("{disk} : à effacer de nouveau, {why}").format(disk=disk.describe(), why=why), good=None)
    return frozenset(kept)


def is_foreign(chain: Chain, disk: Disk) -> bool:
    """Tell whether this is a USB or removable disk that nobody named: it does not belong to the machine."""
    _, around = chain.look()
    return any(one.rule == "external" for one in refusals(disk, around))


def _execute(chain: Chain, plan: Plan, confirmation: str, done: frozenset[object]) -> tuple[wipe.WipeResult, ...]:
    drawn = False

    def before(disk: Disk) -> None:
        nonlocal drawn
        item = next(one for one in plan.items if one.identity == disk.identity)
        chain.record.emit(
            "wipe.started",
            {"plan_id": plan.id, "disk": disk.identity, "method": item.method, "level": item.level},
        )
        if not drawn:
            # Nothing is written yet: from here on, whoever finds the PC after a power cut reads NON EFFACE.
            label_step.draw(chain, tell=False)
            drawn = True

    return wipe.execute(
        chain.host,
        plan,
        confirmation,
        lambda: plan_of(chain, done),
        states=chain.store.wipe_states(chain.record.run),
        tell=chain.talk.progress,
        before=before,
        after=lambda result: _keep(chain, plan, result),
        cancel=chain.cancel,
        asked=Asked(chain.allowed, chain.psid, Passwords(chain.store.folder / "passwords")),
    )


def _keep(chain: Chain, plan: Plan, result: wipe.WipeResult) -> None:
    try:
        _tell(chain, plan, result)
    except RecondError:
        # The stick's own trouble would answer "nothing was modified": a disk was, and nothing proves what became of it.
        chain.codes.append(ExitCode.WIPE_UNPROVEN)
        raise


def _tell(chain: Chain, plan: Plan, result: wipe.WipeResult) -> None:
    certificate = certify.write(chain, plan, result)
    seen = result.observed
    chain.record.emit(
        "wipe.disk",
        {
            "plan_id": plan.id,
            "disk": result.disk.identity,
            "method": result.method,
            "level": result.level,
            "verdict": result.verdict,
            "bad_ranges": seen.bad_ranges,
            "bytes_written": seen.bytes_written,
            "bytes_verified": seen.bytes_verified,
            "certificate": certificate,
            "caveats": result.caveats,
        },
        chain.store.certificate_pieces(certificate),
    )
    chain.codes.append(CODES[result.verdict])
    if result.short and result.attempts and result.verdict is WipeVerdict.ERASED:
        # The plan promised the level and the drive broke the promise: nobody has agreed to the lower one.
        chain.codes.append(ExitCode.WIPE_UNPROVEN)
        chain.talk.note(joined(": ", (result.disk.describe(), result.short)), good=False)
    good, said = result.verdict is WipeVerdict.ERASED, SAID[result.verdict]
    chain.talk.note(joined(": ", (result.disk.describe(), aside(said, seen.error) if seen.error else said)), good=good)
