"""scripts/anonymise: nothing that identifies is left in a recording, and it still replays to the same judgement."""

from __future__ import annotations

import base64
import importlib.util
import json
import shutil
from collections.abc import Iterator
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType

import pytest

from recond.core.guard import Surroundings, refusals
from recond.core.machine import Machine
from recond.flow.audit import audit
from recond.host.record import ReplayHost

ROOT = Path(__file__).resolve().parents[2]
MACHINES = sorted(path.parent for path in (ROOT / "tests" / "machines").glob("*/calls.ndjson"))
KEY = b"test"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    loader = SourceFileLoader("anonymise", str(ROOT / "scripts" / "anonymise"))
    spec = importlib.util.spec_from_loader("anonymise", loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def copied(source: Path, to: Path) -> Path:
    shutil.copytree(source, to / source.name)
    return to / source.name


def replayed(folder: Path) -> tuple[Machine, list[list[str]]]:
    host = ReplayHost(folder)
    machine = audit(host)
    disks = tuple(one.disk for one in machine.disks)
    around = Surroundings(disks)
    return machine, [[refusal.rule for refusal in refusals(disk, around)] for disk in disks]


def identifying(machine: Machine) -> Iterator[str]:
    system = machine.system
    yield from (one for one in (system.serial, system.uuid, system.board_serial, system.chassis_serial) if one)
    yield from (net.mac for net in machine.networks if net.mac)
    for audited in machine.disks:
        yield from (one for one in (audited.disk.identity.serial, audited.disk.identity.wwn) if one and len(one) > 3)


@pytest.mark.parametrize("folder", MACHINES, ids=lambda path: path.name)
def test_who_it_is_changes_and_what_it_is_does_not(script: ModuleType, folder: Path, tmp_path: Path) -> None:
    before, refused = replayed(folder)
    copy = copied(folder, tmp_path)
    _, left = script.anonymise(copy, KEY)
    assert left == []
    after, refused_after = replayed(copy)
    raw = (copy / "calls.ndjson").read_text()
    decoded = b"".join(
        base64.b64decode(call["answer"]["base64"])
        for call in map(json.loads, raw.splitlines())
        if isinstance(call["answer"], dict) and "base64" in call["answer"]
    )
    for value in identifying(before):
        assert value not in raw and value.encode() not in decoded, value
    assert len(set(identifying(after))) == len(set(identifying(before)))
    assert refused_after == refused
    assert (after.system.model, after.cpu, after.memory) == (before.system.model, before.cpu, before.memory)
    assert [one.health for one in after.disks] == [one.health for one in before.disks]
    assert after.unknown == before.unknown


def test_the_same_value_gets_the_same_twin_everywhere(script: ModuleType, tmp_path: Path) -> None:
    copy = copied(ROOT / "tests" / "machines" / "qemu-clean", tmp_path)
    script.anonymise(copy, KEY)
    machine, _ = replayed(copy)
    nvme = next(one for one in machine.disks if one.disk.name == "nvme0n1").disk.identity
    raw = (copy / "calls.ndjson").read_text()
    assert nvme.serial is not None and len(nvme.serial) == len("NVME0042")
    assert raw.count(nvme.serial) == (ROOT / "tests/machines/qemu-clean/calls.ndjson").read_text().count("NVME0042")
    assert nvme.wwn is not None and nvme.serial.encode().hex() in nvme.wwn
    assert nvme.serial in (copy / "expected.json").read_text()


def test_another_key_gives_other_names(script: ModuleType, tmp_path: Path) -> None:
    texts = []
    for number in (1, 2):
        copy = copied(MACHINES[0], tmp_path / str(number))
        script.anonymise(copy, bytes([number]))
        texts.append((copy / "calls.ndjson").read_text())
    assert texts[0] != texts[1]


def test_placeholders_and_people(script: ModuleType) -> None:
    disguise = script.Disguise(KEY)
    call = {
        "ask": "read",
        "what": "/proc/self/mountinfo",
        "answer": {"text": "8:1 / /home/marie.durand rw\n8:2 / /media/Photos2019 rw\n aa:bb:cc:01:02:03"},
    }
    script.learn(call, disguise)
    script.learn_output("\tSerial Number: To Be Filled By O.E.M.\n\tSerial Number: PF0ABC12\n", disguise)
    script.learn_output("ID_FS_LABEL=RECOND-DATA\nID_FS_LABEL=Sauvegarde Marie\n", disguise)
    made = json.dumps(script.rewrite(call, disguise))
    assert "marie" not in made and "Photos" not in made and "aa:bb:cc:" in made and "01:02:03" not in made
    text = disguise.text("To Be Filled By O.E.M. PF0ABC12 RECOND-DATA Sauvegarde Marie Sauvegarde_Marie")
    assert text.startswith("To Be Filled By O.E.M. ") and "RECOND-DATA" in text
    assert "PF0ABC12" not in text and "Marie" not in text
