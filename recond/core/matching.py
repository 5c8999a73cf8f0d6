"""Which free system suits a machine: a pure function that always says why, for what it chose and for what it left."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from recond.core.disk import Disk, Medium
from recond.core.machine import Chassis, Machine
from recond.core.profile import Profile
from recond.core.text import binary_bytes, decimal_bytes
from recond.core.words import N_, aside, joined

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
            return joined(", ", (lack.text for lack in self.missing))
        if not self.intended:
            return N_("convient, mais est fait pour {binary_bytes} au plus").format(
                binary_bytes=binary_bytes(self.profile.max_ram_bytes)
            )
        return N_("convient") if self.comfortable else N_("convient, mais à l'étroit")


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
        missing.append(
            Lack(
                Need.CHASSIS,
                N_("est fait pour {kinds}").format(kinds=joined(" or ", (CHASSIS[one] for one in profile.chassis))),
            )
        )
    comfortable = ram is not None and ram >= profile.comfortable_ram_bytes * RAM_TOLERANCE
    intended = ram is None or profile.max_ram_bytes is None or ram <= profile.max_ram_bytes
    fast = any(one.medium in FAST and one.size_bytes >= profile.min_disk_bytes for one in targets)
    preferred = (profile.prefers_ssd and fast) + (profile.prefers_touch and kind is Chassis.TABLET)
    return Fit(profile, tuple(missing), comfortable, intended, preferred)


CHASSIS = {
    Chassis.LAPTOP: N_("les portables"),
    Chassis.DESKTOP: N_("les PC de bureau"),
    Chassis.AIO: N_("les tout-en-un"),
    Chassis.MINI: N_("les mini-PC"),
    Chassis.TABLET: N_("les tablettes"),
    Chassis.SERVER: N_("les serveurs"),
    Chassis.UNKNOWN: N_("les autres"),
}


def _memory(profile: Profile, ram: int | None) -> list[Lack]:
    if ram is None or ram >= profile.min_ram_bytes * RAM_TOLERANCE:
        return []
    return [
        Lack(
            Need.MEMORY,
            N_("demande {binary_bytes} de mémoire").format(binary_bytes=binary_bytes(profile.min_ram_bytes)),
        )
    ]


def _processor(profile: Profile, machine: Machine) -> list[Lack]:
    level = machine.cpu.level
    if machine.cpu.is_64bit is False:
        return [Lack(Need.BITS, N_("demande un processeur 64 bits"))]
    if level is not None and level < profile.cpu_level:
        return [Lack(Need.LEVEL, N_("demande un processeur x86-64-v{cpu_level}").format(cpu_level=profile.cpu_level))]
    return []


def _disk(profile: Profile, targets: Sequence[Target]) -> list[Lack]:
    if not targets:
        return [Lack(Need.DISK, N_("demande un disque"))]
    large = [one for one in targets if one.size_bytes >= profile.min_disk_bytes]
    if not large:
        return [
            Lack(
                Need.DISK,
                N_("demande un disque de {decimal_bytes}").format(decimal_bytes=decimal_bytes(profile.min_disk_bytes)),
            )
        ]
    if profile.ssd and not any(one.medium in FAST for one in large):
        return [Lack(Need.SSD, N_("demande un SSD"))]
    return []


def match(profiles: Sequence[Profile], machine: Machine, targets: Sequence[Target]) -> Match:
    """Choose among the profiles: one that fits; comfortable before not, made for such a machine before not, more of its
    preferences met, then the higher priority, then the name. One that is not `auto` only when the stick has no other."""
    fits = tuple(fit(profile, machine, targets) for profile in sorted(profiles, key=lambda p: p.name))
    asked = [one for one in fits if one.profile.auto] or list(fits)
    good = [one for one in asked if not one.missing]
    facts = _facts(machine, targets)
    if not good:
        because = joined("; ", (joined(": ", (one.profile.titled, one.why)) for one in asked)) or N_(
            "aucun système sur la clé"
        )
        return Match(
            None,
            N_("{facts} -> aucun système ne convient : {because}").format(facts=facts, because=because),
            fits,
            _advice(asked),
        )
    best = max(good, key=lambda one: (one.comfortable, one.intended, one.preferred, one.profile.priority))
    others = [joined(": ", (one.profile.titled, one.why)) for one in asked if one.missing]
    title = best.profile.titled if best.comfortable else aside(best.profile.titled, N_("à l'étroit"))
    return Match(best.profile, joined("; ", (joined(" -> ", (facts, title)), *others)), fits)


def _facts(machine: Machine, targets: Sequence[Target]) -> str:
    ram = machine.memory.total_bytes or machine.memory.os_visible_bytes
    largest = max(targets, key=lambda one: one.size_bytes, default=None)
    words: list[str] = [N_("{size} de mémoire").format(size=binary_bytes(ram)) if ram else N_("mémoire inconnue")]
    if machine.cpu.is_64bit is False:
        words.append(N_("processeur 32 bits"))
    else:
        words.append(f"x86-64-v{machine.cpu.level}" if machine.cpu.level else N_("processeur inconnu"))
    if largest is None:
        words.append(N_("aucun disque"))
    else:
        fast = any(one.medium in FAST for one in targets)
        size = decimal_bytes(_shown(targets, fast=fast))
        words.append((N_("un SSD de {size}") if fast else N_("un disque de {size}")).format(size=size))
    return joined(", ", words)


def _shown(targets: Sequence[Target], *, fast: bool) -> int:
    return max(one.size_bytes for one in targets if not fast or one.medium in FAST)


def _advice(fits: Sequence[Fit]) -> str:
    """Return the way out: what would make the least demanding system fit."""
    if not fits:
        return N_("ajoutez un système à la clé (make profiles, make image)")
    easiest = min(fits, key=lambda one: (len(one.missing), one.profile.min_ram_bytes, one.profile.min_disk_bytes))
    needs = {lack.need for lack in easiest.missing}
    profile = easiest.profile
    if Need.BITS in needs:
        return N_("PC 32 bits : pour pièces ou recyclage")
    ways = {
        Need.MEMORY: N_("ajoutez de la mémoire, {binary_bytes} en tout").format(
            binary_bytes=binary_bytes(profile.min_ram_bytes)
        ),
        Need.DISK: N_("mettez un disque d'au moins {decimal_bytes}").format(
            decimal_bytes=decimal_bytes(profile.min_disk_bytes)
        ),
        Need.SSD: N_("mettez un SSD"),
        Need.LEVEL: N_("choisissez un système plus léger"),
        Need.CHASSIS: N_("choisissez vous-même un système"),
    }
    told = N_(" et ").join(ways[need] for need in Need if need in needs and need in ways)
    return N_("{told} (pour {title}), ou gardez la machine pour pièces").format(told=told, title=profile.titled)
