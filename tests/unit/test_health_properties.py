"""What must hold for every reading: a worse one never gives a better verdict, and nothing readable is never a pass."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recond.core.disk import Medium
from recond.core.health import SEVERITY, judge_after_wipe, judge_battery, judge_disk
from recond.core.health_memory import judge_memory
from recond.core.machine import Battery, Memory, MemoryErrors, MemoryModule, MemoryTest, Smart, Verdict
from recond.core.thresholds import faults, thresholds

COUNTS = ("reallocated", "pending", "uncorrectable", "reported", "spin_retry", "end_to_end", "crc", "hours",
          "temperature_c", "used_pct", "media_errors", "grown_defects")  # fmt: skip
some = st.none() | st.integers(0, 200) | st.sampled_from([50_000, 50_001, 60_001])
MEDIA = st.sampled_from([Medium.HDD, Medium.SSD, Medium.NVME, Medium.UNKNOWN])


@st.composite
def smarts(draw: st.DrawFn, available: bool | None = None) -> Smart:
    fields: dict[str, Any] = {name: draw(some) for name in COUNTS}
    return Smart(
        available=draw(st.booleans()) if available is None else available,
        passed=draw(st.sampled_from([None, True, False])),
        exit_status=draw(st.sampled_from([0, 4, 64, 8, 32])),
        protocol=draw(st.sampled_from(["ATA", "NVMe", "SCSI", None])),
        rotation_rpm=draw(st.sampled_from([None, 0, 5400])),
        critical_warning=draw(st.none() | st.integers(0, 255)),
        spare_pct=draw(st.none() | st.integers(0, 100)),
        spare_threshold_pct=draw(st.none() | st.integers(0, 100)),
        selftest=draw(st.sampled_from([None, "passed", "running", "aborted", "failed"])),
        selftest_note=draw(st.sampled_from([None, "trop long"])),
        **fields,
    )


@settings(max_examples=600, deadline=None)
@given(smarts(), MEDIA, st.sampled_from(COUNTS), st.integers(1, 100_000))
def test_one_more_of_anything_counted_is_never_better(smart: Smart, medium: Medium, name: str, more: int) -> None:
    value = getattr(smart, name)
    if value is None:
        return
    worse = dataclasses.replace(smart, **{name: value + more})
    before, after = judge_disk(smart, medium), judge_disk(worse, medium)
    assert SEVERITY[after.verdict] >= SEVERITY[before.verdict]
    assert before.reasons and after.reasons


@settings(max_examples=400, deadline=None)
@given(smarts(available=True), MEDIA)
def test_what_is_worse_without_being_a_count(smart: Smart, medium: Medium) -> None:
    before = SEVERITY[judge_disk(smart, medium).verdict]
    for changed in (
        {"passed": False},
        {"selftest": "failed"},
        {"failing_prefail": ("Reallocated_Sector_Ct",)},
        {"critical_warning": (smart.critical_warning or 0) | 8},
    ):
        assert SEVERITY[judge_disk(dataclasses.replace(smart, **changed), medium).verdict] >= before
    if smart.spare_pct:
        less = dataclasses.replace(smart, spare_pct=smart.spare_pct - 1)
        assert SEVERITY[judge_disk(less, medium).verdict] >= before


@settings(max_examples=300, deadline=None)
@given(smarts(), MEDIA)
def test_nothing_readable_is_never_a_pass(smart: Smart, medium: Medium) -> None:
    mute = dataclasses.replace(smart, available=False)
    assert judge_disk(mute, medium).verdict is Verdict.UNKNOWN
    nothing: dict[str, Any] = dict.fromkeys(COUNTS)
    blank = dataclasses.replace(smart, **nothing)
    assert judge_disk(blank, medium).verdict is not Verdict.PASS
    assert judge_disk(dataclasses.replace(smart, passed=None), medium).verdict is not Verdict.PASS


@settings(max_examples=400, deadline=None)
@given(smarts(), smarts(), MEDIA)
def test_a_second_reading_never_makes_the_first_one_better(before: Smart, after: Smart, medium: Medium) -> None:
    found = judge_after_wipe(before, after, medium)
    assert SEVERITY[found.verdict] >= SEVERITY[judge_disk(before, medium).verdict]
    assert found.reasons


HDD = Smart(available=True, passed=True, exit_status=0, protocol="ATA", rotation_rpm=7200, reallocated=0, pending=0,
            uncorrectable=0, temperature_c=35)  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "expected", "rule"),
    [
        ({}, {}, Verdict.PASS, "read"),
        ({}, {"temperature_c": 63}, Verdict.PASS, "read"),
        ({"reallocated": 3}, {"reallocated": 3}, Verdict.WATCH, "ata-reallocated"),
        ({"reallocated": 3}, {"reallocated": 4}, Verdict.FAIL, "after-wipe-reallocated"),
        ({"pending": 2}, {"pending": 0}, Verdict.WATCH, "ata-pending"),
        ({"pending": 2}, {"pending": 1}, Verdict.FAIL, "after-wipe-pending"),
        ({"pending": None}, {"pending": 1}, Verdict.FAIL, "after-wipe-pending"),
        ({}, {"uncorrectable": 1}, Verdict.FAIL, "after-wipe-uncorrectable"),
        ({}, {"available": False, "why_not": "muet"}, Verdict.UNKNOWN, "after-wipe-not-read"),
        ({"reallocated": 3}, {"available": False}, Verdict.WATCH, "ata-reallocated"),
        ({"media_errors": 1, "protocol": "NVMe"}, {"media_errors": 2, "protocol": "NVMe"}, Verdict.FAIL,
         "after-wipe-media_errors"),
    ],
)  # fmt: skip
def test_after_the_wipe(before: dict[str, Any], after: dict[str, Any], expected: Verdict, rule: str) -> None:
    found = judge_after_wipe(dataclasses.replace(HDD, **before), dataclasses.replace(HDD, **after), Medium.HDD)
    assert (found.verdict, found.reasons[0].rule) == (expected, rule)


@given(st.integers(5, 115), st.integers(1, 50))
def test_a_weaker_battery_is_never_better(pct: int, less: int) -> None:
    one, other = (judge_battery(Battery("BAT0", 50000, 1, value)).verdict for value in (pct, max(5, pct - less)))
    assert SEVERITY[other] >= SEVERITY[one]


GIB = 1 << 30
MODULES = (MemoryModule("A1", 4 * GIB), MemoryModule("B1", 4 * GIB))


@pytest.mark.parametrize(
    ("memory", "expected", "rule"),
    [
        (Memory(), Verdict.UNKNOWN, "memory-untested"),
        (Memory(errors=MemoryErrors(machine_checks=0)), Verdict.UNKNOWN, "memory-untested"),
        (Memory(errors=MemoryErrors(0, 0, 0)), Verdict.PASS, "memory-edac"),
        (Memory(errors=MemoryErrors(0, 1, 0)), Verdict.WATCH, "memory-corrected"),
        (Memory(errors=MemoryErrors(1, 5, 0)), Verdict.FAIL, "memory-uncorrected"),
        (Memory(errors=MemoryErrors(machine_checks=1)), Verdict.FAIL, "memory-machine_checks"),
        (Memory(test=MemoryTest(7 * GIB, 8 * GIB)), Verdict.PASS, "memory-test"),
        (Memory(test=MemoryTest(0, 8 * GIB, why_not="arrêté")), Verdict.UNKNOWN, "memory-test-unfinished"),
        (Memory(test=MemoryTest(0, 8 * GIB, ("FAILURE",), "arrêté")), Verdict.FAIL, "memory-test"),
        (Memory(errors=MemoryErrors(0), test=MemoryTest(0, 1, why_not="x")), Verdict.UNKNOWN, "memory-test-unfinished"),
        (Memory(8 * GIB, 6 * GIB, modules=MODULES), Verdict.UNKNOWN, "memory-untested"),
        (Memory(8 * GIB, 6 * GIB - 1, modules=MODULES), Verdict.WATCH, "memory-fitted"),
    ],
)
def test_memory(memory: Memory, expected: Verdict, rule: str) -> None:
    found = judge_memory(memory)
    assert (found.verdict, found.reasons[0].rule) == (expected, rule)


def test_the_limits_shipped_are_sound_and_wrong_ones_are_named() -> None:
    assert faults(thresholds()) == []
    good = {"watch": 1, "fail": 2, "source": "x"}
    assert faults({"ata": {"a": {**good, "fail": 1}}}) == ["ata.a : « fail » doit être plus grave que « watch »"]
    assert faults({"ata": {"a": {**good, "source": " "}, "b": {"source": "x"}, "c": {**good, "watch": "1"}}}) == [
        "ata.a : sa source manque",
        "ata.b : des nombres entiers sont attendus",
        "ata.c : des nombres entiers sont attendus",
    ]
    assert faults({"ata": 3, "battery": {"health_pct": good}})[0].startswith("ata : ")
    assert len(faults({"battery": {"health_pct": good}})) == 1
