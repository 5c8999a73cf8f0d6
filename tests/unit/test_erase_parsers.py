"""What the tools print, as the tools print it: hdparm 9.65, nvme-cli 2.x, sg3-utils 1.46. Anything else is "cannot be known"."""

from __future__ import annotations

import json

import pytest

from recond.erase.medium import ata, ata_sanitize, nvme_sanitize, scsi_sanitize
from recond.erase.medium.watch import Look, State
from recond.host.run import destroys
from tests.drives.ata import AtaDrive

NOTHING = b"\n/dev/loop6:\n"
"""What hdparm 9.65 prints, with status 0, of a device that answers nothing (seen on a loop device)."""


def test_the_ata_page() -> None:
    page = ata.parse(AtaDrive(features=frozenset({"crypto", "block", "security", "enhanced"}), frozen=True).page())
    assert isinstance(page, ata.Identify)
    assert (page.serial, page.sectors) == ("SIM0001", 144)
    assert (page.crypto_scramble, page.block_erase, page.sanitize_overwrite) == (True, True, False)
    assert (page.security, page.enabled, page.locked, page.frozen, page.enhanced) == (True, False, False, True, True)
    assert page.erase_minutes(enhanced=True) == 2


@pytest.mark.parametrize(
    ("word", "minutes"), [(0, None), (1, 2), (0xFF, 510), (0x8000, None), (0x8001, 2), (0x8000 | 300, 600)]
)
def test_the_drives_own_estimate(word: int, minutes: int | None) -> None:
    words = [0] * 256
    words[89] = word
    assert ata.Identify(tuple(words)).erase_minutes(enhanced=False) == minutes


def test_a_page_that_is_none_is_refused() -> None:
    whole = AtaDrive().page()
    broken = whole.replace(b"0040 ", b"0041 ", 1)
    blank = b"\n".join([b"0000 " * 7 + b"0000"] * 32)
    for said in (b"", NOTHING, whole[: len(whole) // 2], broken, blank):
        assert isinstance(ata.parse(said), str), said[:40]


@pytest.mark.parametrize(
    ("lines", "look"),
    [
        (["    State:    SD0 Sanitize Idle"], Look(State.IDLE, None, "SD0 Sanitize Idle")),
        (
            ["    State:    SD0 Sanitize Idle", "    Last Sanitize Operation Completed Without Error"],
            Look(State.DONE, None, "SD0 Sanitize Idle"),
        ),
        (
            ["    State:    SD2 Sanitize operation In Process", "    Progress: 0x8000 (50%)"],
            Look(State.RUNNING, 0.5, "SD2 Sanitize operation In Process"),
        ),
        (["    State:    SD3 Sanitize Operation Failed"], Look(State.FAILED, None, "SD3 Sanitize Operation Failed")),
        (["    State:    SD1 Sanitize Frozen"], Look(State.SILENT, None, "SD1 Sanitize Frozen")),
        ([], Look(State.SILENT, None, "pas d'état")),
    ],
)
def test_the_state_of_an_ata_sanitize(lines: list[str], look: Look) -> None:
    head = ["", "/dev/sda:", "Issuing SANITIZE_STATUS command", "Sanitize status:"]
    assert ata_sanitize.parse_status("\n".join(head + lines).encode()) == look


def _log(sstat: object, sprog: int = 65535) -> bytes:
    times = {"time_over_write": 4294967295, "time_block_erase": 4294967295, "time_crypto_erase": 4294967295}
    return json.dumps({"nvme0n1": {"sprog": sprog, "sstat": sstat, "cdw10_info": 0, **times}}).encode()


@pytest.mark.parametrize(
    ("said", "state", "share"),
    [
        (_log({"status": "(0) NVM Subsystem has never been sanitized."}), State.IDLE, None),
        (_log({"status": "(1) Most Recent Sanitize Command Completed Successfully."}), State.DONE, None),
        (
            _log({"status": "(4) Most Recent Sanitize Command (No-Deallocate) Completed Successfully."}),
            State.DONE,
            None,
        ),
        (_log({"status": "(2) Sanitize in Progress."}, 16384), State.RUNNING, 0.25),
        (_log({"status": "(3) Most Recent Sanitize Command Failed."}), State.FAILED, None),
        (_log({"status": "(7) ?"}), State.SILENT, None),
        (_log("(1) Most Recent Sanitize Command Completed Successfully."), State.SILENT, None),
        (_log(1), State.SILENT, None),
        (json.dumps({"sprog": 1, "sstat": {"status": "(1) done"}}).encode(), State.SILENT, None),
        (b"", State.SILENT, None),
        (b"[]", State.SILENT, None),
    ],
)
def test_the_log_of_an_nvme_sanitize(said: bytes, state: State, share: float | None) -> None:
    look = nvme_sanitize.parse_log(said)
    assert (look.state, look.share) == (state, share)


@pytest.mark.parametrize(
    ("said", "state", "share"),
    [
        (
            b"Fixed format, current; Sense key: Not Ready\nAdditional sense: Logical unit not ready, sanitize in progress\n"
            b"  Progress indication: 12.50%\n",
            State.RUNNING,
            0.125,
        ),
        (
            b"Fixed format, current; Sense key: Medium Error\nAdditional sense: Sanitize command failed\n",
            State.FAILED,
            None,
        ),
        (
            b"Fixed format, current; Sense key: No Sense\nAdditional sense: No additional sense information\n",
            State.DONE,
            None,
        ),
        (
            b"Fixed format, current; Sense key: Unit Attention\nAdditional sense: Power on occurred\n",
            State.SILENT,
            None,
        ),
        (b"", State.SILENT, None),
    ],
)
def test_the_sense_of_a_sas_drive(said: bytes, state: State, share: float | None) -> None:
    look = scsi_sanitize.parse_sense(said)
    assert (look.state, look.share) == (state, share)


@pytest.mark.parametrize(
    ("argv", "changes"),
    [
        (("hdparm", "--Istdout", "/dev/sda"), False),
        (("hdparm", "--sanitize-status", "/dev/sda"), False),
        (("hdparm", "-V"), False),
        (("hdparm", "--yes-i-know-what-i-am-doing", "--sanitize-block-erase", "/dev/sda"), True),
        (("hdparm", "--user-master", "u", "--security-set-pass", "x", "/dev/sda"), True),
        (("hdparm", "-I", "--security-disable", "x", "/dev/sda"), True),
        (("hdparm", "--make-bad-sector", "1", "/dev/sda"), True),
        (("sg_sanitize", "--version"), False),
        (("sg_sanitize", "--crypto", "/dev/sda"), True),
        (("mmc", "extcsd", "read", "/dev/mmcblk0"), False),
        (("mmc", "sanitize", "/dev/mmcblk0"), True),
        (("nvme", "sanitize", "/dev/nvme0n1", "--sanact=2"), True),
        (("nvme", "sanitize-log", "/dev/nvme0n1"), False),
    ],
)
def test_what_changes_a_disk_is_known(argv: tuple[str, ...], changes: bool) -> None:
    assert destroys(argv) is changes
