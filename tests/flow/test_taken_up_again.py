"""A run that is taken up again believes the medium, not the record: the PC may have been used in between."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from recond.core.errors import ExitCode
from recond.core.installing import layout
from recond.core.labeldata import LabelOutcome, internal_verdicts, outcome_of
from recond.core.projection import project
from recond.core.settings import Settings
from recond.flow import practice_disk
from recond.flow.chain import Chain
from recond.flow.practice_disk import NAME
from recond.flow.run import run
from recond.host.local import LocalHost
from recond.sink.store import Store
from tests.flow.conftest import Bench
from tests.flow.test_nothing_done import Silent

pytestmark = pytest.mark.root

PRACTICE = ("practice", "--no-serve", "--size", "1280")


def verdicts(bench: Bench) -> list[str]:
    """Return how each wipe of the practice ended."""
    return [event["payload"]["verdict"] for event in bench.events() if event["type"] == "wipe.disk"]


def cut_off(bench: Bench) -> Path:
    """Kill a practice as its installation begins, detach its disk as a power cut would, and return the disk's file."""
    bench.start(*PRACTICE)
    bench.wait_for("install.started", 120)
    bench.kill()
    bench.free_loops()
    return bench.practice / "disk" / NAME


def test_a_disk_partitioned_by_somebody_else_meanwhile_is_erased_again(bench: Bench) -> None:
    disk = cut_off(bench)
    table = b'label: gpt\nstart=1MiB, size=600MiB, name="famille"\n'
    subprocess.run(("sfdisk", "--quiet", "--wipe", "always", str(disk)), input=table, check=True)
    done = bench.run(*PRACTICE, "--resume")
    assert done.returncode == 0, done.stdout + done.stderr
    assert verdicts(bench) == ["ERASED", "ERASED"], "what is there now was never erased"
    assert project(bench.events())["ready"] is True


def test_a_disk_that_another_stick_finished_meanwhile_is_erased_again(bench: Bench) -> None:
    """The same partitions to the byte, but not this run's: somebody may have lived on it since."""
    disk = cut_off(bench)
    table = b"label-id: 0F0F0F0F-0000-4000-8000-00000000CAFE\n" + layout(disk.stat().st_size).script().encode()
    subprocess.run(("sfdisk", "--quiet", str(disk)), input=table, check=True)
    done = bench.run(*PRACTICE, "--resume")
    assert done.returncode == 0, done.stdout + done.stderr
    assert verdicts(bench) == ["ERASED", "ERASED"]


def test_an_erased_disk_written_to_meanwhile_is_erased_again(bench: Bench) -> None:
    disk = cut_off(bench)
    (path,) = (bench.practice / "journal").glob("*.ndjson")
    lines = path.read_bytes().split(b"\n")
    last = next(n for n, line in enumerate(lines) if json.loads(line)["type"] == "wipe.disk")
    path.write_bytes(b"\n".join(lines[: last + 1]) + b"\n")  # as if the cut had come just after the wipe
    with disk.open("r+b") as file:
        file.write(b"photos de famille".ljust(1 << 20))
    done = bench.run(*PRACTICE, "--resume")
    assert done.returncode == 0, done.stdout + done.stderr
    assert verdicts(bench) == ["ERASED", "ERASED"]


def test_the_word_given_for_a_wipe_does_not_cover_an_installation_in_a_later_sitting(bench: Bench) -> None:
    disk = cut_off(bench)
    host, talk = LocalHost(), Silent()
    images = (Path(bench.env["RECOND_PROFILES"]),)
    with practice_disk.attached(host, disk):
        chain = Chain(host, Store(bench.practice, host), Settings(), talk, images, practice_file=str(disk))
        outcome = run(chain, "practice")
    assert outcome.code is ExitCode.CANCELLED, [fault.message for fault in talk.faults]
    kinds = [one["type"] for one in bench.events()]
    assert kinds.count("install.started") == 1 and kinds.count("wipe.started") == 1


def test_a_disk_that_comes_after_the_audit_keeps_the_machine_from_ending_well(bench: Bench) -> None:
    process = bench.start(*PRACTICE)
    bench.wait_for("wipe.started")
    # The same file on a second device: a second disk of this machine that nobody asked about.
    disk = bench.practice / "disk" / NAME
    subprocess.run(("losetup", "--find", str(disk)), check=True)
    code = process.wait(timeout=300)
    bench.process = None
    card: dict[str, Any] = project(bench.events())
    assert outcome_of(internal_verdicts(card)) is LabelOutcome.NOT_ERASED and not card["ready"]
    assert code == 11
