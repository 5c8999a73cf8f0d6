"""The grade: the worst line decides and is printed."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from recond.core.disk import Bus, Disk, DiskIdentity, Medium
from recond.core.functional import Outcome, TestResult
from recond.core.grade import Sorting, grade
from recond.core.machine import (
    Absolute,
    AuditedDisk,
    Battery,
    Chassis,
    Cpu,
    Firmware,
    Health,
    Machine,
    Memory,
    MemoryModule,
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
        ({"firmware": Firmware(admin_password=False, power_on_password=True)}, "R", "de démarrage"),
        ({"firmware": Firmware(admin_password=False, absolute=Absolute.ACTIVE)}, "R", "Absolute"),
    ],
)
def test_the_worst_line_decides(changed: dict[str, Any], letter: str, line: str) -> None:
    found = grade(machine(**changed))
    assert found.letter == letter
    assert line in found.line
    assert (found.raise_ is None) == (letter == "A")


def test_what_would_raise_it_names_the_module_and_the_disk() -> None:
    two = (MemoryModule("DIMM A", 2 * GIB, "DDR3", "SODIMM"), MemoryModule("DIMM B", 2 * GIB, "DDR3", "SODIMM"))
    full = grade(machine(memory=Memory(4 * GIB, slots=2, slots_used=2, modules=two)))
    assert full.raise_ == "passer à 8 Go de mémoire : remplacer la barrette DIMM A de 2 Go DDR3 SODIMM"
    free = grade(machine(memory=Memory(2 * GIB, slots=2, slots_used=1, modules=two[:1])))
    assert (
        free.raise_ is not None
        and "ajouter une barrette DDR3 SODIMM de 2 Go (1 emplacement(s) libre(s))" in free.raise_
    )
    old = grade(machine(disks=(disk(Medium.HDD),)))
    assert old.raise_ == "monter un SSD à la place de sda (M, 100 Go)"


def test_every_line_of_the_worst_letter_is_to_be_raised() -> None:
    found = grade(machine(disks=(disk(Medium.HDD),), firmware=Firmware(admin_password=None)))
    assert found.letter == "C" and found.raise_ is not None
    assert "SSD" in found.raise_ and "mot de passe" in found.raise_


def result(name: str, outcome: Outcome, **facts: str) -> TestResult:
    return TestResult(name, outcome, ("3 touches muettes",), tuple(facts.items()))


BAD = Health(Verdict.FAIL, (Reason("memory-test", "1", "0", "1 erreur"),))


@pytest.mark.parametrize(
    ("changed", "tests", "letter", "sorting", "repair"),
    [
        ({}, (), "A", Sorting.RECONDITION, ""),
        ({"cpu": Cpu(is_64bit=False)}, (), "R", Sorting.PARTS, ""),
        ({"disks": (disk(verdict=Verdict.FAIL),)}, (), "R", Sorting.REPAIR, "remplacer sda (M, 100 Go) par un SSD"),
        ({"disks": (disk(verdict=Verdict.FAIL), disk())}, (), "A", Sorting.REPAIR, "retirer sda"),
        ({"memory": Memory(8 * GIB, health=BAD)}, (), "R", Sorting.REPAIR, "remplacer la barrette"),
        ({"memory": Memory(GIB)}, (), "R", Sorting.REPAIR, "passer à 2 Go"),
        ({"firmware": Firmware(admin_password=True)}, (), "R", Sorting.REPAIR, "mot de passe"),
        ({}, (result("keyboard", Outcome.FAIL),), "C", Sorting.REPAIR, "remplacer le clavier"),
        ({}, (result("keyboard", Outcome.NOT_DONE), result("lid", Outcome.NA)), "A", Sorting.RECONDITION, ""),
        ({}, (TestResult("condition", Outcome.PASS, (), (("class", "C"),)),), "B", Sorting.RECONDITION, ""),
        ({}, (TestResult("condition", Outcome.FAIL, (), (("class", "E"),)),), "R", Sorting.REPAIR, "coque"),
        ({"system": PORTABLE, "batteries": (battery(85, Verdict.PASS),)},
         (TestResult("condition", Outcome.FAIL, (), (("class", "B"), ("battery_swollen", "yes"))),), "R", Sorting.REPAIR,
         "retirer la batterie"),
    ],
)  # fmt: skip
def test_sorting(
    changed: dict[str, Any], tests: tuple[TestResult, ...], letter: str, sorting: Sorting, repair: str
) -> None:
    found = grade(machine(**changed), tests=tests)
    assert (found.letter, found.sorting) == (letter, sorting)
    assert any(repair in one for one in found.repairs) if repair else not found.repairs
