"""The guards: why a disk may not be touched. A disk is destroyed only when no guard speaks; "cannot tell" is protected.

Each guard is a function from facts to a refusal or None; tests/unit/test_guards.py holds for each a case that must be
refused, and goes red when the guard is removed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from recond.core.disk import BootMedium, Bus, Disk, DiskIdentity
from recond.core.words import N_

STICK_LABELS = frozenset({"RECOND", "RECOND-DATA"})
"""A partition with one of these labels or names marks a recond stick (docs/contracts.md)."""

REPEATED_SERIALS = frozenset({"000000000000", "0123456789ABCDEF", "152D00539000", "DD56419883891", "123456789012"})
"""Serials that docks and bridges repeat on every unit (seen by others in the field); they identify nothing."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason why a disk is protected. `rule` is the guard's name in records; `reason` and `hint` are for people."""

    rule: str
    reason: str
    hint: str


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the guards need to know besides the disk itself.

    `all_disks`: every disk seen. `boot_medium_known`: the system knows what it was booted from, or was not booted from
    a stick at all. `practice_file`: set in practice, where only the loop device on that file may be touched.
    `named`: disk names or paths that the person asked for explicitly (USB and removable disks need it). `rewritten`: the path
    of the one recond stick that `recond stick` was asked to write anew or to update; empty everywhere else. `before`: in a
    station, the disks that were there when it started; None everywhere else.
    """

    all_disks: tuple[Disk, ...]
    boot_medium: BootMedium | None = None
    live_system: bool = False
    practice_file: str | None = None
    named: frozenset[str] = frozenset()
    rewritten: frozenset[str] = frozenset()
    before: tuple[Disk, ...] | None = None


Guard = Callable[[Disk, Surroundings], Refusal | None]


def practice_only(disk: Disk, around: Surroundings) -> Refusal | None:
    """In practice, only the practice disk; outside practice, never a loop device (it is a file of this system)."""
    if around.practice_file is None:
        if disk.bus is Bus.LOOP:
            return Refusal("loop", N_("c'est un fichier de ce système, pas un disque"), N_("rien à faire"))
        return None
    if disk.bus is not Bus.LOOP or disk.by_loop_file != around.practice_file:
        return Refusal(
            "practice", N_("l'entraînement ne touche que son propre disque d'entraînement"), N_("rien à faire")
        )
    return None


def boot_medium(disk: Disk, around: Surroundings) -> Refusal | None:
    """The stick itself, also when the system runs from a copy in memory; and any disk when the stick is not known."""
    medium = around.boot_medium
    if medium is None:
        if around.live_system:
            return Refusal(
                "boot-medium-unknown",
                N_("la clé de démarrage n'a pas pu être reconnue, aucun disque n'est sûr"),
                N_("redémarrez sur la clé ; si cela revient, signalez-le"),
            )
        return None
    if medium.netboot:
        # Started over the network: no disk of this PC carries the running system, which lies in memory.
        return None
    if _is_medium(disk, medium):
        return Refusal("boot-medium", N_("c'est la clé de démarrage de recond"), N_("elle ne sera jamais touchée"))
    return None


def _is_medium(disk: Disk, medium: BootMedium) -> bool:
    # The record was made by the initrd from sysfs, the disk is read from udev: each may spell or know less than the other,
    # so one equal mark is enough. What may be equal by chance counts together with the size only.
    same_size = medium.size_bytes == disk.identity.size_bytes
    if _equal(medium.ptuuid, disk.partition_table_id) or _equal(medium.wwn, disk.identity.wwn):
        return True
    if _equal(medium.serial, disk.identity.serial):
        return same_size or medium.size_bytes is None or str(medium.serial).upper() not in REPEATED_SERIALS
    nameless = medium.serial is None and medium.wwn is None and medium.ptuuid is None
    return medium.name == disk.name and (same_size or nameless)


def _equal(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and one.strip().lower() == other.strip().lower()


def stick_marker(disk: Disk, around: Surroundings) -> Refusal | None:
    """Any recond stick, also a second one that was not booted; but for the one that is being made anew by name."""
    if disk.path in around.rewritten & around.named:
        return None
    for part in disk.partitions:
        if part.label in STICK_LABELS or part.partition_name in STICK_LABELS:
            return Refusal(
                "stick",
                N_("c'est une clé recond (partition {name})").format(name=part.name),
                N_("retirez-la si elle gêne"),
            )
    return None


def was_there(disk: Disk, around: Surroundings) -> Refusal | None:
    """In a station, what was plugged in when it started is never offered: those are the disks of the PC that serves."""
    for old in around.before or ():
        named = old.identity.serial is not None or old.identity.wwn is not None
        same = (old.identity.model, old.identity.serial, old.identity.wwn) == (
            disk.identity.model, disk.identity.serial, disk.identity.wwn,
        )  # fmt: skip
        # A disk that was still waking up had no size yet: its name is enough then.
        if old.identity == disk.identity or (named and same):
            return Refusal(
                "was-there",
                N_("il était déjà branché au démarrage de la station"),
                N_("une station ne propose que ce qu'on y branche ensuite ; sinon : recond wipe"),
            )
    return None


def in_use(disk: Disk, around: Surroundings) -> Refusal | None:
    """Mounted, swap, or held by LVM, MD, LUKS, bcache, multipath…, found through its partitions too."""
    if not disk.uses:
        return None
    use = disk.uses[0]
    words = {
        "mount": N_("il est monté sur {by}").format(by=use.by),
        "swap": N_("il sert de mémoire d'échange ({by})").format(by=use.by),
        "root": N_("il porte le système en marche"),
    }
    reason = words.get(use.kind, N_("il est utilisé ({kind} : {by})").format(kind=use.kind, by=use.by))
    hint = N_("démontez-le ou arrêtez ce qui l'utilise, puis recommencez")
    if any(one.kind == "root" for one in disk.uses):
        hint = N_("pour effacer ce disque-là, démarrez ce PC sur la clé recond")
    return Refusal(f"in-use-{use.kind}", reason, hint)


def read_only(disk: Disk, around: Surroundings) -> Refusal | None:
    """A read-only device opens for writing and only the write fails: refused beforehand (BLKROGET)."""
    if disk.read_only:
        return Refusal(
            "read-only", N_("il est protégé en écriture"), N_("ôtez la protection (verrou, jumper) ou détruisez-le")
        )
    return None


def unreadable(disk: Disk, around: Surroundings) -> Refusal | None:
    """What could not be found out is taken for protected."""
    if disk.unknown:
        return Refusal(
            "unknown",
            N_("impossible de savoir s'il est utilisé : {why}").format(why=disk.unknown[0]),
            N_("redémarrez et relancez"),
        )
    if disk.identity.size_bytes <= 0:
        return Refusal("no-medium", N_("il n'a pas de support (taille 0)"), N_("vérifiez le branchement ou retirez-le"))
    return None


def nameless(identity: DiskIdentity) -> bool:
    """Tell whether nothing but model and size tells this disk from others of its kind."""
    return identity.wwn is None and (identity.serial is None or identity.serial.upper() in REPEATED_SERIALS)


def same_identity(disk: Disk, around: Surroundings) -> Refusal | None:
    """Two disks that cannot be told apart: one could be erased in the other's name."""
    serial = None if nameless(disk.identity) else disk.identity.serial
    twins = [
        other.path
        for other in around.all_disks
        if other.path != disk.path
        and other.identity.wwn == disk.identity.wwn
        and (other.identity.serial == disk.identity.serial if serial else True)
        and other.identity.model == disk.identity.model
        and other.identity.size_bytes == disk.identity.size_bytes
        and other.bus is not Bus.LOOP
    ]
    if twins and disk.bus is not Bus.LOOP:
        return Refusal(
            "twin",
            N_("on ne peut pas le distinguer de {twins} (même modèle, même n° de série)").format(
                twins=", ".join(twins)
            ),
            N_("débranchez l'un des deux et recommencez"),
        )
    return None


def external(disk: Disk, around: Surroundings) -> Refusal | None:
    """USB and removable disks only when asked for by name: a volunteer's own stick is often plugged in."""
    if (disk.bus is Bus.USB or disk.removable) and not ({disk.name, disk.path} & around.named):
        return Refusal(
            "external",
            N_("c'est un disque externe ou amovible"),
            N_("pour l'effacer, nommez-le : recond wipe --include-usb {path}").format(path=disk.path),
        )
    return None


GUARDS: tuple[Guard, ...] = (
    practice_only,
    boot_medium,
    stick_marker,
    was_there,
    in_use,
    read_only,
    unreadable,
    same_identity,
    external,
)


def refusals(disk: Disk, around: Surroundings, guards: Sequence[Guard] = GUARDS) -> tuple[Refusal, ...]:
    """Return every reason why this disk is protected; empty = it may be destroyed if a person confirms."""
    found = (guard(disk, around) for guard in guards)
    return tuple(refusal for refusal in found if refusal is not None)
