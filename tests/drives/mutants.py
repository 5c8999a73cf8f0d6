"""Each safety rule of the eraser, broken on purpose. `test_mutants.py` demands that the fixed histories notice every one.

A mutant is a function that takes pytest's MonkeyPatch and puts a wrong thing in the place of one rule. Where two rules
guard the same danger (marks and what lay under them), the mutant's name says which one it leaves alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from recond.core import verdict
from recond.core.verdict import Hidden, Observed, VerifyMode, WipeVerdict
from recond.erase.medium import (
    ata,
    ata_sanitize,
    ata_security,
    firmware,
    hidden,
    markers,
    nvme,
    nvme_sanitize,
    overwrite,
    resume,
    watch,
)
from recond.erase.medium import levels as levels_module
from recond.erase.medium.firmware import Outcome
from recond.erase.medium.watch import Look, State
from recond.flow import wipe_disk

Patch = pytest.MonkeyPatch
Mutant = Callable[[Patch], None]


def _judge_as(patch: Patch, change: Callable[[Observed], Observed], *, kind: str) -> None:
    """Let the verdict be decided from something better than what was observed."""
    name = f"decide_{kind}"
    real = getattr(verdict, name)

    def decide(seen: Observed) -> WipeVerdict:
        found: WipeVerdict = real(change(seen))
        return found

    from recond.erase import emmc_sanitize, nvme_format, opal_psid, overwrite_aes, overwrite_zero
    from recond.erase.medium import scsi_sanitize

    everywhere = (
        (nvme_format, ata_sanitize, ata_security, nvme_sanitize, scsi_sanitize)
        if kind == "firmware"
        else (emmc_sanitize, opal_psid, overwrite_aes, overwrite_zero)
    )
    for module in everywhere:
        patch.setattr(module, name, decide)


def exit_status_is_believed(patch: Patch) -> None:
    """Nobody looks at the medium after a firmware erase."""

    def compare(proof: markers.Proof, device: object, random: object) -> None:
        proof.bytes_compared = 1

    patch.setattr(markers, "compare", compare)


def surviving_marks_do_not_count(patch: Patch) -> None:
    """A mark that is still there is let pass."""
    _judge_as(patch, lambda seen: replace(seen, markers_survived=0), kind="firmware")


def what_lay_under_the_marks_is_forgotten(patch: Patch) -> None:
    """A drive that drops its latest writes and finds the donor's data again is not found out."""
    real = markers.prepare

    def prepare(*args: Any) -> markers.Proof:
        proof = real(*args)
        for offset in proof.places:
            proof.held.pop(offset, None)
        return proof

    patch.setattr(markers, "prepare", prepare)


def the_donors_sample_is_not_compared(patch: Patch) -> None:
    """A drive that erases only what was written last is not found out."""
    real = markers.prepare

    def prepare(*args: Any) -> markers.Proof:
        proof = real(*args)
        for offset in proof.held.keys() - set(proof.places):
            del proof.held[offset]
        return proof

    patch.setattr(markers, "prepare", prepare)


def what_a_failed_method_saw_is_forgotten(patch: Patch) -> None:
    """The zeros that a failed method left are taken for the donor's data, which then come back unseen."""
    real = markers.prepare

    def prepare(*args: Any) -> markers.Proof:
        args[-1].clear()
        return real(*args)

    patch.setattr(markers, "prepare", prepare)


def few_marks_are_enough(patch: Patch) -> None:
    """A drive that never stored the marks proves nothing."""
    patch.setattr(verdict, "MIN_MARKERS", 0)


def unread_places_are_taken_for_erased(patch: Patch) -> None:
    """What cannot be read after an erase was erased, surely."""
    real = markers._read
    patch.setattr(markers, "_read", lambda proof, offset: real(proof, offset) or bytes(proof.length))


def an_unknown_state_is_taken_for_done(patch: Patch) -> None:
    """A stuck or silent drive is not UNPROVEN, and the next method is sent to it."""
    patch.setattr(watch, "watch", _hasty)
    patch.setattr(ata_sanitize, "watch", _hasty)
    patch.setattr(nvme_sanitize, "watch", _hasty)


def _hasty(job: object, look: Callable[[], Look], **_: object) -> Outcome:
    return Outcome(accepted=True, error="pas fini")


def a_silent_drive_is_taken_for_idle(patch: Patch) -> None:
    """A drive at work that does not answer gets the next erase."""
    real = watch.adopt

    def adopt(job: Any, look: Callable[[], Look], *, longest_s: float) -> Look | Outcome:
        found = real(job, look, longest_s=longest_s)
        return Look(State.IDLE) if isinstance(found, Outcome) else found

    patch.setattr(ata_sanitize, "adopt", adopt)
    patch.setattr(nvme_sanitize, "adopt", adopt)


def a_fallback_follows_whatever_happened(patch: Patch) -> None:
    """A drive that may still be at it gets the next method."""
    real = wipe_disk.DiskWork._worth_another

    def worth(self: Any, seen: Observed) -> bool:
        return real(self, replace(seen, unknown=None, locked=None, accepted=False))

    patch.setattr(wipe_disk.DiskWork, "_worth_another", worth)


def the_password_is_set_before_it_is_kept(patch: Patch) -> None:
    """A power cut then leaves a drive that nobody can open."""
    patch.setattr(ata_security, "_keep", lambda job, password: None)


def a_locked_drive_does_not_name_its_password(patch: Patch) -> None:
    """The certificate of a failure is all that the next volunteer has."""
    real = firmware.firmware_wipe
    patch.setattr(ata_security, "firmware_wipe", lambda *args, **more: replace(real(*args, **more), locked=None))


def passwords_are_tried_without_end(patch: Patch) -> None:
    """After five wrong ones the drive takes none, and the fifth may be the right one next time."""
    patch.setattr(ata_security, "TRIES", 99)
    patch.setattr(ata_security, "TOOLS", tuple(str(n) for n in range(20)))


def hidden_areas_are_not_looked_for(patch: Patch) -> None:
    """The donor's data stays behind the end, and nobody is told."""
    patch.setattr(hidden, "read", lambda job: hidden.Areas(Hidden.NONE))


def a_hidden_area_that_stays_is_no_exception(patch: Patch) -> None:
    """The disk is given away with it."""
    for kind in ("firmware", "overwrite"):
        _judge_as(
            patch,
            lambda seen: replace(seen, hidden=Hidden.NONE if seen.hidden is Hidden.PRESENT else seen.hidden),
            kind=kind,
        )
    patch.setattr(wipe_disk, "_hidden", lambda disk, seen: ())


def an_unsaid_hidden_area_needs_no_caveat(patch: Patch) -> None:
    """What could not be found out is not mentioned."""
    patch.setattr(wipe_disk, "_hidden", lambda disk, seen: ())


def the_wipe_goes_on_at_the_old_size(patch: Patch) -> None:
    """A restored area shows after a restart; until then the end is not the end."""
    real = hidden.reveal
    patch.setattr(hidden, "reveal", lambda job: replace(real(job), restored=False, hidden=Hidden.NONE))


def an_overlay_is_undone_without_consent(patch: Patch) -> None:
    """What an administrator set is not ours to undo."""

    class Always(frozenset[str]):
        def __contains__(self, one: object) -> bool:
            return True

    real = hidden.reveal

    def reveal(job: Any) -> hidden.Areas:
        job.allowed = Always()
        return real(job)

    patch.setattr(hidden, "reveal", reveal)


def caches_are_not_dropped(patch: Patch) -> None:
    """The read-back reads what was written, not what is on the medium."""
    from tests.drives.base import Drive

    patch.setattr(Drive, "drop_caches", lambda self: None)


def nothing_is_read_back(patch: Patch) -> None:
    """Every write is believed."""
    _judge_as(
        patch,
        lambda seen: replace(seen, verify=VerifyMode.FULL, bytes_verified=seen.size_bytes, mismatches=()),
        kind="overwrite",
    )
    patch.setattr(overwrite, "_verify", lambda one: None)


def read_back_that_differs_is_let_pass(patch: Patch) -> None:
    """The pattern is not there, and it is called erased."""
    _judge_as(patch, lambda seen: replace(seen, mismatches=(), bytes_verified=seen.size_bytes), kind="overwrite")


def bad_places_are_no_exception(patch: Patch) -> None:
    """A disk with places that were not erased is given away."""
    change: Callable[[Observed], Observed] = lambda seen: replace(  # noqa: E731
        seen, bad_ranges=(), bytes_written=seen.size_bytes, bytes_verified=seen.size_bytes
    )
    _judge_as(patch, change, kind="overwrite")


def a_resumed_wipe_reads_back_only_its_own_part(patch: Patch) -> None:
    """What a drive lost when it was pulled out is never seen."""
    real = overwrite._to_read
    prepare = overwrite._prepare

    def remember(*args: Any) -> Any:
        found = prepare(*args)
        Began.at = found.state.written
        return found

    class Began:
        at = 0

    def trusting(one: Any) -> Any:
        done = Began.at
        parts = real(one)
        return [replace(parts[0], offset=done, length=parts[0].length - done)] if done and parts else parts

    patch.setattr(overwrite, "_prepare", remember)
    patch.setattr(overwrite, "_to_read", trusting)
    _judge_as(
        patch,
        lambda seen: replace(seen, bytes_verified=seen.size_bytes) if not seen.mismatches else seen,
        kind="overwrite",
    )


def other_namespaces_are_not_counted(patch: Patch) -> None:
    """A controller's erase hits somebody else's data."""
    patch.setattr(nvme, "other_namespaces", lambda host, disk, count: None)
    patch.setattr(nvme_sanitize, "other_namespaces", lambda host, disk, count: None)


def a_format_without_erase_settings(patch: Patch) -> None:
    """`--ses=0` erases nothing: another tool did that for three years."""
    patch.setattr(nvme, "SES_CRYPTO", 0)
    patch.setattr(nvme, "SES_USER_DATA", 0)


def adapters_are_trusted(patch: Patch) -> None:
    """The drive's own commands are sent through a USB adapter."""
    from recond.core.disk import Bus

    class Everything:
        USB = None
        SATA = Bus.USB

    real = ata.identify

    def identify(host: Any, disk: Any) -> Any:
        found = real(host, replace(disk, bus=Bus.SATA))
        return found if isinstance(found, ata.Identify) else ata.Identify((0,) * 59 + (1 << 12 | 1 << 13,) + (0,) * 196)

    _everywhere(patch, identify)


def another_drives_answer_is_taken(patch: Patch) -> None:
    """The serial number of the ATA page is not compared with the planned disk's."""
    real = ata.identify
    _everywhere(patch, lambda host, disk: real(host, replace(disk, identity=replace(disk.identity, serial=None))))


def _everywhere(patch: Patch, identify: Callable[[Any, Any], Any]) -> None:
    for module in (ata, ata_sanitize, ata_security, hidden):
        patch.setattr(module, "identify", identify)


def less_than_asked_is_not_said(patch: Patch) -> None:
    """Purge was asked for, clear was reached, and the certificate is silent."""
    patch.setattr(wipe_disk.DiskWork, "_short", lambda self: None)


def an_overwrite_is_called_purge(patch: Patch) -> None:
    """The level is more than writing can reach."""
    from recond.core.verdict import Level
    from recond.erase import emmc_sanitize, opal_psid, overwrite_aes, overwrite_zero

    real = levels_module.overwrite_reaches
    for module in (emmc_sanitize, opal_psid, overwrite_aes, overwrite_zero):
        patch.setattr(module, "overwrite_reaches", lambda disk: replace(real(disk), level=Level.PURGE))


def an_error_is_let_pass(patch: Patch) -> None:
    """A wipe that broke off is judged by what it had not yet seen."""
    _judge_as(
        patch,
        lambda seen: replace(seen, error=None, vanished=False, accepted=True, bytes_written=seen.size_bytes,
                             bytes_verified=seen.size_bytes),
        kind="overwrite",
    )  # fmt: skip


def a_refused_command_counts_as_taken(patch: Patch) -> None:
    """A method that the drive refused is reported as the one that erased (the data was gone before)."""
    _judge_as(
        patch,
        lambda seen: replace(seen, error=None, accepted=True, markers_survived=0, mismatches=()),
        kind="firmware",
    )


def an_interrupted_wipe_is_judged(patch: Patch) -> None:
    """What was to be taken up again after a restart is called done."""
    _judge_as(
        patch,
        lambda seen: replace(seen, restart=False, error=None, accepted=True, bytes_written=seen.size_bytes,
                             bytes_verified=seen.size_bytes, verify=VerifyMode.FULL),
        kind="overwrite",
    )  # fmt: skip


def the_journal_is_believed_after_a_power_cut(patch: Patch) -> None:
    """What was in the drive's cache when the power went is taken for written, and not read back."""
    real = resume._read
    patch.setattr(resume, "_read", lambda state, *, same_boot, size: real(state, same_boot=True, size=size))
    a_resumed_wipe_reads_back_only_its_own_part(patch)


MUTANTS: tuple[Mutant, ...] = (
    exit_status_is_believed,
    surviving_marks_do_not_count,
    what_lay_under_the_marks_is_forgotten,
    what_a_failed_method_saw_is_forgotten,
    the_donors_sample_is_not_compared,
    few_marks_are_enough,
    unread_places_are_taken_for_erased,
    an_unknown_state_is_taken_for_done,
    a_silent_drive_is_taken_for_idle,
    a_fallback_follows_whatever_happened,
    the_password_is_set_before_it_is_kept,
    a_locked_drive_does_not_name_its_password,
    passwords_are_tried_without_end,
    hidden_areas_are_not_looked_for,
    a_hidden_area_that_stays_is_no_exception,
    an_unsaid_hidden_area_needs_no_caveat,
    the_wipe_goes_on_at_the_old_size,
    an_overlay_is_undone_without_consent,
    caches_are_not_dropped,
    nothing_is_read_back,
    read_back_that_differs_is_let_pass,
    bad_places_are_no_exception,
    a_resumed_wipe_reads_back_only_its_own_part,
    other_namespaces_are_not_counted,
    a_format_without_erase_settings,
    adapters_are_trusted,
    another_drives_answer_is_taken,
    less_than_asked_is_not_said,
    an_overwrite_is_called_purge,
    an_error_is_let_pass,
    a_refused_command_counts_as_taken,
    an_interrupted_wipe_is_judged,
    the_journal_is_believed_after_a_power_cut,
)
