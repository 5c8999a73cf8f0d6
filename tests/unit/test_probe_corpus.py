"""Real outputs of real machines that stay in the workplace: the readers over all of them. Skipped when they are absent."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from recond.core.disk import Medium
from recond.core.health import judge_disk
from recond.core.identity import Quality, quality_of
from recond.core.machine import Verdict
from recond.core.ports import Host
from recond.probe import dmi_text, pysmart, smart
from recond.probe.dmi_check import disagreements
from recond.probe.memory import read_memory
from recond.probe.system import read_system

Rooted = Callable[[dict[str, str | bytes]], Host]
JUNK = re.compile(
    r"to be filled|default.string|system (product|manufacturer|serial|version)|not specified|o\.e\.m|^none$", re.I
)


def files(corpus: Path, folder: str) -> list[Path]:
    found = sorted(path for path in (corpus / folder).rglob("*") if path.is_file())
    assert found
    return found


def fitted_bytes(text: str) -> int:
    """Add up the memory devices in the plainest way: every type 17 record that is not flash."""
    total = 0
    flash = set(re.findall(r"Handle (0x\w+), DMI type 16,.*?\n(?:.+\n)*?\tUse: (?!System Memory)", text))
    for record in re.split(r"\n\s*\n", text):
        if not re.search(r"DMI type 17,", record) or re.search(r"\tType: .*(Flash|ROM)\b", record):
            continue
        size = re.search(r"^\tSize: (\d+) (kB|MB|GB)$", record, re.M)
        array = re.search(r"Array Handle: (0x\w+)", record)
        if size and not (array and array[1] in flash):
            total += int(size[1]) << {"kB": 10, "MB": 20, "GB": 30}[size[2]]
    return total


def test_every_dump(corpus: Path, rooted: Rooted) -> None:
    host = rooted({"/x": ""})
    named = 0
    for path in [*files(corpus, "dmi"), *files(corpus, "dmi-part")]:
        text = path.read_text(encoding="utf-8", errors="replace")
        dmi = dmi_text.parse(text)
        system = read_system(host, dmi, has_battery=False)
        shown = [system.manufacturer, system.product, system.version, system.serial, system.uuid, system.board_product]
        for value in shown:
            assert value is None or not JUNK.search(value), (path.name, value)
        assert system.serial is None or quality_of(system.serial) is Quality.GOOD
        memory, _ = read_memory(dmi, None)
        assert (memory.total_bytes or 0) == fitted_bytes(text), path.name
        assert memory.max_bytes is None or memory.max_bytes >= (memory.total_bytes or 0)
        assert disagreements(text, dmi) == (), path.name
        named += "/dmi/" in str(path) and system.model is not None
    assert named >= 0.95 * len(files(corpus, "dmi"))


def test_every_smart_answer(corpus: Path) -> None:
    verdicts: Counter[Verdict] = Counter()
    for path in files(corpus, "smart-json"):
        said: Any = json.loads(path.read_text(encoding="utf-8"))
        found = smart.parse(said)
        for medium in Medium:
            health = judge_disk(found, medium)
            assert health.reasons, path.name
            if health.verdict is Verdict.PASS:
                assert found.passed is True, path.name
                assert found.exit_status is not None and not found.exit_status & 0b10111011, path.name
        if said.get("smart_status", {}).get("passed") is False:
            assert health.verdict is Verdict.FAIL, path.name
        hours = said.get("power_on_time", {}).get("hours")
        assert found.hours == (hours if hours is None or hours <= 1_000_000 else None), path.name
        pysmart.disagreement(said, found)
        verdicts[judge_disk(found, Medium.UNKNOWN).verdict] += 1
    assert set(verdicts) == set(Verdict)


def test_pysmart_reads_every_text_or_gives_up_quietly(corpus: Path) -> None:
    answers: Counter[str | None] = Counter()
    for path in files(corpus, "smart-text"):
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        said = {"device": {"protocol": "ATA", "name": "/dev/sda"}, "smartctl": {"output": lines, "exit_status": 0}}
        answers[pysmart.assessment(said)] += 1
    assert answers["PASS"] > 0 and answers["FAIL"] > 0


@pytest.mark.parametrize("word", ["", "\x1b[31m", "[red]sda[/red]", "‮drow", "\0" * 50])
def test_vendor_texts_are_made_harmless(corpus: Path, word: str) -> None:
    text = files(corpus, "dmi")[0].read_text().replace("Product Name: ", f"Product Name: {word}A")
    product = dmi_text.parse(text).system.product
    assert product is not None
    assert not any(ord(char) < 32 or char == "‮" for char in product)
