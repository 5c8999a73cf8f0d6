"""Write a whole image onto a USB stick and read it back: the stick is called written only after its SHA-256 is the image's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from recond.core.disk import Disk
from recond.core.errors import ConfigurationFault, GuardError, InstallFailed
from recond.core.guard import Surroundings
from recond.core.plan import Deed, Plan, PlanItem
from recond.core.ports import BlockDevice, Host
from recond.core.stick import MIB, StickLayout, read_layout, stick_refusals
from recond.core.words import N_, joined
from recond.erase.medium.buffers import PageBuffer
from recond.flow.stick_device import copy_in, read_back, read_table, write_bytes
from recond.flow.stick_image import ImageFile, hash_range

Tell = Callable[[str, float | None], None]
Look = Callable[[], tuple[tuple[Disk, ...], Surroundings]]
"""Looks at all disks now; the surroundings name the one disk that may be written."""

FAILED = N_("cette clé ne démarre plus : recommencez, ou prenez-en une autre")


@dataclass(frozen=True, slots=True)
class Written:
    """What was observed: the SHA-256 of what was read back, equal to the image's."""

    disk: Disk
    sha256: str
    bytes_written: int
    duration_s: float


def current(host: Host, disk: Disk) -> StickLayout | None:
    """Return the recond partitions on a disk as it is now; None when it is no recond stick or cannot be read."""
    try:
        device = host.reader(disk)
    except OSError:
        return None
    try:
        return read_layout(read_table(device))
    except OSError:
        return None
    finally:
        host.close_reader(device)


def make_plan(disk: Disk, deed: str, image_sha256: str) -> Plan:
    """Return the plan to write (or update with) that very image."""
    return Plan(Deed.STICK, (PlanItem(disk.identity, f"{deed} {image_sha256}"),), (disk,))


def reread(look: Look, plan: Plan, need_bytes: int) -> Callable[[], tuple[Plan, Surroundings]]:
    """Return how the host looks again just before it gives the right to write. Raises GuardError when the disk is gone, or
    is none that may become a stick."""

    def again() -> tuple[Plan, Surroundings]:
        disks, around = look()
        disk = next((one for one in disks if one.identity == plan.items[0].identity), None)
        if disk is None:
            raise GuardError(N_("la clé choisie n'est plus là"), N_("rebranchez-la et recommencez"))
        spoken = stick_refusals(disk, around, need_bytes)
        if spoken:
            raise GuardError(
                N_("{disk} ne sera pas écrite : {reason}").format(disk=disk.describe(), reason=spoken[0].reason),
                spoken[0].hint,
            )
        return Plan(Deed.STICK, plan.items, (disk,)), around

    return again


def write(host: Host, image: ImageFile, sha256: str, plan: Plan, confirmation: str, look: Look, tell: Tell) -> Written:
    """Write and read back. Raises GuardError, PlanChanged (nothing modified), InstallFailed from the first byte on."""
    start = host.moment().mono_s
    if plan.deed is not Deed.STICK or [item.method for item in plan.items] != [f"write {sha256}"]:
        raise ConfigurationFault(N_("le plan {id} n'est pas celui de cette image").format(id=plan.id))
    (warrant,) = host.issue(plan, confirmation, reread(look, plan, image.size_bytes))
    try:
        seen = _write(warrant.device(), image, tell)
    except OSError as error:
        raise InstallFailed(joined(": ", (warrant.disk.describe(), error.strerror or error)), FAILED) from error
    finally:
        warrant.close()
    if seen != sha256:
        raise InstallFailed(
            N_("{disk} : ce qui est relu n'est pas l'image (SHA-256 {seen}…)").format(
                disk=warrant.disk.describe(), seen=seen[:16]
            ),
            N_("la clé est défectueuse, ou sa taille est fausse : ne vous en servez pas"),
        )
    return Written(warrant.disk, seen, image.size_bytes, host.moment().mono_s - start)


def _write(device: BlockDevice, image: ImageFile, tell: Tell) -> str:
    # The tables go first and come last: a stick pulled out in between does not start, and shows nothing of what was there.
    zeros = PageBuffer(MIB)
    device.write_from(0, zeros.view)
    tail = device.size_bytes // MIB * MIB - MIB
    if tail >= image.size_bytes:
        write_bytes(device, tail, bytes(device.size_bytes - tail))
    copy_in(device, MIB, image.path, MIB, image.size_bytes - MIB, lambda share: tell(N_("Écriture"), share))
    tell(N_("La cle finit d'ecrire"), None)
    device.flush()
    copy_in(device, 0, image.path, 0, MIB, lambda share: None)
    device.flush()
    return read_back(device, 0, image.size_bytes, lambda share: tell(N_("Relecture"), share))


def hash_image(image: ImageFile, tell: Tell) -> str:
    """Return the SHA-256 of the whole image file."""
    return hash_range(image.path, 0, image.size_bytes, lambda share: tell(N_("Contrôle de l'image"), share))
