"""Whatever a firmware or a drive answers, the readers give facts or nothing, never an error, and never a pass."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from recond.core import canonical
from recond.core.disk import Medium
from recond.core.health import judge_disk
from recond.core.machine import Verdict
from recond.core.ports import Completed
from recond.probe import blkid, dmi_raw, dmi_text, smart
from recond.probe.dmi_check import disagreements
from recond.probe.memory import read_memory

CASES = Path(__file__).resolve().parents[1] / "cases"
TABLE = (CASES / "dmidecode/qemu-portable/DMI").read_bytes()
TEXT = (CASES / "dmidecode/qemu-portable/stdout").read_text()
ANSWERS = [json.loads(path.read_text()) for path in sorted((CASES / "smartctl").glob("qemu-*/stdout"))]
FAST = settings(max_examples=120, deadline=None)

leaves = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20)
anything = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
)


def spoil(value: Any, draw: Any, chance: int = 12) -> Any:
    """Replace parts of a real answer by anything."""
    if draw(st.integers(0, chance)) == 0:
        return draw(anything)
    if isinstance(value, dict):
        return {key: spoil(item, draw, chance * 2) for key, item in value.items() if draw(st.integers(0, 30))}
    if isinstance(value, list) and len(value) < 20:
        return [spoil(item, draw, chance * 2) for item in value]
    return value


@FAST
@given(st.binary(max_size=400))
def test_raw_tables_of_noise(data: bytes) -> None:
    read_memory(dmi_raw.parse(data, data[:31]), None)


@FAST
@given(st.data())
def test_raw_tables_with_wrong_bytes(data: st.DataObject) -> None:
    table = bytearray(TABLE)
    for _ in range(data.draw(st.integers(1, 8))):
        table[data.draw(st.integers(0, len(table) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(table)))
    found = dmi_raw.parse(bytes(table[:cut]), None)
    json.loads(canonical.encode(found))
    memory, _ = read_memory(found, None)
    assert (memory.total_bytes or 0) >= 0


@FAST
@given(st.text(max_size=300), st.integers(0, len(TEXT)), st.integers(0, len(TEXT)))
def test_dumps_cut_and_mixed(noise: str, start: int, end: int) -> None:
    text = TEXT[:start] + noise + TEXT[end:]
    disagreements(text, dmi_text.parse(text))


@FAST
@given(st.data())
def test_smart_answers_with_wrong_values(data: st.DataObject) -> None:
    said = spoil(data.draw(st.sampled_from(ANSWERS)), data.draw)
    if not isinstance(said, dict):
        return
    found = smart.parse(said)
    health = judge_disk(found, Medium.UNKNOWN)
    json.loads(canonical.encode(found))
    assert health.reasons
    if health.verdict is Verdict.PASS:
        counts = (found.reallocated, found.pending, found.uncorrectable, found.reported, found.used_pct)
        assert found.passed is True
        assert any(count is not None for count in (*counts, found.media_errors, found.grown_defects))


@FAST
@given(st.dictionaries(st.text(max_size=10), anything, max_size=4))
def test_smart_answers_of_noise_never_pass(said: dict[str, Any]) -> None:
    assert judge_disk(smart.parse(said), Medium.SSD).verdict is Verdict.UNKNOWN


@FAST
@given(st.binary(max_size=200))
def test_outputs_that_are_not_what_was_asked_for(data: bytes) -> None:
    done = Completed(("x",), 0, data, b"", 0.0)
    said = smart.load(done)
    assert isinstance(said, str) or judge_disk(smart.parse(said), Medium.HDD).verdict is Verdict.UNKNOWN
    blkid.parse(done)
