"""`recond audit` through the command line on recorded machines: its JSON, its recordings, its refusals, hostile names."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from recond.cli.main import run
from recond.core.errors import ExitCode
from recond.core.grade import grade
from recond.flow.audit import audit
from recond.host.record import ReplayHost
from recond.ui.audit import screen

MACHINES = Path(__file__).resolve().parents[1] / "machines"


def answer(capsysbinary: pytest.CaptureFixture[bytes], *words: str) -> tuple[int, bytes, str]:
    code = run(list(words))
    out = capsysbinary.readouterr()
    return code, out.out, out.err.decode()


def test_json_is_one_object_with_its_schema(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    words = ("--replay", str(MACHINES / "qemu-in-use"), "audit", "--json", "--id", "mdl-0042-2")
    code, out, _ = answer(capsysbinary, *words)
    found = json.loads(out)
    assert code == ExitCode.OK
    assert found["schema"] == "recond.audit/1"
    assert found["tag"] == "MDL-0042-2"
    assert found["machine"]["schema"] == "recond.machine/1"
    assert set(found["grade"]) == {"letter", "line", "raise", "sorting", "repairs", "lines"}
    assert len(found["machine"]["disks"]) == 5


def test_a_recording_of_a_replay_is_the_same_machine(
    tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    _, first, _ = answer(
        capsysbinary, "--replay", str(MACHINES / "qemu-uefi"), "audit", "--json", "--record", str(tmp_path / "new")
    )
    _, second, _ = answer(capsysbinary, "--replay", str(tmp_path / "new"), "audit", "--json")
    assert first == second


def test_the_table_names_disks_and_says_where_it_was_recorded(
    tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    words = ("--replay", str(MACHINES / "qemu-clean"), "audit", "--record", str(tmp_path / "r"))
    code, out, _ = answer(capsysbinary, *words)
    text = out.decode()
    assert code == ExitCode.OK
    for expected in ("Atelier Durand Portable 14", "DURAND HDD 1G, DONORHDD1", "[ OK ]", "[ -- ]", "Classe C"):
        assert expected in text
    assert (tmp_path / "r" / "calls.ndjson").stat().st_size > 10_000


def test_a_wrong_tag_is_refused_before_anything_is_read(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    code, out, err = answer(capsysbinary, "--replay", str(MACHINES / "qemu-clean"), "audit", "--id", "MDL-0042-3")
    assert (code, out) == (ExitCode.USAGE, b"")
    assert "MDL-0042-3" in err and "->" in err


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    (tmp_path / "file").write_text("")
    words = ("--replay", str(MACHINES / "qemu-clean"), "audit", "--record", str(tmp_path / "file"))
    code, _, err = answer(capsysbinary, *words)
    assert code == ExitCode.ENVIRONMENT
    assert "impossible d'enregistrer" in err


def test_a_folder_that_is_no_recording_is_said(tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    code, _, err = answer(capsysbinary, "--replay", str(tmp_path), "audit")
    assert code == ExitCode.CONFIGURATION
    assert "calls.ndjson" in err


def test_hostile_names_stay_text() -> None:
    machine = audit(ReplayHost(MACHINES / "qemu-clean"))
    evil = "[red]disk[/red] 硬盘 :bomb: " + "X" * 150
    disks = tuple(
        replace(one, disk=replace(one.disk, identity=replace(one.disk.identity, model=evil))) for one in machine.disks
    )
    machine = replace(machine, disks=disks, system=replace(machine.system, product=evil), unknown=(evil,))
    out = io.StringIO()
    console = Console(file=out, width=79, markup=False, emoji=False, highlight=False, color_system=None)
    console.print(screen(machine, grade(machine)))
    assert "[red]disk[/red] ?? :bomb:" in out.getvalue()
    assert all(len(line) <= 79 for line in out.getvalue().splitlines())


@pytest.mark.timeout(10)
def test_a_recorded_self_test_is_replayed_at_once(tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    words = ("--replay", str(MACHINES / "laptop-worn-battery"), "audit", "--json")
    found = [json.loads(answer(capsysbinary, *words, *more)[1]) for more in ((), ("--record", str(tmp_path / "r")))]
    for one in found:
        tested = {disk["disk"]["name"]: disk["smart"]["selftest"] for disk in one["machine"]["disks"]}
        assert tested == {"nvme0n1": None, "sda": "passed", "sdb": None}
    plain = json.loads(answer(capsysbinary, *words, "--no-selftest")[1])
    assert [disk["smart"]["selftest"] for disk in plain["machine"]["disks"]] == [None, None, None]
