"""The whole chain as its user runs it: to the end, killed in the wipe, killed in the installation, and resumed."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from recond.core.event import chain_fault
from recond.core.labeldata import LabelOutcome, internal_verdicts, outcome_of
from recond.core.projection import project
from recond.flow.practice_disk import MARKER, NAME, markers_left
from tests.flow.conftest import Bench

pytestmark = pytest.mark.root

PRACTICE = ("practice", "--no-serve", "--size", "1024", "--keep-disk")


def outcome(bench: Bench) -> LabelOutcome:
    """Return the big word of the label that the record allows now."""
    return outcome_of(internal_verdicts(project(bench.events())))


def label_reads(bench: Bench) -> LabelOutcome:
    """Return what the card beside the label said when the label was drawn last."""
    (path,) = (bench.practice / "records").glob("*.json")
    return outcome_of(internal_verdicts(json.loads(path.read_text())))


def test_practice_ends_ready_with_nothing_of_the_donor_left(bench: Bench) -> None:
    done = bench.run(*PRACTICE)
    assert done.returncode == 0, done.stdout + done.stderr
    disk = bench.practice / "disk" / NAME
    assert markers_left(disk) == 0
    assert subprocess.run(("grep", "-c", "-a", MARKER.decode(), str(disk)), capture_output=True).returncode == 1
    assert list((bench.practice / "labels").glob("*.png")) and list((bench.practice / "labels").glob("*.pdf"))
    assert len(list((bench.practice / "certificates").glob("*.json"))) == 1
    events = bench.events()
    assert chain_fault(events) is None
    assert project(events)["ready"] is True
    assert events[-1]["type"] == "run.ended" and events[-1]["payload"]["exit_code"] == 0
    for word in ("Étiquette", "Certificat", "Fiche"):
        assert word in done.stdout


def test_big_systems_beside_the_small_one_do_not_spoil_a_practice(bench: Bench, tmp_path: Path) -> None:
    """Somebody who built the desktops too tries `make run`: the practice disk is too small for them, and for nothing else."""
    (small,) = Path(bench.env["RECOND_PROFILES"]).glob("*.json")
    told = json.loads(small.read_bytes())
    for kept in small.parent.iterdir():
        (tmp_path / "images").mkdir(exist_ok=True)
        (tmp_path / "images" / kept.name).symlink_to(kept)
    profile = {**told["profile"], "name": "grand", "needs": {**told["profile"]["needs"], "disk_gib": 50}}
    big = {**told, "name": "grand", "profile": profile}
    (tmp_path / "images" / "grand.json").write_text(json.dumps(big))
    (tmp_path / "images" / "grand.squashfs").symlink_to(small.with_suffix(".squashfs"))
    bench.env["RECOND_PROFILES"] = str(tmp_path / "images")
    done = bench.run(*PRACTICE)
    assert done.returncode == 0, done.stdout + done.stderr
    asked = bench.run(*PRACTICE, "--profile", "grand")
    assert asked.returncode == 0 and "choisi quand même" in asked.stdout, asked.stdout + asked.stderr
    typo = bench.run(*PRACTICE, "--profile", "gran")
    assert typo.returncode == 2 and "au choix" in typo.stderr


def test_killed_in_the_wipe_the_record_and_the_label_say_so_and_the_run_resumes(bench: Bench) -> None:
    bench.start(*PRACTICE)
    bench.wait_for("wipe.started")
    bench.kill()
    card = project(bench.events())
    assert [disk["wipe"] for disk in card["disks"]] == ["INTERRUPTED"] and card["ready"] is False
    assert outcome(bench) is LabelOutcome.NOT_ERASED
    assert label_reads(bench) is LabelOutcome.NOT_ERASED, "the label was drawn before the first byte was written"
    shown = bench.run("show")  # the workshop's own records hold nothing of the practice
    assert shown.returncode == 2
    done = bench.run(*PRACTICE, "--resume")
    assert done.returncode == 0, done.stdout + done.stderr
    events = bench.events()
    assert chain_fault(events) is None, "the resumed run continues the chain"
    verdicts = [event["payload"]["verdict"] for event in events if event["type"] == "wipe.disk"]
    assert verdicts == ["INTERRUPTED", "ERASED"]
    assert project(events)["ready"] is True
    assert markers_left(bench.practice / "disk" / NAME) == 0


def test_killed_in_the_installation_the_next_run_keeps_the_wipe_and_installs(bench: Bench) -> None:
    bench.start(*PRACTICE)
    bench.wait_for("install.started", 120)
    bench.kill()
    card = project(bench.events())
    assert card["install"]["result"] == "interrupted" and card["ready"] is False
    done = bench.run(*PRACTICE, "--resume")
    assert done.returncode == 0, done.stdout + done.stderr
    events = bench.events()
    kinds = [event["type"] for event in events]
    assert kinds.count("wipe.disk") == 1, "a disk read back as erased in this run is not wiped again"
    results = [event["payload"]["result"] for event in events if event["type"] == "install.completed"]
    assert results == ["interrupted", "ok"]
    assert project(events)["ready"] is True


def test_ctrl_c_in_the_wipe_is_recorded_as_interrupted(bench: Bench) -> None:
    import signal

    process = bench.start(*PRACTICE)
    bench.wait_for("wipe.started")
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=60) == 130
    verdicts = [event["payload"]["verdict"] for event in bench.events() if event["type"] == "wipe.disk"]
    assert verdicts == ["INTERRUPTED"]
    assert outcome(bench) is LabelOutcome.NOT_ERASED


def test_an_unreachable_server_costs_nothing_and_loses_nothing(bench: Bench) -> None:
    enrolment = {"schema": "recond.enrolment/1", "url": "http://127.0.0.1:9", "token": "x", "pin": None}
    bench.practice.mkdir(parents=True)
    (bench.practice / "enrolment.json").write_text(json.dumps(enrolment))
    done = bench.run(*PRACTICE)
    assert done.returncode == 21, done.stdout + done.stderr
    assert "PRET" in done.stdout and "en attente" in done.stdout
    waiting = sorted(path.stem for path in Path(bench.practice / "outbox").glob("*.json"))
    assert waiting == sorted(event["id"] for event in bench.events())
