"""The grade of a machine: the worst line decides and is printed ("B : batterie 71 %"), with what would raise it.

Law of the trade: "reconditionné" needs every function tested and the data removed; this grade says neither.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from recond.core.disk import Bus, Medium
from recond.core.machine import AuditedDisk, Chassis, Machine, Verdict
from recond.core.text import binary_bytes

GIB = 1 << 30
FITTED_SHARE = 0.9
"""What the system sees of 8 GB is less than 8 GB (video, firmware): the rest is not counted against the machine."""


@dataclass(frozen=True, slots=True)
class Grade:
    """`letter`: A, B, C or R (parts). `line`: what decided, in French. `raise_`: what would raise it, or None."""

    letter: str
    line: str
    raise_: str | None


Line = tuple[str, str, str | None]


def grade(machine: Machine, disks: Iterable[AuditedDisk] | None = None) -> Grade:
    """Return the grade. `disks`: those that stay in the machine (default: all internal ones)."""
    own = [d for d in (machine.disks if disks is None else disks) if _is_internal(d)]
    lines = [_cpu(machine), _memory(machine), _disk(own), *_battery(machine), _firmware(machine)]
    order = "ABCR"
    letter, text, better = max(lines, key=lambda line: order.index(line[0]))
    return Grade(letter, text, better if letter != "A" else None)


def _is_internal(audited: AuditedDisk) -> bool:
    disk = audited.disk
    return disk.bus is not Bus.USB and not disk.removable and disk.identity.size_bytes > 0


def _cpu(machine: Machine) -> Line:
    cpu = machine.cpu
    if cpu.is_64bit is False:
        return "R", "processeur 32 bits", "pièces seulement"
    if cpu.is_64bit is None:
        return "C", "processeur inconnu", "relancer l'audit"
    level = cpu.level or 1
    if level >= 3 and (cpu.threads or 0) >= 4:
        return "A", f"processeur x86-64-v{level}, {cpu.threads} fils", None
    if level >= 2:
        return "B", f"processeur x86-64-v{level}, {cpu.threads or '?'} fils", "processeur plus récent (v3, 4 fils)"
    return "C", "processeur x86-64-v1", "processeur plus récent"


def _memory(machine: Machine) -> Line:
    total = machine.memory.total_bytes
    if total is None:
        return "C", "mémoire inconnue", "lire la mémoire"
    text = f"mémoire {binary_bytes(total)}"
    for letter, gib, better in (("A", 8, None), ("B", 4, "8 Go"), ("C", 2, "4 Go")):
        if total >= gib * GIB * FITTED_SHARE:
            return letter, text, better and f"passer à {better} de mémoire"
    return "R", text, "passer à 2 Go de mémoire"


def _disk(disks: list[AuditedDisk]) -> Line:
    if not disks:
        return "C", "pas de disque", "monter un SSD"
    usable = [d for d in disks if d.health.verdict is not Verdict.FAIL]
    if not usable:
        return "R", "disque en panne", "remplacer le disque par un SSD"
    return min((_one_disk(d) for d in usable), key=lambda line: "ABCR".index(line[0]))


def _one_disk(audited: AuditedDisk) -> Line:
    flash = audited.disk.medium in (Medium.SSD, Medium.NVME)
    verdict = audited.health.verdict
    if flash and verdict is Verdict.PASS:
        return "A", "SSD sans signe de panne", None
    if flash and verdict is Verdict.WATCH:
        return "B", f"SSD à surveiller : {audited.health.reasons[0].text}", "remplacer le SSD"
    if flash:
        return "C", "SSD dont la santé n'a pas pu être lue", "lire la santé du SSD ou le remplacer"
    kind = "disque dur" if audited.disk.medium is Medium.HDD else "disque de type inconnu ou mémoire eMMC"
    return "C", kind, "monter un SSD"


def _battery(machine: Machine) -> list[Line]:
    portable = machine.system.chassis in (Chassis.LAPTOP, Chassis.TABLET)
    if not machine.batteries:
        return [("C", "pas de batterie", "monter une batterie")] if portable else []
    if not portable:
        return []
    lines: list[Line] = []
    for battery in machine.batteries:
        verdict, pct = battery.health.verdict, battery.health_pct
        if verdict is Verdict.UNKNOWN:
            lines.append(("C", "batterie inconnue", "vérifier la batterie"))
        else:
            letter = {Verdict.PASS: "A", Verdict.WATCH: "B"}.get(verdict, "C")
            lines.append((letter, f"batterie {pct} %", "remplacer la batterie"))
    return lines


def _firmware(machine: Machine) -> Line:
    if machine.firmware.admin_password is False:
        return "A", "firmware libre", None
    if machine.firmware.admin_password:
        return "R", "firmware verrouillé par mot de passe", "retirer le mot de passe du firmware"
    return "C", "firmware : mot de passe inconnu", "vérifier qu'aucun mot de passe ne verrouille le firmware"
