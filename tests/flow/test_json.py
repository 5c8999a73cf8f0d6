"""`--json` of wipe, install and run: one object on stdout, JSON lines on stderr, nothing else; also when it is refused."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from recond.cli.parts import jsonout
from recond.core.guard import Refusal
from recond.core.plan import Deed, Plan, PlanItem, Protected
from recond.core.verdict import Level
from tests.flow.conftest import Bench
from tests.unit.erase_fakes import disk_of

PRACTICE = """
import sys
from recond.cli.main import run
from recond.cli.parts import jsonout
jsonout.begin("run", ["run", "--json"])
try:
    code = run([*sys.argv[1:], "practice", "--no-serve", "--size", "1024"])
finally:
    jsonout.end()
sys.exit(code)
"""
"""Nothing but a practice disk may be erased in a test, and `practice` has no --json: its chain is that of `run`."""


def answered(done: subprocess.CompletedProcess[str]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return the one object and the lines; each output must hold nothing else."""
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert all(line["schema"] == "recond.progress/1" and line["event"] for line in lines)
    objects = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(objects) == 1, done.stdout
    return objects[0], lines


@pytest.mark.root
@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("wipe",), 3),
        (("wipe", "--plan"), 3),
        (("wipe", "--confirm", "0000-0000"), 3),
        (("wipe", "sdzz"), 2),
        (("wipe", "--nonsense"), 2),
        (("install",), 3),
        (("run", "--unattended"), 2),
        (("run", "--profile", "nothing-like-it"), 2),
        (("run", "--no-selftest", "--no-install"), 3),
    ],
)
def test_a_refusal_is_an_object_too(tmp_path: Path, words: tuple[str, ...], code: int) -> None:
    command = (sys.executable, "-m", "recond", "--data", str(tmp_path), *words, "--json")
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    told, _lines = answered(done)
    assert done.returncode == code and told["command"] == words[0]
    if told["schema"] == "recond.result/1":
        assert told["exit_code"] == code and told["errors"][0]["code"] == code and told["word"] == "not_wiped"
    else:
        assert told["schema"] == "recond.refusal/1" and told["code"] == code and told["message"] and told["hint"]


@pytest.mark.root
def test_a_whole_run_is_one_object_and_lines_of_progress(bench: Bench) -> None:
    command = (sys.executable, "-c", PRACTICE, "--data", str(bench.data))
    done = subprocess.run(command, capture_output=True, text=True, env=bench.env, check=False)
    told, lines = answered(done)
    assert (done.returncode, told["schema"], told["exit_code"], told["word"]) == (0, "recond.result/1", 0, "ready")
    assert [one["wipe"] for one in told["disks"]] == ["ERASED"] and told["install"]["result"] == "ok"
    assert all(Path(one).is_file() for one in (*told["certificates"], told["label"], told["record"]))
    events = [line["event"] for line in lines]
    assert {"step", "audited", "plan", "progress", "working", "note"} <= set(events) and told["errors"] == []
    plan = next(line for line in lines if line["event"] == "plan")
    assert plan["deed"] == "wipe" and len(plan["items"]) == 1 and plan["items"][0]["path"].startswith("/dev/loop")
    written = [line for line in lines if line["event"] == "progress" and line["phase"] == "write"]
    assert written and 0 <= written[-1]["done_bytes"] <= written[-1]["total_bytes"]


def test_a_plan_as_json_says_what_and_why_not() -> None:
    one, other = disk_of(1 << 30), disk_of(2 << 30, name="sdb")
    item = PlanItem(one.identity, "overwrite-aes", Level.CLEAR, then=("overwrite-zero",), wanted=Level.PURGE)
    refusal = Refusal("system", "il porte le système", "débranchez-le")
    plan = Plan(Deed.WIPE, (item,), (one,), (Protected(other, (refusal,)),), (("parce que",),), ("moins que demandé",))
    told = json.loads(json.dumps(jsonout.plan_json(plan)))
    assert told["plan"] == plan.id and told["deed"] == "wipe"
    assert told["items"][0] | {"identity": None} == {
        "path": "/dev/sda", "identity": None, "method": "overwrite-aes", "level": "clear", "verify": "full",
        "then": ["overwrite-zero"], "wanted": "purge", "why": ["parce que"], "shortfall": "moins que demandé",
    }  # fmt: skip
    assert told["protected"][0]["reasons"] == [
        {"rule": "system", "reason": "il porte le système", "hint": "débranchez-le"}
    ]
    assert told["protected"][0]["identity"]["size_bytes"] == 2 << 30


def test_what_is_printed_meanwhile_breaks_no_reader(capsys: pytest.CaptureFixture[str]) -> None:
    jsonout.begin("wipe", ["wipe", "--json"])
    try:
        print("a stray line\nand half")
        print("a warning", file=sys.stderr)
        jsonout.refuse("non", None, 3)
        jsonout.refuse("encore", "et puis", 1)
    finally:
        jsonout.end()
    out, err = capsys.readouterr()
    assert json.loads(out) == {"schema": "recond.refusal/1", "command": "wipe", "code": 3, "message": "non"}
    told = [json.loads(line) for line in err.splitlines()]
    assert [one["event"] for one in told] == ["text", "text", "text", "after"] and told[0]["text"] == "a stray line"
    assert not jsonout.on()


@pytest.mark.parametrize("words", [["audit", "--json"], ["wipe"], ["wipe", "--json", "--help"]])
def test_other_commands_speak_as_ever(words: list[str]) -> None:
    jsonout.begin(words[0], words)
    assert not jsonout.on()
