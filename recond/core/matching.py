"""Which free system suits a machine: a pure function that always says why, for what it chose and for what it left."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from recond.core.disk import Disk, Medium
from recond.core.machine import Chassis, Machine
from recond.core.profile import Profile
from recond.core.text import binary_bytes, decimal_bytes

RAM_TOLERANCE = 0.9
"""Shared graphics memory and the firmware take up to a tenth of the fitted RAM: 4 GB of modules show as 3.7."""

FAST = (Medium.SSD, Medium.NVME)


class Need(StrEnum):
    """What a machine may lack."""

    MEMORY = "memory"
    BITS = "bits"
    LEVEL = "level"
    DISK = "disk"
    SSD = "ssd"
    CHASSIS = "chassis"


@dataclass(frozen=True, slots=True)
class Lack:
    """One need that the machine does not meet; `text` goes on after the system's name: "demande 8 Go de mémoire"."""

    need: Need
    text: str


@dataclass(frozen=True, slots=True)
class Target:
    """A disk that the system could go to."""

    size_bytes: int
    medium: Medium = Medium.UNKNOWN


@dataclass(frozen=True, slots=True)
class Fit:
    """One profile against one machine. `missing` is empty when it fits; `comfortable`: with memory to spare; `intended`:
    the machine is not above what it is made for; `preferred`: how many of its preferences (SSD, touch screen) are met."""

    profile: Profile
    missing: tuple[Lack, ...]
    comfortable: bool
    intended: bool = True
    preferred: int = 0

    @property
    def why(self) -> str:
        """Return the reason in French: what is missing, or how well it fits."""
        if self.missing:
            return ", ".join(lack.text for lack in self.missing)
        if not self.intended:
            return f"convient, mais est fait pour {binary_bytes(self.profile.max_ram_bytes)} au plus"
        return "convient" if self.comfortable else "convient, mais à l'étroit"


@dataclass(frozen=True, slots=True)
class Match:
    """The choice, the sentence that explains it, and what was thought of each profile. `advice`: the way out when nothing
    was chosen, None when something was."""

    chosen: Profile | None
    explanation: str
    fits: tuple[Fit, ...]
    advice: str | None = None


def targets_of(disks: Iterable[Disk]) -> tuple[Target, ...]:
    """Return what counts of these disks."""
    return tuple(Target(disk.identity.size_bytes, disk.medium) for disk in disks)


def fit(profile: Profile, machine: Machine, targets: Sequence[Target]) -> Fit:
    """Hold one profile's needs against the machine and the disks it could go to. What is unknown does not exclude, except
    the disk: without one nothing can be installed, and one that is not known to be an SSD is none."""
    ram = machine.memory.total_bytes or machine.memory.os_visible_bytes
    missing = [*_memory(profile, ram), *_processor(profile, machine), *_disk(profile, targets)]
    kind = machine.system.chassis
    if profile.chassis and kind is not Chassis.UNKNOWN and kind not in profile.chassis:
        missing.append(Lack(Need.CHASSIS, "est fait pour " + " ou ".join(CHASSIS[one] for one in profile.chassis)))
    comfortable = ram is not None and ram >= profile.comfortable_ram_bytes * RAM_TOLERANCE
    intended = ram is None or profile.max_ram_bytes is None or ram <= profile.max_ram_bytes
    fast = any(one.medium in FAST and one.size_bytes >= profile.min_disk_bytes for one in targets)
    preferred = (profile.prefers_ssd and fast) + (profile.prefers_touch and kind is Chassis.TABLET)
    return Fit(profile, tuple(missing), comfortable, intended, preferred)


CHASSIS = {
    Chassis.LAPTOP: "les portables",
    Chassis.DESKTOP: "les PC de bureau",
    Chassis.AIO: "les tout-en-un",
    Chassis.MINI: "les mini-PC",
    Chassis.TABLET: "les tablettes",
    Chassis.SERVER: "les serveurs",
    Chassis.UNKNOWN: "les autres",
}


def _memory(profile: Profile, ram: int | None) -> list[Lack]:
    if ram is None or ram >= profile.min_ram_bytes * RAM_TOLERANCE:
        return []
    return [Lack(Need.MEMORY, f"demande {binary_bytes(profile.min_ram_bytes)} de mémoire")]


def _processor(profile: Profile, machine: Machine) -> list[Lack]:
    level = machine.cpu.level
    if machine.cpu.is_64bit is False:
        return [Lack(Need.BITS, "demande un processeur 64 bits")]
    if level is not None and level < profile.cpu_level:
        return [Lack(Need.LEVEL, f"demande un processeur x86-64-v{profile.cpu_level}")]
    return []


def _disk(profile: Profile, targets: Sequence[Target]) -> list[Lack]:
    if not targets:
        return [Lack(Need.DISK, "demande un disque")]
    large = [one for one in targets if one.size_bytes >= profile.min_disk_bytes]
    if not large:
        return [Lack(Need.DISK, f"demande un disque de {decimal_bytes(profile.min_disk_bytes)}")]
    if profile.ssd and not any(one.medium in FAST for one in large):
        return [Lack(Need.SSD, "demande un SSD")]
    return []


def match(profiles: Sequence[Profile], machine: Machine, targets: Sequence[Target]) -> Match:
    """Choose among the profiles: one that fits; comfortable before not, made for such a machine before not, more of its
    preferences met, then the higher priority, then the name. One that is not `auto` only when the stick has no other."""
    fits = tuple(fit(profile, machine, targets) for profile in sorted(profiles, key=lambda p: p.name))
    asked = [one for one in fits if one.profile.auto] or list(fits)
    good = [one for one in asked if not one.missing]
    facts = _facts(machine, targets)
    if not good:
        because = " ; ".join(f"{one.profile.title} {one.why}" for one in asked) or "aucun système sur la clé"
        return Match(None, f"{facts} -> aucun système ne convient : {because}", fits, _advice(asked))
    best = max(good, key=lambda one: (one.comfortable, one.intended, one.preferred, one.profile.priority))
    others = [f"{one.profile.title} {one.why}" for one in asked if one.missing]
    tail = f" ; {' ; '.join(others)}" if others else ""
    tight = "" if best.comfortable else " (à l'étroit)"
    return Match(best.profile, f"{facts} -> {best.profile.title}{tight}{tail}", fits)


def _facts(machine: Machine, targets: Sequence[Target]) -> str:
    ram = machine.memory.total_bytes or machine.memory.os_visible_bytes
    largest = max(targets, key=lambda one: one.size_bytes, default=None)
    words = [binary_bytes(ram) + " de mémoire" if ram else "mémoire inconnue"]
    if machine.cpu.is_64bit is False:
        words.append("processeur 32 bits")
    else:
        words.append(f"x86-64-v{machine.cpu.level}" if machine.cpu.level else "processeur inconnu")
    if largest is None:
        words.append("aucun disque")
    else:
        fast = any(one.medium in FAST for one in targets)
        words.append(f"{'SSD' if fast else 'disque'} de {decimal_bytes(_shown(targets, fast=fast))}")
    return ", ".join(words)


def _shown(targets: Sequence[Target], *, fast: bool) -> int:
    return max(one.size_bytes for one in targets if not fast or one.medium in FAST)


def _advice(fits: Sequence[Fit]) -> str:
    """Return the way out: what would make the least demanding system fit."""
    if not fits:
        return "ajoutez un système à la clé (make profiles, make image)"
    easiest = min(fits, key=lambda one: (len(one.missing), one.profile.min_ram_bytes, one.profile.min_disk_bytes))
    needs = {lack.need for lack in easiest.missing}
    profile = easiest.profile
    if Need.BITS in needs:
        return "PC 32 bits : pour pièces ou recyclage"
    ways = {
        Need.MEMORY: f"ajoutez de la mémoire, {binary_bytes(profile.min_ram_bytes)} en tout",
        Need.DISK: f"mettez un disque d'au moins {decimal_bytes(profile.min_disk_bytes)}",
        Need.SSD: "mettez un SSD",
        Need.LEVEL: "choisissez un système plus léger",
        Need.CHASSIS: "choisissez vous-même un système",
    }
    told = " et ".join(ways[need] for need in Need if need in needs and need in ways)
    return f"{told} (pour {profile.title}), ou gardez la machine pour pièces"
