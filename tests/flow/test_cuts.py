"""The power goes at many points of an installation: the record and the label never say more than is so, and the run ends."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from recond.core.event import chain_fault
from recond.core.labeldata import label_from_card
from recond.core.projection import project
from recond.core.runstate import read_run
from recond.install import mounts
from tests.flow.conftest import Bench

pytestmark = pytest.mark.root

PRACTICE = ("practice", "--no-serve", "--size", "1024", "--keep-disk")
VICTIM = Path(__file__).with_name("cut_victim.py")

POINTS = (
    ("Contrôle de l'image", "0.5"),
    ("Partitions", "-"),
    ("Systèmes de fichiers", "-"),
    ("Copie du système", "0.3"),
    ("Copie du système", "0.8"),
    ("Réglages", "-"),
    ("Démarrage", "-"),
    ("Secteur de démarrage", "-"),
    ("Contrôle du démarrage", "-"),
    ("Contrôle des fichiers", "0.0"),
    ("fin", "-"),
)


def cut(bench: Bench, title: str, share: str, *more: str) -> None:
    """Let it run to that point, then cut: the process dies, the mount and the loop device are gone as after a reboot."""
    words = bench.command(*PRACTICE, *more)[3:]
    died = subprocess.run((sys.executable, str(VICTIM), title, share, *words), env=bench.env, capture_output=True)
    assert died.returncode == -signal.SIGKILL, f"{title} {share}: {died.stdout.decode()}{died.stderr.decode()}"
    for root in mounts.BASE.glob("*/root"):
        subprocess.run(("umount", str(root)), capture_output=True)
    bench.free_loops()


def test_cut_at_every_step_then_finished(bench: Bench) -> None:
    for number, (title, share) in enumerate(POINTS):
        cut(bench, title, share, *(("--resume",) if number else ()))
        events = bench.events()
        at = f"{title} {share}"
        assert chain_fault(events) is None, at
        state = read_run(events)
        begun = number > 0  # the first cut came before anything was written
        assert state.install == ("started" if begun else None) and state.ended is None, at
        card = project(events)
        assert card["ready"] is False and card["state"] != "ready", at
        if begun:
            assert card["install"]["result"] == "interrupted", at
            assert label_from_card(card).os == "installation interrompue", at
        (kept,) = (bench.practice / "records").glob("*.json")
        assert json.loads(kept.read_text())["ready"] is False, at
    done = bench.run(*PRACTICE, "--resume")
    assert done.returncode == 0, done.stdout + done.stderr
    events = bench.events()
    assert project(events)["ready"] is True
    assert [one["payload"]["verdict"] for one in events if one["type"] == "wipe.disk"] == ["ERASED"], "one wipe, kept"
    ends = [one["payload"]["result"] for one in events if one["type"] == "install.completed"]
    assert ends == ["interrupted"] * (len(POINTS) - 1) + ["ok"], "each cut is told, and one good end"
