"""The audit: every reader once, the disks' SMART in parallel, nothing waited for longer than its deadline."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TypeVar

from recond.core.disk import Bus, Disk, Medium
from recond.core.health import is_flash, judge_disk
from recond.core.health_memory import judge_memory
from recond.core.machine import (
    Ata,
    AuditedDisk,
    Battery,
    Cpu,
    Firmware,
    Health,
    Machine,
    MemoryErrors,
    Reason,
    Smart,
    System,
    Verdict,
)
from recond.core.ports import Counts, Host
from recond.core.text import clean
from recond.core.words import N_, joined
from recond.flow import selftest
from recond.flow.selftest import SelfTests
from recond.flow.within import SECTION_DEADLINE_S, begin, within
from recond.probe import ata, pysmart, smart
from recond.probe import dmi as dmi_tables
from recond.probe.battery import read_batteries
from recond.probe.cpu import read_cpu
from recond.probe.disks import read_disks
from recond.probe.dmi import Dmi
from recond.probe.firmware import read_firmware
from recond.probe.gaps import read_gaps
from recond.probe.kernel_log import read_kernel_log
from recond.probe.memory import read_memory
from recond.probe.memory_errors import read_memory_errors
from recond.probe.parts import with_parts
from recond.probe.smart_json import Json
from recond.probe.system import read_system

NO_SMART = (Bus.LOOP, Bus.VIRTIO, Bus.MMC)
"""Buses on which nothing answers SMART."""

SILENT = Reason("battery-no-answer", "", "", N_("la batterie n'a pas répondu"))
SILENT_BATTERY: tuple[Battery, ...] = (Battery("?", health=Health(Verdict.UNKNOWN, (SILENT,))),)
"""Stands for batteries that could not be read in time: "none" would be a claim."""

T = TypeVar("T")
Progress = Callable[[str], None]
Deadline = Callable[[Disk], float]


def audit(
    host: Host,
    *,
    on_progress: Progress | None = None,
    disks: tuple[Disk, ...] | None = None,
    deadline_s: Deadline = smart.deadline_s,
    tests: SelfTests | None = None,
    part_deadline_s: float = SECTION_DEADLINE_S,
) -> Machine:
    """Read the whole machine. `disks`: those to report (default: all that are there). `tests`: how the drives test
    themselves while the rest is read, None = they do not. `part_deadline_s`: what each part that is no disk may take.

    Raises nothing for a part that does not answer: it is said in `Machine.unknown` or in the disk's reasons."""
    tell = on_progress or (lambda _: None)
    tell(N_("disques"))
    seen = read_disks(host) if disks is None else disks
    notes: list[str] = []
    if not host.is_root():
        notes.append(N_("sans être root : santé des disques, n° de série et barrettes de mémoire ne se lisent pas"))
    pending = [begin(partial(_ask_and_test, host, disk, deadline_s(disk), tests)) for disk in seen]
    machine = _read_machine(host, tell, notes, part_deadline_s)
    if seen:
        tell(N_("santé des disques"))
    # Each question to a disk has its deadline; what is waited for here ends by itself.
    audited = tuple(_judge(disk, wait(None), notes) for disk, wait in zip(seen, pending, strict=True))
    return replace(machine, disks=audited, unknown=(*machine.unknown, *notes))


def _read_machine(host: Host, tell: Progress, notes: list[str], deadline_s: float) -> Machine:
    """Read everything but the disks, part by part; what does not answer by its deadline is unknown and said."""

    def part(name: str, work: Callable[[], T], otherwise: T) -> T:
        tell(name)
        found = within(deadline_s, work)
        if found is None:
            notes.append(
                N_("{name} : pas de réponse en {deadline_s:.0f} s, donc inconnu").format(
                    name=name, deadline_s=deadline_s
                )
            )
        return otherwise if found is None else found

    nothing: tuple[Dmi, tuple[str, ...]] = (Dmi(), ())
    dmi, unread = part(N_("tables DMI"), lambda: dmi_tables.read(host), nothing)
    notes += unread
    counts = part(N_("mémoire vue par le système"), host.counts, Counts(0, None, None, None))
    memory, unfit = read_memory(dmi, counts.memory_bytes or None)
    notes += unfit
    silence: tuple[str | None] = (None,)
    log = part(N_("journal du noyau"), lambda: (read_kernel_log(host),), silence)[0]
    errors = part(N_("erreurs de mémoire"), lambda: read_memory_errors(host, log), MemoryErrors())
    memory = replace(memory, errors=errors)
    memory = replace(memory, health=judge_memory(memory))
    batteries = part(N_("batterie"), lambda: read_batteries(host), SILENT_BATTERY)
    machine = Machine(
        system=part(
            N_("type de machine"),
            lambda: read_system(host, dmi, has_battery=bool(batteries) and batteries is not SILENT_BATTERY),
            System(),
        ),
        firmware=part("firmware", lambda: read_firmware(host, dmi), Firmware()),
        cpu=part("processeur", lambda: read_cpu(host.read("/proc/cpuinfo", 4 << 20), counts, dmi), Cpu()),
        memory=memory,
        batteries=batteries,
    )
    machine = part(N_("composants"), lambda: with_parts(host, machine, log), machine)
    return replace(machine, gaps=part(N_("champs vides"), lambda: read_gaps(host, machine, dmi), ()))


def ask(host: Host, disk: Disk, deadline_s: float) -> Json | str:
    """Return smartctl's JSON for a disk, or the sentence that says why there is none. One call; on a USB bridge that
    smartctl does not know, the usual types are tried within the same deadline."""
    if disk.bus in NO_SMART:
        return N_("ce type de disque ne donne pas de santé SMART")
    left = deadline_s
    for kind in (None, *smart.BRIDGE_TYPES):
        done = host.run(smart.command(disk.path, left, kind))
        said = smart.load(done)
        left -= done.duration_s
        if isinstance(said, str):
            return said
        answers = smart.parse(said).available
        if answers or left <= 1 or disk.bus is not Bus.USB or (kind is None and not smart.knows_not_the_bridge(said)):
            return said
    return N_("boîtier USB inconnu : la santé du disque ne se lit pas au travers")


Answer = tuple[Json | str, str | None, Ata | None]


def _ask_and_test(host: Host, disk: Disk, deadline_s: float, tests: SelfTests | None) -> Answer:
    """Return a disk's SMART (read again after its self-test), why the test that was asked for did not end, and its lock
    and hidden sectors."""
    said = ask(host, disk, deadline_s)
    if isinstance(said, str):
        return said, None, None
    found = smart.parse(said)
    lock = ata.lock_of(said) if found.protocol == "ATA" and found.available else None
    if lock is not None and disk.bus is Bus.SATA and host.is_root():
        lock = ata.hidden_of(host, disk.path, lock)
    if tests is None:
        return said, None, lock
    return (*_test(host, disk, found, said, tests), lock)


def _test(host: Host, disk: Disk, found: Smart, said: Json, tests: SelfTests) -> tuple[Json | str, str | None]:
    # A drive that is failing already has nothing more to prove; the test could only finish it.
    if not selftest.applies(disk, found, said) or judge_disk(found, disk.medium).verdict is Verdict.FAIL:
        return said, None
    return selftest.run(host, disk, said, tests)


def _judge(disk: Disk, answer: Answer | None, notes: list[str]) -> AuditedDisk:
    said, note, lock = answer or (N_("le disque n'a pas répondu"), None, None)
    if isinstance(said, str):
        found = Smart(why_not=said)
        return AuditedDisk(disk, found, judge_disk(found, disk.medium))
    found = replace(smart.parse(said), selftest_note=note)
    disk = _known_better(disk, found, said)
    doubt = pysmart.disagreement(said, found)
    if doubt is not None:
        notes.append(joined(", ", (disk.name, doubt)))
    return AuditedDisk(disk, found, judge_disk(found, disk.medium), lock)


def _known_better(disk: Disk, found: Smart, said: Json) -> Disk:
    # Behind a bridge only the drive itself knows whether it spins; its identity stays what the guards saw.
    if not found.available:
        return disk
    medium = disk.medium
    if found.protocol == "NVMe":
        medium = Medium.NVME
    elif found.protocol == "ATA" and medium in (Medium.UNKNOWN, Medium.HDD):
        medium = Medium.SSD if is_flash(found, medium) else Medium.HDD
    return replace(
        disk,
        medium=medium,
        rpm=disk.rpm or found.rotation_rpm or None,
        firmware=disk.firmware or clean(str(said.get("firmware_version") or "")),
    )
