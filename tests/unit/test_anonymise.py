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
from typing import Any

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


def call(path: str, data: bytes) -> dict[str, Any]:
    return {"ask": "read", "what": path, "answer": {"base64": base64.b64encode(data).decode()}}


def after(script: ModuleType, *calls: dict[str, Any]) -> list[bytes]:
    disguise = script.Disguise(KEY)
    for one in calls:
        script.learn(one, disguise)
    return [script.unpack(script.rewritten(one, disguise)["answer"]) for one in calls]


def test_raw_tables_lose_their_numbers_without_dmidecodes_help(script: ModuleType) -> None:
    system = (
        bytes([1, 27, 1, 0, 1, 2, 0, 3]) + bytes(range(16, 32)) + bytes([6, 0, 0]) + b"LENOVO\0ThinkPad\0PF1XYZ88\0\0"
    )
    module = bytes([17, 28, 2, 0]) + bytes(20) + bytes([1, 2, 0, 0]) + b"9A8B7C6D\0INV-0042\0\0"
    junk = bytes([3, 21, 3, 0, 0, 10, 0, 1]) + bytes(13) + b"To Be Filled By O.E.M.\0\0"
    (found,) = after(script, call("/sys/firmware/dmi/tables/DMI", system + module + junk))
    assert b"LENOVO" in found and b"ThinkPad" in found and b"To Be Filled By O.E.M." in found
    assert not any(one in found for one in (b"PF1XYZ88", b"9A8B7C6D", b"INV-0042", bytes(range(16, 32))))
    assert len(found) == len(system + module + junk)


def test_a_display_and_a_windows_key_are_rewritten_with_a_right_checksum(script: ModuleType) -> None:
    edid = bytearray(b"\0\xff\xff\xff\xff\xff\xff\0" + bytes(120))
    edid[8:12], edid[12:16] = b"\x10\xac\x7b\xa0", b"L013"
    edid[54:72] = b"\0\0\0\xff\0CN0D4J1274\n  "
    edid[72:90] = b"\0\0\0\xfc\0DELL U2412M\n "
    edid[127] = -sum(edid[:127]) & 0xFF
    msdm = bytearray(b"MSDM\x55\0\0\0\x03\0" + b"LENOVOTP-JB " + bytes(34) + b"ABCDE-FGHJK-12345-MNPQR-TVWXY")
    msdm[9] = -sum(msdm) & 0xFF
    shown, key = after(
        script,
        call("/sys/class/drm/card0-eDP-1/edid", bytes(edid)),
        call("/sys/firmware/acpi/tables/MSDM", bytes(msdm)),
    )
    assert b"CN0D4J1274" not in shown and b"L013" not in shown and b"DELL U2412M" in shown and shown[8:12] == edid[8:12]
    assert sum(shown) % 256 == 0 and len(shown) == 128
    assert b"FGHJK" not in key and b"TVWXY" not in key and key[:4] == b"MSDM"
    assert sum(key) % 256 == 0 and len(key) == len(msdm)


def test_the_kernels_log_tells_nobody_who_it_was(script: ModuleType) -> None:
    log = "[  2.1] usb 2-1: SerialNumber: 4C530001230719\n[  3.0] systemd[1]: Hostname set to <pc-de-marie>.\n"
    one = {"ask": "run", "what": ["dmesg"], "answer": {"stdout": {"text": log}, "stderr": {"text": ""}, "status": 0}}
    disguise = script.Disguise(KEY)
    script.learn(one, disguise)
    text = json.dumps(script.rewritten(one, disguise))
    assert "4C530001230719" not in text and "marie" not in text and "usb 2-1: SerialNumber: " in text
