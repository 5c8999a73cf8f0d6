"""The grade of a machine: the worst line decides and is printed ("B : batterie 71 %"), with what would raise it.

Law of the trade: "reconditionné" needs every function tested and the data removed; this grade says neither.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from recond.core.disk import Bus, Disk, Medium
from recond.core.functional import REPAIRS, TITLES, Outcome, TestResult
from recond.core.machine import Absolute, AuditedDisk, Battery, Chassis, Machine, Memory, Verdict
from recond.core.text import binary_bytes, decimal_bytes
from recond.core.words import N_, aside, joined

GIB = 1 << 30
FITTED_SHARE = 0.9
"""What the system sees of 8 GB is less than 8 GB (video, firmware): the rest is not counted against the machine."""

ORDER = "ABCR"


class Sorting(StrEnum):
    """Where the machine goes: to be reconditioned as it is, to be repaired first, or to be taken apart."""

    RECONDITION = "recondition"
    REPAIR = "repair"
    PARTS = "parts"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the grade: its letter, what it says, what would raise it (None: nothing), whether a part is broken,
    and whether that can be repaired at all."""

    letter: str
    text: str
    better: str | None = None
    broken: bool = False
    hopeless: bool = False


@dataclass(frozen=True, slots=True)
class Grade:
    """`letter`: A, B, C or R (parts). `line`: what decided, in French. `raise_`: what would raise it, or None.

    `sorting` and `repairs`: the advice, and what is to be repaired. `lines`: every line, for who wants to know more.
    """

    letter: str
    line: str
    raise_: str | None
    sorting: Sorting = Sorting.RECONDITION
    repairs: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()


def grade(machine: Machine, disks: Iterable[AuditedDisk] | None = None, tests: Sequence[TestResult] = ()) -> Grade:
    """Return the grade. `disks`: those that stay in the machine (default: all internal ones). `tests`: what was tested;
    a test that nobody made lowers nothing, one that failed leaves C at best."""
    own = [d for d in (machine.disks if disks is None else disks) if _is_internal(d)]
    lines = [_cpu(machine), *_memory(machine), *_disks(own), *_battery(machine, tests), *_firmware(machine)]
    lines += _tests(tests)
    worst = max(lines, key=lambda line: ORDER.index(line.letter))
    better = tuple(dict.fromkeys(line.better for line in lines if line.letter == worst.letter and line.better))
    sorting, repairs = _sort(lines)
    raised = joined("; ", better) if worst.letter != "A" and better else None
    return Grade(worst.letter, worst.text, raised, sorting, repairs, tuple(lines))


def _sort(lines: Sequence[Line]) -> tuple[Sorting, tuple[str, ...]]:
    if any(line.hopeless for line in lines):
        return Sorting.PARTS, ()
    repairs = tuple(dict.fromkeys(line.better for line in lines if (line.broken or line.letter == "R") and line.better))
    return (Sorting.REPAIR, repairs) if repairs else (Sorting.RECONDITION, ())


def _is_internal(audited: AuditedDisk) -> bool:
    disk = audited.disk
    return disk.bus is not Bus.USB and not disk.removable and disk.identity.size_bytes > 0


def _cpu(machine: Machine) -> Line:
    cpu = machine.cpu
    if cpu.is_64bit is False:
        return Line("R", N_("processeur 32 bits"), N_("pièces seulement"), hopeless=True)
    if cpu.is_64bit is None:
        return Line("C", N_("processeur inconnu"), N_("relancer l'audit"))
    level = cpu.level or 1
    text = N_("processeur x86-64-v{level}").format(level=level) + (
        N_(", {threads} fils").format(threads=cpu.threads or "?") if level >= 2 else ""
    )
    if level >= 3 and (cpu.threads or 0) >= 4:
        return Line("A", text)
    if level >= 2:
        return Line("B", text, N_("processeur plus récent (v3, 4 fils)"))
    return Line("C", text, N_("processeur plus récent"))


def _memory(machine: Machine) -> list[Line]:
    memory = machine.memory
    found = [_memory_size(memory)]
    if memory.health.verdict is Verdict.FAIL:
        which = N_("la barrette") if len(memory.modules) == 1 else N_("la barrette fautive (les tester une à une)")
        found.append(
            Line(
                "R",
                N_("mémoire en panne : {text}").format(text=memory.health.reasons[0].text),
                N_("remplacer {which}").format(which=which),
                broken=True,
            )
        )
    return found


def _memory_size(memory: Memory) -> Line:
    total = memory.total_bytes
    if total is None:
        return Line("C", N_("mémoire inconnue"), N_("lire la mémoire"))
    text = N_("mémoire {binary_bytes}").format(binary_bytes=binary_bytes(total))
    for letter, gib, better in (("A", 8, None), ("B", 4, 8), ("C", 2, 4)):
        if total >= gib * GIB * FITTED_SHARE:
            return Line(letter, text, None if better is None else _more_memory(memory, better))
    more = _more_memory(memory, 2)
    return Line("R", text, more, hopeless=more is None)


def _more_memory(memory: Memory, gib: int) -> str | None:
    """Return which module to add or to change to reach so many GiB: kind and form as those that are fitted. None when all
    of it is soldered to the board and no socket is free: nothing would raise it."""
    modules = memory.modules
    kind = " ".join(part for part in (modules[0].type, modules[0].form) if part) if modules else ""
    named = f" {kind}" if kind else ""
    free = (memory.slots or 0) - (memory.slots_used or 0)
    if free <= 0 and modules and all(module.is_soldered for module in modules):
        return None
    missing = gib - sum(module.size_bytes for module in modules) // GIB
    if modules and memory.slots and memory.slots_used is not None and free > 0:
        size = next((size for size in (1, 2, 4, 8, 16, 32) if size >= missing), missing)
        return N_(
            "passer à {gib} Go de mémoire : ajouter une barrette{named} de {size} Go ({free} emplacement(s) libre(s))"
        ).format(gib=gib, named=named, size=size, free=free)
    if modules:
        loose = [module for module in modules if not module.is_soldered] or modules
        smallest = min(loose, key=lambda module: module.size_bytes)
        where = f" {smallest.slot}" if smallest.slot else ""
        return N_("passer à {gib} Go de mémoire : remplacer la barrette{where} de {binary_bytes}{named}").format(
            gib=gib, where=where, binary_bytes=binary_bytes(smallest.size_bytes), named=named
        )
    return N_("passer à {gib} Go de mémoire").format(gib=gib)


def _name(disk: Disk) -> str:
    model = disk.identity.model or N_("modèle inconnu")
    return aside(disk.name, joined(", ", (model, decimal_bytes(disk.identity.size_bytes))))


def _disks(disks: list[AuditedDisk]) -> list[Line]:
    if not disks:
        return [Line("C", N_("pas de disque"), N_("monter un SSD"))]
    dead = [one for one in disks if one.health.verdict is Verdict.FAIL]
    usable = [one for one in disks if one.health.verdict is not Verdict.FAIL]
    if not usable:
        names = joined(", ", (_name(one.disk) for one in dead))
        return [
            Line(
                "R",
                N_("disque en panne : {names}").format(names=names),
                N_("remplacer {names} par un SSD").format(names=names),
                broken=True,
            )
        ]
    best = min((_one_disk(one) for one in usable), key=lambda line: ORDER.index(line.letter))
    # A failing disk beside a good one: the machine is as good as the disk that stays, but that one has to come out.
    out = [
        Line(
            "A",
            N_("{name} en panne").format(name=_name(one.disk)),
            N_("retirer {name}").format(name=_name(one.disk)),
            broken=True,
        )
        for one in dead
    ]
    return [best, *out]


def _one_disk(audited: AuditedDisk) -> Line:
    disk, verdict = audited.disk, audited.health.verdict
    flash = disk.medium in (Medium.SSD, Medium.NVME)
    if flash and verdict is Verdict.PASS:
        return Line("A", N_("SSD sans signe de panne"))
    if flash and verdict is Verdict.WATCH:
        return Line(
            "B",
            N_("SSD à surveiller : {text}").format(text=audited.health.reasons[0].text),
            N_("remplacer {name}").format(name=_name(disk)),
        )
    if flash:
        text = N_("SSD dont la santé n'a pas pu être lue : {name}").format(name=_name(disk))
        return Line("C", text, N_("lire la santé du SSD ou le remplacer"))
    kind = N_("disque dur") if disk.medium is Medium.HDD else N_("disque de type inconnu ou mémoire eMMC")
    watched = (
        N_(", à surveiller : {text}").format(text=audited.health.reasons[0].text) if verdict is Verdict.WATCH else ""
    )
    return Line("C", kind + watched, N_("monter un SSD à la place de {name}").format(name=_name(disk)))


def _battery(machine: Machine, tests: Sequence[TestResult]) -> list[Line]:
    portable = machine.system.chassis in (Chassis.LAPTOP, Chassis.TABLET)
    if not portable:
        return []
    if any(one.name == "condition" and one.measured.get("battery_swollen") == "yes" for one in tests):
        text = N_("batterie gonflée : DANGER, ne plus la charger")
        return [Line("R", text, N_("retirer la batterie tout de suite et la remplacer"), broken=True)]
    if not machine.batteries:
        return [Line("C", N_("pas de batterie"), N_("monter une batterie"))]
    return [_one_battery(name, one.health.verdict, one.health_pct) for name, one in _named(machine)]


def _named(machine: Machine) -> list[tuple[str, Battery]]:
    several = len(machine.batteries) > 1
    return [
        (N_("la batterie {name}").format(name=one.name) if several else N_("la batterie"), one)
        for one in machine.batteries
    ]


def _one_battery(name: str, verdict: Verdict, pct: int | None) -> Line:
    if verdict is Verdict.UNKNOWN:
        return Line("C", N_("batterie inconnue"), N_("vérifier {name}").format(name=name))
    letter = {Verdict.PASS: "A", Verdict.WATCH: "B"}.get(verdict, "C")
    return Line(
        letter,
        N_("batterie {pct} %").format(pct=pct),
        N_("remplacer {name}").format(name=name),
        broken=verdict is Verdict.FAIL,
    )


def _firmware(machine: Machine) -> list[Line]:
    firmware, found = machine.firmware, []
    if firmware.absolute is Absolute.ACTIVE:
        better = N_("faire retirer Absolute par l'ancien propriétaire (il peut encore bloquer ce PC)")
        found.append(Line("R", N_("Absolute (Computrace) est actif"), better, broken=True))
    for locked, words in (
        (firmware.admin_password, N_("administrateur")),
        (firmware.power_on_password, N_("de démarrage")),
    ):
        if locked:
            text = N_("firmware verrouillé par un mot de passe {words}").format(words=words)
            found.append(
                Line("R", text, N_("retirer le mot de passe {words} du firmware").format(words=words), broken=True)
            )
    if found:
        return found
    if firmware.admin_password is False:
        return [Line("A", N_("firmware libre"))]
    better = N_("vérifier qu'aucun mot de passe ne verrouille le firmware")
    return [Line("C", N_("firmware : mot de passe inconnu"), better)]


def _tests(tests: Sequence[TestResult]) -> list[Line]:
    found = []
    for one in tests:
        if one.name == "condition":
            found += _condition(one)
        elif one.outcome is Outcome.FAIL:
            text = N_("test raté : {lower}").format(lower=TITLES[one.name].lower())
            text = aside(text, one.reasons[0]) if one.reasons else text
            found.append(Line("C", text, REPAIRS[one.name], broken=True))
    return found


def _condition(one: TestResult) -> list[Line]:
    """The look of the machine as a person judged it: classes A to E of the trade."""
    seen = str(one.measured.get("class") or "")
    letter = {"A": "A", "B": "A", "C": "B", "D": "C", "E": "R"}.get(seen)
    if letter is None:
        return []
    return [
        Line(letter, N_("aspect de classe {seen}").format(seen=seen), REPAIRS["condition"] if letter != "A" else None)
    ]
