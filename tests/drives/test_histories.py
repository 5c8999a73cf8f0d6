"""Ten thousand drives, most of them broken or lying, each through one or two sessions: what is said is true of all.

Never ERASED while one old byte can be read (also in a hidden area, unless the certificate names it), never a claim for a
command that the drive did not take, never a drive left locked without its password in the record.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recond.core.verdict import WipeVerdict
from tests.drives import histories
from tests.drives.ata import AtaDrive
from tests.drives.base import Drive
from tests.drives.histories import History, live
from tests.drives.nvme import NvmeDrive
from tests.drives.others import EmmcDrive, OpalDrive, ScsiDrive
from tests.drives.session import Bench

FUZZ = int(os.environ.get("RECOND_FUZZ", "0"))
"""0: the same histories every time, so that a failure is the change's fault. `make fuzz`: new ones, so many times more."""

MANY = settings(
    max_examples=3000 * max(FUZZ, 1),
    deadline=None,
    database=None,
    derandomize=not FUZZ,
    suppress_health_check=list(HealthCheck),
)
FEWER = settings(MANY, max_examples=1000 * max(FUZZ, 1))
AT_LEAST = 10_000

LIVED: Counter[str] = Counter()
"""Histories that were gone through, by kind: hypothesis is not taken at its word for their number."""


def judged(kind: str, history: History) -> list[str]:
    """Go through a history, and count it once it is over."""
    found = live(history)
    LIVED[kind] += 1
    return found


@MANY
@given(histories.histories(histories.ATA))
def test_sata(history: History) -> None:
    assert judged("sata", history) == []


@MANY
@given(histories.histories(histories.NVME))
def test_nvme(history: History) -> None:
    assert judged("nvme", history) == []


@FEWER
@given(histories.histories(histories.SCSI))
def test_sas(history: History) -> None:
    assert judged("sas", history) == []


@FEWER
@given(histories.histories(histories.USB))
def test_usb(history: History) -> None:
    assert judged("usb", history) == []


@FEWER
@given(histories.histories(histories.EMMC))
def test_emmc(history: History) -> None:
    assert judged("emmc", history) == []


@FEWER
@given(histories.histories(histories.OPAL))
def test_opal(history: History) -> None:
    assert judged("opal", history) == []


KINDS: dict[str, Callable[[], None]] = {
    "sata": test_sata,
    "nvme": test_nvme,
    "sas": test_sas,
    "usb": test_usb,
    "emmc": test_emmc,
    "opal": test_opal,
}


def test_ten_thousand_histories_were_gone_through(capsys: pytest.CaptureFixture[str]) -> None:
    for kind, test in KINDS.items():
        if not LIVED[kind]:  # this test was asked for alone
            test()
    with capsys.disabled():
        print(f"\n{LIVED.total()} drive histories: " + ", ".join(f"{kind} {LIVED[kind]}" for kind in KINDS))
    assert LIVED.total() >= AT_LEAST


def test_the_fixed_histories_break_nothing() -> None:
    assert [sin for history in histories.fixed() for sin in live(history)] == []


HONEST: tuple[tuple[Drive, str], ...] = (
    (AtaDrive(), "ata-security-enhanced"),
    (AtaDrive(features=frozenset({"security"})), "ata-security-normal"),
    (AtaDrive(features=frozenset({"crypto", "block"})), "ata-sanitize-crypto"),
    (AtaDrive(features=frozenset({"block"})), "ata-sanitize-block"),
    (AtaDrive(features=frozenset({"overwrite"}), rotating=True), "ata-sanitize-overwrite"),
    (AtaDrive(features=frozenset()), "overwrite-aes"),
    (AtaDrive(frozen=True), "overwrite-aes"),
    (AtaDrive(password="p"), "ata-security-enhanced"),
    (NvmeDrive(), "nvme-sanitize-crypto"),
    (NvmeDrive(running=True), "nvme-sanitize-crypto"),
    (NvmeDrive(features=frozenset({"block"})), "nvme-sanitize-block"),
    (NvmeDrive(features=frozenset({"overwrite"})), "nvme-sanitize-overwrite"),
    (NvmeDrive(features=frozenset({"format"})), "nvme-format"),
    (NvmeDrive(spaces=2), "overwrite-aes"),
    (ScsiDrive(features=frozenset({"crypto"})), "scsi-sanitize-crypto"),
    (ScsiDrive(features=frozenset({"block"})), "scsi-sanitize-block"),
    (ScsiDrive(), "scsi-sanitize-overwrite"),
    (EmmcDrive(), "emmc-sanitize"),
)


@pytest.mark.parametrize(("drive", "method"), HONEST, ids=lambda one: getattr(one, "__class__", type(one)).__name__)
def test_an_honest_drive_is_erased_by_the_best_it_has(drive: Drive, method: str) -> None:
    """Without this the invariant would hold for a recond that never says ERASED."""
    result = Bench(drive).wipe()
    assert (result.method, result.verdict, drive.readable_old()) == (method, WipeVerdict.ERASED, False)


def test_a_locked_opal_drive_is_opened_by_its_label_only() -> None:
    bench = Bench(OpalDrive())
    bench.psid = "b" * 32
    assert bench.wipe(method="opal-psid").verdict is WipeVerdict.FAILED
    bench.power_cycle()
    bench.psid = "AAAAAAAA AAAAAAAA AAAAAAAA AAAAAAAA"
    assert bench.wipe(method="opal-psid").verdict is WipeVerdict.ERASED


@given(st.sampled_from(["hpa", "dco"]))
def test_a_hidden_area_is_brought_out_and_erased_after_a_restart(hidden: str) -> None:
    bench = Bench(AtaDrive(features=frozenset(), hidden=hidden), allowed=frozenset({"dco"}))
    first = bench.wipe()
    assert first.verdict is WipeVerdict.INTERRUPTED and "rallumez" in str(first.observed.error)
    bench.power_cycle()
    second = bench.wipe()
    assert (second.verdict, bench.drive.readable_old()) == (WipeVerdict.ERASED, False)
    assert second.observed.size_bytes > first.observed.size_bytes


def test_without_consent_an_overlay_stays_and_the_disk_is_not_given_away() -> None:
    bench = Bench(AtaDrive(features=frozenset(), hidden="dco"))
    assert bench.wipe().verdict is WipeVerdict.ERASED_WITH_EXCEPTIONS


def test_a_failed_purge_that_ends_with_clear_says_so() -> None:
    from recond.core.verdict import Level

    result = Bench(NvmeDrive(frozenset({"fails-at-57"}), features=frozenset({"crypto", "block"}))).wipe(
        level=Level.PURGE
    )
    assert (result.method, result.verdict, result.level) == ("overwrite-aes", WipeVerdict.ERASED, Level.CLEAR)
    assert [one.method for one in result.attempts] == ["nvme-sanitize-crypto", "nvme-sanitize-block"]
    assert result.short is not None and "NON atteint" in result.short and result.short in result.caveats


def test_a_drive_left_locked_is_opened_again_by_a_later_run() -> None:
    drive = AtaDrive(frozenset({"keeps-password"}))
    bench = Bench(drive)
    bench.wipe()
    drive.power_cycle()
    drive.password, drive.shut = bench.vault.known(drive.disk.key)[0], True
    drive.lies = frozenset()
    drive.closed = False
    result = bench.wipe()
    assert result.verdict is WipeVerdict.ERASED
    assert b"recond" not in (drive.password or "").encode()


def test_an_overwrite_that_was_stopped_after_failed_methods_ends_well_the_next_time() -> None:
    """The next time begins with those methods again: what the overwrite had written is then no more as it was."""
    bench = Bench(AtaDrive(frozenset({"keeps-data"})))
    first = bench.wipe(stop_at=2 * 128 + 70)
    assert (first.method, first.verdict) == ("overwrite-aes", WipeVerdict.INTERRUPTED)
    bench.drive.closed, bench.drive.stop_at, bench.drive.writes = False, None, 0
    second = bench.wipe()
    assert (second.method, second.verdict, bench.drive.readable_old()) == ("overwrite-aes", WipeVerdict.ERASED, False)
