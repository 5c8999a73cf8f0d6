"""Verdicts: ERASED is said of nothing but a wipe in which every observation allows it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recond.core.verdict import (
    MIN_MARKERS,
    ByteRange,
    Observed,
    VerifyMode,
    WipeVerdict,
    decide_firmware,
    decide_overwrite,
)

OVERWRITE = Observed(4096, True, VerifyMode.FULL, bytes_written=4096, bytes_verified=4096)
FIRMWARE = Observed(4096, True, VerifyMode.SAMPLE, bytes_verified=512, markers_written=MIN_MARKERS)
BAD = (ByteRange(0, 512),)

observations = st.builds(
    Observed,
    size_bytes=st.sampled_from([0, 512, 4096]),
    accepted=st.booleans(),
    verify=st.sampled_from(VerifyMode),
    bytes_written=st.sampled_from([0, 512, 3584, 4096, 8192]),
    bytes_verified=st.sampled_from([0, 512, 3584, 4096, 8192]),
    bad_ranges=st.sampled_from([(), BAD]),
    mismatches=st.sampled_from([(), BAD]),
    markers_written=st.sampled_from([0, MIN_MARKERS - 1, MIN_MARKERS]),
    markers_survived=st.sampled_from([0, 1]),
    markers_unread=st.sampled_from([0, 1]),
    interrupted=st.booleans(),
    vanished=st.booleans(),
    error=st.sampled_from([None, "EIO"]),
)


@settings(max_examples=400, deadline=None)
@given(observations)
def test_erased_by_overwrite_needs_all_of_it(seen: Observed) -> None:
    if decide_overwrite(seen) is WipeVerdict.ERASED:
        assert seen.accepted and not (seen.interrupted or seen.vanished or seen.error)
        assert not seen.bad_ranges and not seen.mismatches
        assert seen.bytes_written >= seen.size_bytes > 0
        assert seen.verify is not VerifyMode.NONE and seen.bytes_verified > 0
        assert seen.verify is VerifyMode.SAMPLE or seen.bytes_verified >= seen.size_bytes


@settings(max_examples=400, deadline=None)
@given(observations)
def test_erased_by_firmware_needs_all_of_it(seen: Observed) -> None:
    if decide_firmware(seen) is WipeVerdict.ERASED:
        assert seen.accepted and not (seen.interrupted or seen.vanished or seen.error)
        assert not seen.bad_ranges and not seen.mismatches
        assert seen.markers_written >= MIN_MARKERS and not seen.markers_survived and not seen.markers_unread
        assert seen.bytes_verified > 0


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        ({}, WipeVerdict.ERASED),
        ({"interrupted": True}, WipeVerdict.INTERRUPTED),
        ({"vanished": True}, WipeVerdict.FAILED),
        ({"error": "x"}, WipeVerdict.FAILED),
        ({"accepted": False}, WipeVerdict.FAILED),
        ({"mismatches": BAD}, WipeVerdict.FAILED),
        ({"bytes_written": 3584}, WipeVerdict.FAILED),
        ({"bad_ranges": BAD, "bytes_written": 3584, "bytes_verified": 3584}, WipeVerdict.ERASED_WITH_EXCEPTIONS),
        ({"bad_ranges": BAD, "bytes_written": 512, "bytes_verified": 512}, WipeVerdict.FAILED),
        ({"bad_ranges": BAD, "bytes_verified": 512}, WipeVerdict.UNPROVEN),
        ({"bytes_verified": 3584}, WipeVerdict.UNPROVEN),
        ({"verify": VerifyMode.NONE}, WipeVerdict.UNPROVEN),
        ({"verify": VerifyMode.SAMPLE, "bytes_verified": 512}, WipeVerdict.ERASED),
        ({"verify": VerifyMode.SAMPLE, "bytes_verified": 0}, WipeVerdict.UNPROVEN),
        ({"size_bytes": 0, "bytes_written": 0, "bytes_verified": 0}, WipeVerdict.FAILED),
    ],
)
def test_overwrite(change: dict[str, object], verdict: WipeVerdict) -> None:
    assert decide_overwrite(replace(OVERWRITE, **change)) is verdict  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        ({}, WipeVerdict.ERASED),
        ({"interrupted": True}, WipeVerdict.INTERRUPTED),
        ({"vanished": True}, WipeVerdict.FAILED),
        ({"error": "x"}, WipeVerdict.FAILED),
        ({"accepted": False}, WipeVerdict.FAILED),
        ({"markers_survived": 1}, WipeVerdict.FAILED),
        ({"mismatches": BAD}, WipeVerdict.FAILED),
        ({"markers_written": MIN_MARKERS - 1}, WipeVerdict.UNPROVEN),
        ({"markers_unread": 1}, WipeVerdict.UNPROVEN),
        ({"bytes_verified": 0}, WipeVerdict.UNPROVEN),
        ({"bad_ranges": BAD}, WipeVerdict.ERASED_WITH_EXCEPTIONS),
    ],
)
def test_firmware(change: dict[str, object], verdict: WipeVerdict) -> None:
    assert decide_firmware(replace(FIRMWARE, **change)) is verdict  # type: ignore[arg-type]
