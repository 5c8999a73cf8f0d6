"""Which profile fits this machine, and why; the volunteer may choose otherwise and is warned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from recond.core.machine import Machine
from recond.core.profile import Profile
from recond.core.text import binary_bytes, decimal_bytes

RAM_TOLERANCE = 0.9
"""Shared graphics memory and the firmware take up to a tenth of the fitted RAM: 4 GB of modules show as 3.7."""


@dataclass(frozen=True, slots=True)
class Fit:
    """One profile against one machine. `missing` is empty when it fits."""

    profile: Profile
    missing: tuple[str, ...]
    comfortable: bool


@dataclass(frozen=True, slots=True)
class Match:
    """The choice, with the sentence that explains it and what was thought of each other profile."""

    chosen: Profile | None
    explanation: str
    fits: tuple[Fit, ...]


def fit(profile: Profile, machine: Machine, disk_bytes: int | None) -> Fit:
    """Hold one profile's needs against the machine and the disk it would go to. What is unknown does not exclude,
    except the disk: without one nothing can be installed."""
    missing: list[str] = []
    ram = machine.memory.total_bytes or machine.memory.os_visible_bytes
    if ram is not None and ram < profile.min_ram_bytes * RAM_TOLERANCE:
        missing.append(f"demande {binary_bytes(profile.min_ram_bytes)} de mémoire")
    level = machine.cpu.level
    if machine.cpu.is_64bit is False:
        missing.append("demande un processeur 64 bits")
    elif level is not None and level < profile.cpu_level:
        missing.append(f"demande un processeur x86-64-v{profile.cpu_level}")
    if disk_bytes is None:
        missing.append("demande un disque")
    elif disk_bytes < profile.min_disk_bytes:
        missing.append(f"demande un disque de {decimal_bytes(profile.min_disk_bytes)}")
    comfortable = ram is not None and ram >= profile.comfortable_ram_bytes * RAM_TOLERANCE
    return Fit(profile, tuple(missing), comfortable)


def match(profiles: Sequence[Profile], machine: Machine, disk_bytes: int | None) -> Match:
    """Choose among the profiles: one that fits, comfortable before not, then the higher priority, then the name."""
    fits = tuple(fit(profile, machine, disk_bytes) for profile in sorted(profiles, key=lambda p: p.name))
    facts = ", ".join(
        (
            binary_bytes(machine.memory.total_bytes) + " de mémoire",
            f"x86-64-v{machine.cpu.level}" if machine.cpu.level else "processeur inconnu",
            "disque de " + decimal_bytes(disk_bytes) if disk_bytes else "aucun disque",
        )
    )
    good = [candidate for candidate in fits if not candidate.missing]
    if not good:
        because = "; ".join(f"{f.profile.title} {', '.join(f.missing)}" for f in fits) or "aucun profil sur la clé"
        return Match(None, f"{facts} -> aucun système ne convient ({because})", fits)
    best = max(good, key=lambda f: (f.comfortable, f.profile.priority))
    others = [f"{f.profile.title} {', '.join(f.missing)}" for f in fits if f.missing]
    tail = f" ; {'; '.join(others)}" if others else ""
    return Match(best.profile, f"{facts} -> {best.profile.title}{tail}", fits)
