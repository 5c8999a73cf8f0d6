"""What a card may not claim: that a disk is erased or a system installed, when what was seen since says otherwise."""

from __future__ import annotations

from typing import Any

from recond.core.disk import Bus, Disk, DiskIdentity, Partition
from recond.core.labeldata import LabelOutcome, internal_verdicts, label_from_card, outcome_of
from recond.core.machine import AuditedDisk, Health, Machine, Smart, Verdict
from recond.core.projection import Card, project
from tests.unit.test_run_state import ONE, OTHER, event

NTFS = (Partition("sda1", 400_000_000_000, "ntfs"),)


def audit(*disks: DiskIdentity, parts: tuple[Partition, ...] = (), signature: str | None = None) -> dict[str, Any]:
    """Return an audit that saw these disks, all with these partitions."""
    seen = (
        Disk(f"sd{n}", f"/dev/sd{n}", f"/sys/{n}", one, bus=Bus.SATA, partitions=parts, signature=signature)
        for n, one in enumerate(disks)
    )
    audited = tuple(AuditedDisk(one, Smart(), Health(Verdict.UNKNOWN, ())) for one in seen)
    return event("audit.hardware", machine=Machine(disks=audited))


def wiped(disk: DiskIdentity = ONE, verdict: str = "ERASED") -> list[dict[str, Any]]:
    """Return a wipe from its start to its end."""
    said: dict[str, Any] = {"plan_id": "P", "disk": disk, "method": "overwrite-aes", "level": "clear"}
    return [event("wipe.started", **said), event("wipe.disk", **said, verdict=verdict)]


def installed(disk: DiskIdentity = ONE) -> list[dict[str, Any]]:
    """Return an installation that ended well."""
    said: dict[str, Any] = {"disk": disk, "profile": {"name": "debian-base"}}
    return [event("install.started", **said), event("install.completed", **said, result="ok", checks=[])]


def reads(card: Card) -> LabelOutcome:
    """Return the label's word."""
    return outcome_of(internal_verdicts(card))


DONE = [event("run.started", kind="run"), audit(ONE, parts=NTFS), *wiped(), *installed()]


def test_a_machine_that_comes_back_to_be_done_again_is_not_erased_by_its_former_life() -> None:
    assert reads(project(DONE)) is LabelOutcome.ERASED and project(DONE)["ready"]
    back = [*DONE, event("run.started", run="run-2", kind="run"), audit(ONE, parts=NTFS)]
    assert reads(project(back)) is LabelOutcome.NOT_ERASED and not project(back)["ready"]
    assert reads(project([*back, *wiped()])) is LabelOutcome.ERASED


def test_a_wipe_a_later_installation_and_a_look_in_runs_of_their_own_keep_the_word() -> None:
    first = [event("run.started", kind="wipe"), audit(ONE, parts=NTFS), *wiped()]
    later = [event("run.started", kind="install"), audit(ONE), *installed(), audit(ONE, parts=NTFS)]
    assert reads(project(first)) is LabelOutcome.ERASED
    assert project([*first, *later])["ready"]


def test_an_erased_disk_on_which_something_was_put_since_is_not_erased_any_more() -> None:
    first = [event("run.started", kind="wipe"), audit(ONE), *wiped()]
    assert reads(project([*first, audit(ONE)])) is LabelOutcome.ERASED
    assert reads(project([*first, audit(ONE, parts=NTFS)])) is LabelOutcome.NOT_ERASED
    assert reads(project([*first, audit(ONE, signature="crypto_LUKS")])) is LabelOutcome.NOT_ERASED


def test_a_disk_that_came_after_the_audit_and_was_not_erased_shows_on_the_label() -> None:
    late = [event("run.started", kind="run"), audit(ONE), *wiped(), *wiped(OTHER, "FAILED")]
    assert reads(project(late)) is LabelOutcome.NOT_ERASED


def test_a_disk_that_was_taken_out_before_the_last_audit_does_not_count() -> None:
    out = [event("run.started", kind="wipe"), audit(ONE, OTHER), *wiped(OTHER, "FAILED"), *wiped(), audit(ONE)]
    assert reads(project(out)) is LabelOutcome.ERASED


def test_a_system_that_left_with_its_disk_makes_no_machine_ready() -> None:
    changed = [*DONE, event("run.started", run="run-2", kind="wipe"), audit(OTHER), *wiped(OTHER)]
    card = project(changed)
    assert reads(card) is LabelOutcome.ERASED and card["install"] is None and not card["ready"]


def test_a_read_back_of_a_sample_is_not_shown_as_one_of_everything() -> None:
    whole, part = 500_000_000_000, 25_000_000_000
    for method, read, suffix in (
        ("overwrite-aes", whole, False),
        ("overwrite-aes", part, True),
        ("nvme-format", part, False),
    ):
        said: dict[str, Any] = {"plan_id": "P", "disk": ONE, "method": method, "level": "clear"}
        end = event("wipe.disk", **said, verdict="ERASED", bytes_verified=read)
        label = label_from_card(project([event("run.started", kind="wipe"), audit(ONE), end]))
        assert label.outcome is LabelOutcome.ERASED and label.method is not None
        assert ("sondage" in label.method) is suffix, method
