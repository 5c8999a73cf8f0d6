"""The whole chain on one machine, in order, going on where an interrupted run stopped."""

from __future__ import annotations

import errno
from dataclasses import dataclass
from pathlib import Path

from recond.core.disk import DiskIdentity
from recond.core.errors import NOTHING_MODIFIED, ExitCode, GuardError, NotKept, RecondError, worst
from recond.core.labeldata import LabelOutcome
from recond.core.runstate import read_run
from recond.core.words import N_
from recond.flow import after_wipe, audit_step, install_step, label_step, wipe_step
from recond.flow.chain import Chain


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended: its exit code, the machine's tag, and where label, card and certificates are. `paper`: whether its
    label came out of a printer; False = a person has to write it."""

    code: ExitCode
    tag: str
    run: str
    label: Path | None
    card: Path
    certificates: tuple[Path, ...]
    paper: bool = False


def run(chain: Chain, kind: str = "run", *, install: bool = True) -> Outcome:
    """Audit, wipe, install, label and record. What stops a step is told and recorded; the outcome carries its code."""
    state = audit_step.begin(chain, kind)
    label_step.draw(chain, tell=False)
    try:
        if install:
            install_step.look_ahead(chain)
        told = len(chain.codes)
        erased = wipe_step.run(chain, state)
        wiped = len(chain.codes) > told
        after_wipe.read_again(chain)
        if kind == "wipe" and not erased and not chain.codes:
            raise GuardError(
                N_("aucun disque à effacer n'a été trouvé"), N_("vérifiez les branchements, le BIOS (RAID ?)")
            )
        if install:
            try:
                _install(chain, state.erased, erased)
            except RecondError as error:
                if not wiped or error.code not in NOTHING_MODIFIED:
                    raise
                # Those codes would say of an erased machine that nothing was modified: what failed is its installation.
                chain.talk.fault(error)
                chain.codes.append(ExitCode.INSTALL_FAILED)
    except RecondError as error:
        # Whatever stopped the chain, the label, the card and the push still tell what was reached.
        chain.talk.fault(error)
        chain.codes.append(error.code)
    try:
        _look_at_the_end(chain)
        return close(chain)
    except RecondError as error:
        # The stick is gone or full: whoever reads the code must not take from it that nothing was modified.
        if error.code in NOTHING_MODIFIED and DONE & set(chain.codes):
            raise NotKept(error.message, error.hint) from error
        raise
    except OSError as error:
        if error.errno not in STICK_GONE or not DONE & set(chain.codes):
            raise
        raise NotKept(
            N_("{filename} : {strerror}").format(filename=error.filename or N_("la clé"), strerror=error.strerror),
            N_("remettez la clé et redémarrez dessus"),
        ) from error


STICK_GONE = (errno.EIO, errno.ENODEV, errno.ENXIO, errno.EROFS, errno.ENOSPC)

DONE = {ExitCode.OK, ExitCode.WIPE_FAILED, ExitCode.WIPE_UNPROVEN, ExitCode.INSTALL_FAILED, ExitCode.INTERRUPTED}
"""What a step leaves in `chain.codes` once it has written to a disk, however it ended."""


def _look_at_the_end(chain: Chain) -> None:
    """Never end well while a disk of the machine is not proven erased: one that came late, or that is gone."""
    audit_step.add_late(chain, chain.own_disks())
    asked_all_and_well = chain.only is None and worst(*chain.codes) is ExitCode.OK
    if asked_all_and_well and label_step.label_of(chain).outcome is LabelOutcome.NOT_ERASED:
        chain.talk.note(
            N_("un disque de cette machine n'est pas prouvé effacé (apparu ou disparu en route ?)"), good=False
        )
        chain.codes.append(ExitCode.WIPE_UNPROVEN)


def close(chain: Chain, code: ExitCode | None = None) -> Outcome:
    """Set the machine's state, draw its label, end the run in the record, and return how it ended.

    `code` None = the most severe of what the steps left in `chain.codes`.
    """
    label_step.set_state(chain)
    label = label_step.draw(chain)
    code = worst(*chain.codes) if code is None else code
    _end(chain, code)
    return Outcome(
        code=code,
        tag=str(chain.tag),
        run=chain.record.run,
        label=label,
        card=chain.store.card_path(str(chain.tag)),
        certificates=chain.store.certificates(chain.record.run),
        paper=chain.paper,
    )


def _install(chain: Chain, before: frozenset[DiskIdentity], erased: frozenset[object]) -> None:
    """Install on a disk that is erased. `before`: those that an earlier sitting of this run erased, see `install_step.run`."""
    state = read_run(chain.store.events(chain.record.run))
    if state.install == "ok" and state.installed_on in erased:
        chain.talk.note(N_("système déjà installé et vérifié"), good=True)
        return
    todo = [disk for disk in chain.own_disks() if not wipe_step.is_foreign(chain, disk)]
    if not todo:
        return
    if any(disk.identity not in erased for disk in todo):
        chain.talk.note(N_("système non installé : un disque n'est pas sûr"), good=None)
        return
    install_step.run(chain, tuple(disk for disk in todo if disk.identity in erased), before=before)


def _end(chain: Chain, code: ExitCode) -> None:
    """Close the run in the record, unless it was cut off: then it stays open and `recond run` goes on with it."""
    if code is ExitCode.INTERRUPTED:
        chain.record.emit("note.added", {"text": N_("interrompu")})
    else:
        result = "ok" if code in (ExitCode.OK, ExitCode.PUSH_PENDING, ExitCode.LABEL_PENDING) else "failed"
        chain.record.emit("run.ended", {"result": result, "exit_code": int(code)})
    chain.store.save_card(chain.record.uid)
