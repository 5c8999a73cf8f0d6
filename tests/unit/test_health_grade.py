"""The grade: the worst line decides and is printed."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from recond.core.disk import Bus, Disk, DiskIdentity, Medium
from recond.core.grade import grade
from recond.core.machine import (
    AuditedDisk,
    Battery,
    Chassis,
    Cpu,
    Firmware,
    Health,
    Machine,
    Memory,
    Reason,
    Smart,
    System,
    Verdict,
)

GIB = 1 << 30


def disk(medium: Medium = Medium.SSD, verdict: Verdict = Verdict.PASS, **changed: Any) -> AuditedDisk:
    base = Disk("sda", "/dev/sda", "/sys/x", DiskIdentity("M", "S", None, 10**11), bus=Bus.SATA, medium=medium)
    return AuditedDisk(
        dataclasses.replace(base, **changed), Smart(), Health(verdict, (Reason("r", "", "", "usure 85 %"),))
    )


def machine(**changed: Any) -> Machine:
    base = Machine(
        system=System(chassis=Chassis.DESKTOP),
        firmware=Firmware(admin_password=False),
        cpu=Cpu(is_64bit=True, level=3, threads=4),
        memory=Memory(total_bytes=8 * GIB),
        disks=(disk(),),
    )
    return dataclasses.replace(base, **changed)


def battery(pct: int, verdict: Verdict) -> Battery:
    return Battery("BAT0", 50000, 500 * pct, pct, health=Health(verdict, ()))


PORTABLE = System(chassis=Chassis.LAPTOP)


@pytest.mark.parametrize(
    ("changed", "letter", "line"),
    [
        ({}, "A", ""),
        ({"cpu": Cpu(is_64bit=True, level=3, threads=2)}, "B", "processeur"),
        ({"cpu": Cpu(is_64bit=True, level=2, threads=8)}, "B", "processeur"),
        ({"cpu": Cpu(is_64bit=True, level=1, threads=8)}, "C", "processeur"),
        ({"cpu": Cpu(is_64bit=False)}, "R", "32 bits"),
        ({"memory": Memory(total_bytes=int(7.7 * GIB))}, "A", ""),
        ({"memory": Memory(total_bytes=4 * GIB)}, "B", "4 Go"),
        ({"memory": Memory(total_bytes=2 * GIB)}, "C", "2 Go"),
        ({"memory": Memory(total_bytes=GIB)}, "R", "1 Go"),
        ({"disks": (disk(verdict=Verdict.WATCH),)}, "B", "usure 85 %"),
        ({"disks": (disk(verdict=Verdict.UNKNOWN),)}, "C", "SSD"),
        ({"disks": (disk(Medium.HDD),)}, "C", "disque dur"),
        ({"disks": ()}, "C", "pas de disque"),
        ({"disks": (disk(verdict=Verdict.FAIL),)}, "R", "panne"),
        ({"disks": (disk(verdict=Verdict.FAIL), disk())}, "A", ""),
        ({"disks": (disk(bus=Bus.USB),)}, "C", "pas de disque"),
        ({"system": PORTABLE}, "C", "pas de batterie"),
        ({"system": PORTABLE, "batteries": (battery(85, Verdict.PASS),)}, "A", ""),
        ({"system": PORTABLE, "batteries": (battery(71, Verdict.WATCH),)}, "B", "batterie 71 %"),
        ({"system": PORTABLE, "batteries": (battery(40, Verdict.FAIL),)}, "C", "batterie 40 %"),
        ({"firmware": Firmware(admin_password=None)}, "C", "mot de passe"),
        ({"firmware": Firmware(admin_password=True)}, "R", "verrouillé"),
    ],
)
def test_the_worst_line_decides(changed: dict[str, Any], letter: str, line: str) -> None:
    found = grade(machine(**changed))
    assert found.letter == letter
    assert line in found.line
    assert (found.raise_ is None) == (letter == "A")
