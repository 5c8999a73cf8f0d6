"""`smartctl -x` texts become the same facts as its JSON, and nothing that is not one is taken for one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recond.core import canonical
from recond.core.disk import Medium
from recond.core.health import judge_disk
from recond.core.machine import Verdict
from recond.core.ports import Completed
from recond.probe import smart, smart_text

CASES = Path(__file__).resolve().parents[1] / "cases" / "smartctl"
WITH_TEXT = [
    folder.parent
    for folder in sorted(CASES.glob("qemu-*/stdout"))
    if json.loads(folder.read_text()).get("smartctl", {}).get("output")
]
HEAD = "smartctl 7.4 2023-08-01 r5530 [x86_64-linux] (local build)\n\n"
BRIEF = "ID# ATTRIBUTE_NAME          FLAGS    VALUE WORST THRESH FAIL RAW_VALUE\n"


@pytest.mark.parametrize("folder", WITH_TEXT, ids=lambda path: path.name)
def test_the_text_says_what_the_json_says(folder: Path) -> None:
    said = json.loads((folder / "stdout").read_text())
    made = smart_text.to_json("\n".join(said["smartctl"]["output"]), said["smartctl"]["exit_status"])
    assert made is not None
    by_json, by_text = (canonical.plain(smart.parse(one)) for one in (said, made))
    assert isinstance(by_json, dict) and isinstance(by_text, dict)
    for key in by_json.keys() - {"device_type", "why_not", "protocol"}:
        assert by_text[key] == by_json[key], key
    verdicts = [judge_disk(smart.parse(one), Medium.UNKNOWN).verdict for one in (said, made)]
    assert verdicts[0] is verdicts[1]


def ata(rows: str, result: str = "PASSED", more: str = "") -> Any:
    return smart.parse(
        smart_text.to_json(
            f"{HEAD}Device Model:     X\nRotation Rate:    7200 rpm\n"
            f"SMART overall-health self-assessment test result: {result}\n\n{BRIEF}{rows}\n{more}"
        )
        or {}
    )


def rules(found: Any) -> tuple[Verdict, list[str]]:
    health = judge_disk(found, Medium.UNKNOWN)
    return health.verdict, [reason.rule for reason in health.reasons]


def test_counters_of_the_brief_layout() -> None:
    found = ata(
        "  5 Reallocated_Sector_Ct   PO--CK   100   100   005    -    8 (0 0)\n"
        "  9 Power_On_Hours          -O--CK   099   099   000    -    3972h+32m+10.5s\n"
        "194 Temperature_Celsius     -O---K   086   080   000    -    52 (Min/Max 20/60)\n"
    )
    assert (found.reallocated, found.hours, found.temperature_c) == (8, 3972, 52)
    assert rules(found) == (Verdict.WATCH, ["ata-reallocated", "ata-temperature_c"])


def test_an_attribute_at_its_threshold_fails_the_disk_whatever_the_drive_says() -> None:
    row = "  5 Reallocated_Sector_Ct   PO--CK   004   004   005    NOW  2000\n"
    verdict, why = rules(ata(row))
    assert verdict is Verdict.FAIL and "attribute-prefail" in why
    assert rules(ata(row.replace("NOW ", "Past").replace("004", "100").replace("2000", "0")))[1] == ["exit-bit-5"]
    assert rules(ata("", "FAILED!"))[0] is Verdict.FAIL


def test_the_last_self_test_decides() -> None:
    row = "  5 Reallocated_Sector_Ct   PO--CK   100   100   005    -    0\n"
    log = "Num  Test_Description    Status                  Remaining  LifeTime(hours)  LBA_of_first_error\n"
    bad = "# {}  Short offline       Completed: read failure       10%     29827         19355420584\n"
    good = "# {}  Extended offline    Completed without error       00%     29829         -\n"
    assert rules(ata(row, more=log + bad.format(1)))[0] is Verdict.FAIL
    assert rules(ata(row, more=log + good.format(1) + bad.format(2)))[0] is Verdict.PASS
    assert rules(ata(row, more=log + good.format(1).replace("Extended", "Short   ") + bad.format(2)))[1] == [
        "exit-bit-7"
    ]
    untitled = "SMART Extended Self-test Log Version: 1 (1 sectors)\n"
    assert rules(ata(row, more=untitled + bad.format(1)))[0] is Verdict.FAIL, "a lost heading loses no result"


def test_nvme_and_scsi() -> None:
    nvme = smart_text.to_json(
        HEAD + "Model Number:  X\nSMART overall-health self-assessment test result: PASSED\n\n"
        "SMART/Health Information (NVMe Log 0x02)\nCritical Warning:                   0x00\nTemperature:  33 Celsius\n"
        "Available Spare:                    100%\nAvailable Spare Threshold:          10%\n"
        "Percentage Used:                    84%\nPower On Hours:                     12,345\n"
        "Media and Data Integrity Errors:    0\n"
    )
    found = smart.parse(nvme or {})
    assert (found.used_pct, found.hours, found.spare_pct, found.temperature_c) == (84, 12345, 100, 33)
    assert rules(found) == (Verdict.WATCH, ["nvme-used_pct"])
    scsi = HEAD + "Vendor:  HGST\nProduct:  X\nSMART Health Status: {}\nElements in grown defect list: {}\n"
    assert rules(smart.parse(smart_text.to_json(scsi.format("OK", 20)) or {}))[1] == ["scsi-grown_defects"]
    assert (
        rules(smart.parse(smart_text.to_json(scsi.format("FAILURE PREDICTION THRESHOLD EXCEEDED", 0)) or {}))[0]
        is Verdict.FAIL
    )
    assert rules(smart.parse(smart_text.to_json(scsi.format("OK", 0)) or {}))[0] is Verdict.PASS


def test_nothing_read_is_unknown_with_the_reason() -> None:
    text = HEAD + "Copyright (C) 2002-23\n\n/dev/sdb: Unknown USB bridge [0x0bda:0x9210 (0x100)]\n"
    found = smart.parse(smart_text.to_json(text, 1) or {})
    health = judge_disk(found, Medium.UNKNOWN)
    assert health.verdict is Verdict.UNKNOWN and "Unknown USB bridge" in health.reasons[0].text
    off = HEAD + "Device Model:  X\nSMART support is: Disabled\n" + BRIEF
    assert rules(smart.parse(smart_text.to_json(off) or {}))[0] is Verdict.UNKNOWN
    assert smart_text.to_json("dmidecode 3.3") is None


def test_an_answer_in_text_is_taken_as_it_is() -> None:
    done = Completed(
        ("smartctl",), 0, (HEAD + "SMART Health Status: OK\nElements in grown defect list: 0\n").encode(), b"", 1.0
    )
    said = smart.load(done)
    assert not isinstance(said, str) and smart.parse(said).passed is True


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300), st.integers(0, 400))
def test_any_text_is_read_or_refused(noise: str, place: int) -> None:
    text = HEAD + "Device Model: X\n" + BRIEF + "  5 Reallocated_Sector_Ct   PO--CK   100   100   005    -    0\n"
    made = smart_text.to_json(text[:place] + noise + text[place:])
    if made is not None:
        assert judge_disk(smart.parse(made), Medium.UNKNOWN).reasons


def test_an_answer_that_lost_its_device_is_read_by_its_logs() -> None:
    for name in ("qemu-sata-hdd", "qemu-nvme", "own-scsi-grown-defects"):
        said = json.loads((CASES / name / "stdout").read_text())
        whole = smart.parse(said)
        del said["device"]
        assert (smart.parse(said).protocol, rules(smart.parse(said))) == (whole.protocol, rules(whole))
