"""Whole recorded machines through the whole audit: facts, verdicts, screen, and what the guards say of each disk."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from recond.core import canonical
from recond.core.destiny import Destiny
from recond.core.errors import ConfigurationFault
from recond.core.grade import grade
from recond.core.guard import Surroundings, refusals
from recond.core.labeldata import LabelOutcome, label_from_card
from recond.core.machine import Machine
from recond.core.ports import Command
from recond.flow.audit import audit
from recond.host.record import ReplayHost
from recond.ui.audit import screen

MACHINES = sorted(path.parent for path in (Path(__file__).resolve().parents[1] / "machines").glob("*/expected.json"))


def replayed(folder: Path) -> tuple[Machine, dict[str, Any]]:
    return audit(ReplayHost(folder)), json.loads((folder / "expected.json").read_text(encoding="utf-8"))


def test_there_are_recordings() -> None:
    names = {"vm-without-dmi", "qemu-clean", "qemu-in-use", "qemu-stopped", "laptop-worn-battery", "desktop-junk-names"}
    assert {folder.name for folder in MACHINES} >= names | {"two-disks-one-failing"}


@pytest.mark.parametrize("folder", MACHINES, ids=lambda path: path.name)
def test_facts(folder: Path) -> None:
    machine, expected = replayed(folder)
    assert machine.system.model == expected["model"]
    assert machine.system.serial == expected["serial"]
    assert machine.system.identity_source == expected["identity_source"]
    assert machine.memory.total_bytes == expected["memory_bytes"]
    assert (machine.firmware.uefi, machine.firmware.secure_boot.value) == tuple(expected["firmware"])
    assert machine.cpu.level == expected["cpu_level"]
    assert [network.driver for network in machine.networks] == expected["network_drivers"]
    assert grade(machine).letter == expected["grade"]
    assert list(machine.unknown) == expected["unknown"]
    if "sorting" in expected:
        assert grade(machine).sorting.value == expected["sorting"]
        assert machine.system.chassis.value == expected["chassis"]
        assert [[one.health_pct, one.health.verdict.value] for one in machine.batteries] == expected["batteries"]


@pytest.mark.parametrize("folder", MACHINES, ids=lambda path: path.name)
def test_disks_and_guards(folder: Path) -> None:
    machine, expected = replayed(folder)
    disks = tuple(audited.disk for audited in machine.disks)
    around = Surroundings(disks)
    found = {
        audited.disk.identity.serial: {
            "bus": audited.disk.bus.value,
            "medium": audited.disk.medium.value,
            "contents": audited.disk.contents,
            "uses": [[use.kind, use.by] for use in audited.disk.uses],
            "health": audited.health.verdict.value,
            "refused": [refusal.rule for refusal in refusals(audited.disk, around)],
        }
        for audited in machine.disks
    }
    assert found == expected["disks"]


@pytest.mark.parametrize("folder", MACHINES, ids=lambda path: path.name)
def test_no_placeholder_is_left_in_the_identity(folder: Path) -> None:
    machine, _ = replayed(folder)
    text = " ".join(str(value) for value in (machine.system.model, machine.system.serial, machine.system.uuid) if value)
    assert not any(word in text.lower() for word in ("o.e.m", "default string", "not specified", "product name"))


@pytest.mark.parametrize("folder", MACHINES, ids=lambda path: path.name)
def test_the_screen_fits_the_console(folder: Path) -> None:
    machine, _ = replayed(folder)
    out = io.StringIO()
    console = Console(file=out, width=79, markup=False, emoji=False, highlight=False, color_system=None)
    console.print(screen(machine, grade(machine)))
    lines = out.getvalue().splitlines()
    assert all(len(line) <= 79 for line in lines)
    assert len(lines) <= 25
    out.getvalue().encode("iso8859-15")
    assert "AUDIT" in lines[0] and f"Classe {grade(machine).letter}" in out.getvalue()


@pytest.mark.parametrize("folder", MACHINES, ids=lambda path: path.name)
def test_the_label_of_a_machine_that_was_only_audited(folder: Path) -> None:
    machine, expected = replayed(folder)
    card = {"tag": "PC-0001-8", "machine": canonical.plain(machine), "grade": expected["grade"], "disks": []}
    label = label_from_card(card)
    inside = any("external" not in disk["refused"] for disk in expected["disks"].values())
    assert label.outcome is (LabelOutcome.NOT_ERASED if inside else LabelOutcome.NO_DISK)
    assert label.method is None and label.wiped_on is None
    assert label.destiny is not Destiny.READY and label.grade == expected["grade"]
    serial = expected["serial"]
    assert label.serial_tail is None if serial is None else serial.endswith(label.serial_tail or serial)
    assert (label.model is None) == (expected["model"] is None)


@pytest.mark.parametrize("folder", MACHINES, ids=lambda path: path.name)
def test_a_replay_is_the_same_every_time(folder: Path) -> None:
    assert canonical.encode(replayed(folder)[0]) == canonical.encode(replayed(folder)[0])


def test_a_question_that_was_not_recorded_names_the_nearest() -> None:
    host = ReplayHost(next(folder for folder in MACHINES if folder.name == "qemu-clean"))
    with pytest.raises(ConfigurationFault) as caught:
        host.run(Command(("smartctl", "--json=o", "-x", "/dev/sda")))
    assert caught.value.hint is not None and "-f" in caught.value.hint
