"""scripts/check-corpus: it counts what is there and is red when something is wrong."""

from __future__ import annotations

import importlib.util
import json
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def script() -> ModuleType:
    loader = SourceFileLoader("check_corpus", str(ROOT / "scripts" / "check-corpus"))
    spec = importlib.util.spec_from_loader("check_corpus", loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """Lay our own recorded answers out like a corpus."""
    for kind, source in (("dmi", "dmidecode"), ("smart-json", "smartctl")):
        (tmp_path / kind).mkdir()
        for path in (ROOT / "tests" / "cases" / source).glob("*/stdout"):
            (tmp_path / kind / path.parent.name).write_bytes(path.read_bytes())
    return tmp_path


def test_our_own_cases_agree_with_the_table(script: ModuleType, own: Path) -> None:
    report = script.check(own)
    assert report.found["exceptions"] == report.found["contradictions"] == []
    assert not report.is_bad
    assert report.files["smart-json"] == sum(report.verdicts["smart-json"].values()) > 20
    assert set(report.verdicts["smart-json"]) == {"pass", "watch", "fail", "unknown"}
    assert json.loads(json.dumps(report.as_json()))["counts"]["placeholders"] == 0


def test_a_verdict_that_contradicts_the_table_is_found(
    script: ModuleType, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from recond.core import health
    from recond.core.thresholds import thresholds

    softer = json.loads(json.dumps(thresholds()))
    for group in ("ata", "ssd", "nvme", "scsi"):
        for line in softer[group].values():
            line["watch"] = line["fail"] = 1 << 60
    monkeypatch.setattr(health, "thresholds", lambda: softer)
    report = script.check(own)
    assert report.is_bad and report.found["contradictions"]


def test_placeholders_sums_and_exceptions_are_found(
    script: ModuleType, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dump = next((own / "dmi").iterdir()).read_text()
    (own / "dmi" / "junk").write_text(dump.replace("Product Name: ", "Product Name: Default string "))
    assert not script.check(own).is_bad
    from recond.probe import system

    monkeypatch.setattr(system, "real", lambda value, is_name=False: value)
    assert script.check(own).found["placeholders"]
    monkeypatch.setattr(script, "fitted_bytes", lambda text: 1)
    assert script.check(own).found["ram_differs"]
    monkeypatch.setattr(script.smart, "parse", lambda said: 1 // 0)
    assert script.check(own).found["exceptions"][0]["error"].startswith("ZeroDivisionError")


def test_the_shared_corpus_is_clean(script: ModuleType, corpus: Path) -> None:
    report = script.check(corpus)
    assert not report.is_bad, report.found
    assert report.found["pysmart"] == [] and report.compared["pysmart_hours"] > 20
