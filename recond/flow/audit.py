"""The audit: every reader once, the disks' SMART in parallel, nothing waited for longer than its deadline."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace

from recond.core.disk import Bus, Disk, Medium
from recond.core.health import is_flash, judge_disk
from recond.core.health_memory import judge_memory
from recond.core.machine import AuditedDisk, Machine, Smart, Verdict
from recond.core.ports import Host
from recond.core.text import clean
from recond.flow import selftest
from recond.flow.selftest import SelfTests
from recond.probe import dmi as dmi_tables
from recond.probe import pysmart, smart
from recond.probe.battery import read_batteries
from recond.probe.cpu import read_cpu
from recond.probe.disks import read_disks
from recond.probe.firmware import read_firmware
from recond.probe.kernel_log import read_kernel_log
from recond.probe.memory import read_memory
from recond.probe.memory_errors import read_memory_errors
from recond.probe.network import read_networks
from recond.probe.smart_json import Json
from recond.probe.system import read_system

NO_SMART = (Bus.LOOP, Bus.VIRTIO, Bus.MMC)
"""Buses on which nothing answers SMART."""

Progress = Callable[[str], None]
Deadline = Callable[[Disk], float]


def audit(
    host: Host,
    *,
    on_progress: Progress | None = None,
    disks: tuple[Disk, ...] | None = None,
    deadline_s: Deadline = smart.deadline_s,
    tests: SelfTests | None = None,
) -> Machine:
    """Read the whole machine. `disks`: those to report (default: all that are there). `tests`: how the drives test
    themselves while the rest is read, None = they do not. Raises nothing for a part that does not answer: it is said in
    `Machine.unknown` or in the disk's reasons."""
    tell = on_progress or (lambda _: None)
    tell("disques")
    seen = read_disks(host) if disks is None else disks
    notes: list[str] = []
    if not host.is_root():
        notes.append("sans être root : santé des disques, n° de série et barrettes de mémoire ne se lisent pas")
    with ThreadPoolExecutor(max_workers=max(1, len(seen)), thread_name_prefix="smart") as pool:
        pending = [pool.submit(_ask_and_test, host, disk, deadline_s(disk), tests) for disk in seen]
        machine = _read_machine(host, tell, notes)
        if seen:
            tell("santé des disques")
        audited = tuple(_judge(disk, answer, notes) for disk, answer in zip(seen, pending, strict=True))
    return replace(machine, disks=audited, unknown=(*machine.unknown, *notes))


def _read_machine(host: Host, tell: Progress, notes: list[str]) -> Machine:
    tell("carte mère et mémoire")
    dmi, unread = dmi_tables.read(host)
    notes += unread
    counts = host.counts()
    memory, unfit = read_memory(dmi, counts.memory_bytes or None)
    notes += unfit
    memory = replace(memory, errors=read_memory_errors(host, read_kernel_log(host)))
    memory = replace(memory, health=judge_memory(memory))
    tell("batterie, firmware, réseau")
    batteries = read_batteries(host)
    return Machine(
        system=read_system(host, dmi, has_battery=bool(batteries)),
        firmware=read_firmware(host, dmi),
        cpu=read_cpu(host.read("/proc/cpuinfo", 4 << 20), counts, dmi),
        memory=memory,
        batteries=batteries,
        networks=read_networks(host),
    )


def ask(host: Host, disk: Disk, deadline_s: float) -> Json | str:
    """Return smartctl's JSON for a disk, or the sentence that says why there is none. One call; on a USB bridge that
    smartctl does not know, the usual types are tried within the same deadline."""
    if disk.bus in NO_SMART:
        return "ce type de disque ne donne pas de santé SMART"
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
    return "boîtier USB inconnu : la santé du disque ne se lit pas au travers"


def _ask_and_test(host: Host, disk: Disk, deadline_s: float, tests: SelfTests | None) -> tuple[Json | str, str | None]:
    """Return a disk's SMART (read again after its self-test) and why the test that was asked for did not end."""
    said = ask(host, disk, deadline_s)
    if tests is None or isinstance(said, str):
        return said, None
    found = smart.parse(said)
    # A drive that is failing already has nothing more to prove; the test could only finish it.
    if not selftest.applies(disk, found, said) or judge_disk(found, disk.medium).verdict is Verdict.FAIL:
        return said, None
    return selftest.run(host, disk, said, tests)


def _judge(disk: Disk, pending: Future[tuple[Json | str, str | None]], notes: list[str]) -> AuditedDisk:
    said, note = pending.result()
    if isinstance(said, str):
        found = Smart(why_not=said)
        return AuditedDisk(disk, found, judge_disk(found, disk.medium))
    found = replace(smart.parse(said), selftest_note=note)
    disk = _known_better(disk, found, said)
    doubt = pysmart.disagreement(said, found)
    if doubt is not None:
        notes.append(f"{disk.name}, {doubt}")
    return AuditedDisk(disk, found, judge_disk(found, disk.medium))


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
