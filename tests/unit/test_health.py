"""The verdict tables, line by line: the value just inside a limit and the first one outside it."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from recond.core.disk import Medium
from recond.core.health import judge_battery, judge_disk
from recond.core.machine import Battery, Smart, Verdict
from recond.core.thresholds import thresholds
from recond.probe import smart

HDD = Smart(
    available=True,
    passed=True,
    exit_status=0,
    protocol="ATA",
    rotation_rpm=7200,
    reallocated=0,
    pending=0,
    uncorrectable=0,
)
SSD = Smart(available=True, passed=True, exit_status=0, protocol="ATA", rotation_rpm=0, reallocated=0, used_pct=3)
NVME = Smart(
    available=True, passed=True, exit_status=0, protocol="NVMe", critical_warning=0, used_pct=3, media_errors=0,
    spare_pct=100, spare_threshold_pct=10,
)  # fmt: skip
SCSI = Smart(available=True, passed=True, exit_status=0, protocol="SCSI", grown_defects=0)


def verdict(base: Smart, **changed: Any) -> Verdict:
    found = judge_disk(dataclasses.replace(base, **changed), Medium.UNKNOWN)
    assert found.reasons, "a verdict always has reasons"
    return found.verdict


@pytest.mark.parametrize("base", [HDD, SSD, NVME, SCSI])
def test_nothing_wrong_is_a_pass_that_says_what_was_read(base: Smart) -> None:
    found = judge_disk(base, Medium.UNKNOWN)
    assert found.verdict is Verdict.PASS
    assert "aucun signe de panne" in found.reasons[0].text


@pytest.mark.parametrize(
    ("base", "field", "watch", "fail"),
    [
        (HDD, "reallocated", 1, 17),
        (HDD, "pending", 1, 3),
        (HDD, "uncorrectable", None, 1),
        (HDD, "reported", 1, 10),
        (HDD, "spin_retry", 1, None),
        (HDD, "end_to_end", 1, None),
        (HDD, "crc", 101, None),
        (HDD, "hours", 50001, 60001),
        (HDD, "temperature_c", 51, 61),
        (SSD, "used_pct", 80, 100),
        (SSD, "reported", 1, 10),
        (SSD, "uncorrectable", 1, 10),
        (SSD, "crc", 101, None),
        (SSD, "reallocated", None, None),
        (SSD, "hours", None, None),
        (NVME, "used_pct", 80, 100),
        (NVME, "media_errors", 1, 10),
        (NVME, "temperature_c", None, None),
        (SCSI, "grown_defects", 1, 17),
        (SCSI, "used_pct", 80, 100),
    ],
)
def test_limits(base: Smart, field: str, watch: int | None, fail: int | None) -> None:
    first = watch if watch is not None else fail
    if first is None:
        assert verdict(base, **{field: 10_000}) is Verdict.PASS
        return
    assert verdict(base, **{field: first - 1}) is Verdict.PASS
    if watch is not None:
        assert verdict(base, **{field: watch}) is Verdict.WATCH
        assert verdict(base, **{field: fail - 1 if fail else 10**9}) is Verdict.WATCH
    if fail is not None:
        assert verdict(base, **{field: fail}) is Verdict.FAIL


@pytest.mark.parametrize(
    ("bit", "expected"),
    [
        (0, None),
        (2, Verdict.PASS),
        (3, Verdict.FAIL),
        (4, Verdict.FAIL),
        (5, Verdict.WATCH),
        (6, Verdict.PASS),
        (7, Verdict.WATCH),
    ],
)
def test_exit_bits_of_smartctl(bit: int, expected: Verdict | None) -> None:
    if expected is not None:
        assert verdict(HDD, exit_status=1 << bit) is expected


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"passed": False}, Verdict.FAIL),
        ({"failing_prefail": ("Reallocated_Sector_Ct",)}, Verdict.FAIL),
        ({"failing_now": ("Power_On_Hours",)}, Verdict.WATCH),
        ({"end_to_end": 1, "end_to_end_failing": True}, Verdict.FAIL),
        ({"selftest": "failed"}, Verdict.FAIL),
        ({"selftest": "aborted"}, Verdict.WATCH),
        ({"selftest": "passed"}, Verdict.PASS),
        ({"passed": None}, Verdict.UNKNOWN),
        ({"passed": None, "pending": 8}, Verdict.FAIL),
        ({"reallocated": None, "pending": None, "uncorrectable": None}, Verdict.UNKNOWN),
        ({"available": False, "why_not": "muet"}, Verdict.UNKNOWN),
    ],
)
def test_what_is_not_a_count(changed: dict[str, Any], expected: Verdict) -> None:
    assert verdict(HDD, **changed) is expected


@pytest.mark.parametrize(
    ("warning", "changed", "expected"),
    [
        (1, {}, Verdict.FAIL),
        (2, {}, Verdict.WATCH),
        (4, {}, Verdict.FAIL),
        (8, {}, Verdict.FAIL),
        (16, {}, Verdict.FAIL),
        (64, {}, Verdict.FAIL),
        (2 | 8, {}, Verdict.FAIL),
        (0, {"spare_pct": 9}, Verdict.FAIL),
        (0, {"spare_pct": 10}, Verdict.PASS),
        (0, {"used_pct": None, "media_errors": None}, Verdict.UNKNOWN),
    ],
)
def test_nvme_warnings(warning: int, changed: dict[str, Any], expected: Verdict) -> None:
    assert verdict(NVME, critical_warning=warning, **changed) is expected


def test_worn_nvme_with_intact_spare_is_told_apart_from_a_broken_one() -> None:
    worn = judge_disk(dataclasses.replace(NVME, critical_warning=4, used_pct=103), Medium.NVME)
    warned = next(reason for reason in worn.reasons if reason.rule == "nvme-reliability")
    assert worn.reasons[0].rule == "nvme-used_pct"
    assert warned in worn.reasons[1:], "the warning itself only asks to watch; the wear is what fails"


def test_contradictory_wear_is_watched() -> None:
    assert verdict(SSD, used_pct=26, used_disagrees=True) is Verdict.WATCH


def test_an_old_drive_without_rotation_rate_is_judged_as_a_hard_disk_unless_it_counts_wear() -> None:
    silent = dataclasses.replace(HDD, rotation_rpm=None, reallocated=40)
    assert judge_disk(silent, Medium.UNKNOWN).verdict is Verdict.FAIL
    assert judge_disk(dataclasses.replace(silent, used_pct=2), Medium.UNKNOWN).verdict is Verdict.PASS
    assert judge_disk(dataclasses.replace(silent, used_pct=2), Medium.HDD).verdict is Verdict.PASS
    assert judge_disk(dataclasses.replace(silent, rotation_rpm=5400, used_pct=2), Medium.HDD).verdict is Verdict.FAIL


@pytest.mark.parametrize(
    ("battery", "expected"),
    [
        (Battery("BAT0", 50000, 40000, 80), Verdict.PASS),
        (Battery("BAT0", 50000, 39500, 79), Verdict.WATCH),
        (Battery("BAT0", 50000, 30000, 60), Verdict.WATCH),
        (Battery("BAT0", 50000, 29500, 59), Verdict.FAIL),
        (Battery("BAT0", 50000, 57500, 115), Verdict.PASS),
        (Battery("BAT0", 50000, 58000, 116), Verdict.UNKNOWN),
        (Battery("BAT0", 50000, 2000, 4), Verdict.UNKNOWN),
        (Battery("BAT0", 9999, 9999, 100), Verdict.UNKNOWN),
        (Battery("BAT0", 150001, 150001, 100), Verdict.UNKNOWN),
        (Battery("BAT0"), Verdict.UNKNOWN),
        (Battery("BAT0", None, None, 90), Verdict.PASS),
    ],
)
def test_batteries(battery: Battery, expected: Verdict) -> None:
    found = judge_battery(battery)
    assert found.verdict is expected
    assert found.reasons


def test_every_limit_names_its_source() -> None:
    lines = [line for group in thresholds().values() for line in group.values()]
    assert len(lines) > 15
    assert all(len(line["source"]) > 20 for line in lines)


def test_an_nvme_drive_whose_warnings_were_not_read_is_no_pass() -> None:
    assert verdict(NVME, critical_warning=None) is Verdict.UNKNOWN
    assert verdict(NVME, critical_warning=None, media_errors=10) is Verdict.FAIL


@pytest.mark.parametrize("value", [True, -1, 1 << 129, "4", 0.5])
@pytest.mark.parametrize("key", ["critical_warning", "media_errors", "percentage_used"])
def test_a_deciding_value_that_is_no_count_is_never_a_pass(key: str, value: object) -> None:
    log = {"critical_warning": 0, "percentage_used": 3, "media_errors": 0, "available_spare": 100, key: value}
    said = {
        "smartctl": {"exit_status": 0},
        "device": {"protocol": "NVMe"},
        "smart_status": {"passed": True},
        "nvme_smart_health_information_log": log,
    }
    assert judge_disk(smart.parse(said), Medium.UNKNOWN).verdict is not Verdict.PASS
