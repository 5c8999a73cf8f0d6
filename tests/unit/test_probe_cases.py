"""Every folder of tests/cases: the call we make, what the tool answered, and the facts we take from it.

`qemu-*` were answered by real tools (see tests/machines/README.md), `own-*` are small answers of our own, written for
one rule each. The call is compared too: an answer is only worth something with its question.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from recond.core import canonical
from recond.core.disk import Medium
from recond.core.health import judge_disk
from recond.core.machine import Smart
from recond.core.ports import Completed
from recond.probe import blkid, dmi, dmi_raw, dmi_text, pysmart, smart
from recond.probe.dmi_check import disagreements

CASES = Path(__file__).resolve().parents[1] / "cases"


def folders(tool: str) -> list[Path]:
    found = sorted(path.parent for path in (CASES / tool).glob("*/case.json"))
    assert found, f"no case of {tool}"
    return found


def answer(folder: Path) -> tuple[dict[str, Any], Completed]:
    case = json.loads((folder / "case.json").read_text(encoding="utf-8"))
    stderr = case.get("stderr", "").encode()
    done = Completed(
        tuple(case["argv"]), case["status"], (folder / "stdout").read_bytes(), stderr, 20.0, case.get("why")
    )
    return case, done


@pytest.mark.parametrize("folder", folders("smartctl"), ids=lambda path: path.name)
def test_smartctl(folder: Path) -> None:
    case, done = answer(folder)
    assert list(smart.command(case["path"], 20.0, case["kind"]).argv) == case["argv"]
    said = smart.load(done)
    found = Smart(why_not=said) if isinstance(said, str) else smart.parse(said)
    if case["expected"] is None:
        assert isinstance(said, str) and "smartctl" in said
    else:
        facts = canonical.plain(found)
        assert isinstance(facts, dict)
        assert {key: facts[key] for key in case["expected"]} == case["expected"]
    health = judge_disk(found, Medium.UNKNOWN)
    assert health.verdict.value == case["verdict"]
    assert [reason.rule for reason in health.reasons] == case["rules"]


@pytest.mark.parametrize("folder", [f for f in folders("smartctl") if f.name.startswith("qemu")], ids=lambda p: p.name)
def test_pysmart_agrees_where_there_is_a_text(folder: Path) -> None:
    _, done = answer(folder)
    said = smart.load(done)
    assert not isinstance(said, str)
    found = smart.parse(said)
    if found.available:
        assert pysmart.assessment(said) == "PASS"
    assert pysmart.disagreement(said, found) is None


def test_pysmart_is_heard_when_it_disagrees() -> None:
    _, done = answer(CASES / "smartctl" / "qemu-sata-hdd")
    said = smart.load(done)
    assert not isinstance(said, str)
    lines = [line.replace("result: PASSED", "result: FAILED!") for line in said["smartctl"]["output"]]
    changed = {**said, "smartctl": {**said["smartctl"], "output": lines}}
    doubt = pysmart.disagreement(changed, smart.parse(changed))
    assert doubt is not None and "FAIL" in doubt


@pytest.mark.parametrize("folder", folders("blkid"), ids=lambda path: path.name)
def test_blkid(folder: Path) -> None:
    case, done = answer(folder)
    assert list(blkid.command(case["path"]).argv) == case["argv"]
    found = blkid.parse(done)
    if case["expected"] is None:
        assert isinstance(found, str) and found.startswith("contenu illisible")
    else:
        assert isinstance(found, dict)
        assert {key: blkid.unescape(found[key]) for key in case["expected"]} == case["expected"]
        assert bool(found) == bool(case["expected"])


@pytest.mark.parametrize("folder", folders("dmidecode"), ids=lambda path: path.name)
def test_dmi_text_and_raw_tables_say_the_same(folder: Path) -> None:
    case, done = answer(folder)
    assert list(dmi.DMIDECODE.argv) == case["argv"]
    text = done.stdout.decode()
    by_text = dmi_text.parse(text)
    by_raw = dmi_raw.parse((folder / "DMI").read_bytes(), (folder / "smbios_entry_point").read_bytes())
    assert by_raw.source == "raw"
    by_text.source = "raw"
    assert by_raw == by_text
    facts = canonical.plain(by_raw)
    assert isinstance(facts, dict)
    assert {key: facts[key] for key in case["expected"]} == case["expected"]
    assert disagreements(text, by_raw) == ()


def test_py_dmidecode_is_heard_when_it_disagrees() -> None:
    folder = folders("dmidecode")[0]
    text = (folder / "stdout").read_text()
    other = dmi_text.parse(text.replace("AD14-00042", "AD14-99999"))
    assert len(disagreements(text, other)) == 1
