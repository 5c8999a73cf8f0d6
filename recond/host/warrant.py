"""The right to destroy. `issue` is the only maker: it looks again, compares, asks the guards again, and holds the disk."""

from __future__ import annotations

import errno
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from recond.core.disk import Disk
from recond.core.errors import GuardError, PlanChanged
from recond.core.guard import Surroundings, nameless, refusals
from recond.core.plan import Deed, Plan, same_id
from recond.core.ports import BlockDevice, Warrant
from recond.core.words import N_
from recond.host import block

RETAKE_S = 5.0
"""How long udev may look at a disk after a tool let it go, before that counts as "in use"."""

_SEAL = object()


class DiskWarrant:
    """The right to destroy one disk; see `core.ports.Warrant`. Built by `issue` alone."""

    def __init__(self, seal: object, disk: Disk, plan_id: str, look: Callable[[], tuple[Disk, ...]]) -> None:
        if seal is not _SEAL:
            raise GuardError(N_("une autorisation ne se fabrique pas, elle s'obtient d'un plan confirmé"))
        self._disk = disk
        self._plan_id = plan_id
        self._look = look
        self._device: block.DirectDevice | None = None
        self._lent = False
        self._closed = False
        self._take()

    @property
    def disk(self) -> Disk:
        """Return the disk as it was seen when the warrant was made."""
        return self._disk

    @property
    def plan_id(self) -> str:
        """Return the short id of the confirmed plan."""
        return self._plan_id

    def covers(self, path: str) -> bool:
        """Tell whether the path is this disk or a part of it, and the warrant is still open."""
        if self._closed or (self._device is None and not self._lent):
            return False
        own = self._disk.path
        separator = "p" if own[-1].isdigit() else ""
        # An NVMe format is sent to the namespace's block device; the controller itself is never covered: it may have
        # other namespaces with somebody else's data.
        return re.fullmatch(re.escape(own) + f"({separator}[0-9]+)?", path) is not None

    def device(self) -> BlockDevice:
        """Return the disk opened for reading and writing. Raises GuardError once the warrant is closed or lent."""
        if self._device is None:
            raise GuardError(N_("l'autorisation pour {disk} n'est plus valable").format(disk=self._disk.describe()))
        return self._device

    @contextmanager
    def lend(self) -> Iterator[None]:
        """Let go of the exclusive hold for a tool that wants its own, then look again and take it back."""
        self._drop()
        self._lent = True
        try:
            yield
        finally:
            self._lent = False
        if self._closed:
            raise GuardError(N_("l'autorisation pour {disk} n'est plus valable").format(disk=self._disk.describe()))
        self._take(patience_s=RETAKE_S)
        self.check_same(self._look())

    def check_same(self, disks: tuple[Disk, ...]) -> None:
        """Raise PlanChanged unless the path still leads to the planned disk. Asked while the disk is held: what is
        seen under its name then is what is held: a held disk's device number is not given to another."""
        seen = next((disk for disk in disks if disk.path == self._disk.path), None)
        if seen is None or seen.identity != self._disk.identity:
            self._drop()
            raise PlanChanged(
                N_("{disk} n'est plus le même disque").format(disk=self._disk.describe()),
                N_("vérifiez les branchements et recommencez"),
            )

    def close(self) -> None:
        """Give the right back; the warrant covers nothing any more. The kernel looks at the partition table again."""
        self._closed = True
        if self._device is not None:
            self._device.forget_partitions()
        self._drop()

    def _drop(self) -> None:
        if self._device is not None:
            self._device.close()
            self._device = None

    def _take(self, patience_s: float = 0.0) -> None:
        fd = self._hold(patience_s)
        try:
            if block.is_read_only(fd):
                raise GuardError(
                    N_("{disk} est protégé en écriture").format(disk=self._disk.describe()),
                    N_("ôtez la protection ou détruisez-le"),
                )
            if block.size_of(fd) != self._disk.identity.size_bytes:
                raise PlanChanged(
                    N_("{disk} a changé de taille").format(disk=self._disk.describe()),
                    N_("débranchez, rebranchez et recommencez"),
                )
            self._device = block.DirectDevice(fd)
        except BaseException:
            os.close(fd)
            raise

    def _hold(self, patience_s: float) -> int:
        deadline = time.monotonic() + patience_s
        while True:
            try:
                return block.open_exclusive(self._disk.path)
            except OSError as error:
                if error.errno == errno.EBUSY and time.monotonic() < deadline:
                    time.sleep(0.1)
                    continue
                raise GuardError(
                    _refused(self._disk, error), N_("aucune écriture n'a été faite sur ce disque")
                ) from error


def _refused(disk: Disk, error: OSError) -> str:
    if error.errno == errno.EBUSY:
        return N_("{disk} est utilisé par un autre programme").format(disk=disk.describe())
    return N_("{disk} ne s'ouvre pas : {strerror}").format(disk=disk.describe(), strerror=os.strerror(error.errno or 0))


def _check_nameless(plan: Plan, fresh: Plan) -> None:
    # A dock gives the disk put in second the serial number of the first: then the place and the contents, as they were
    # shown to the person, must be the same too. (Not for an installation: its wipe has just changed the contents.)
    now = {disk.identity: _place_and_contents(disk) for disk in fresh.disks}
    for disk in plan.disks if plan.deed is not Deed.INSTALL else ():
        if nameless(disk.identity) and now.get(disk.identity) != _place_and_contents(disk):
            raise PlanChanged(
                N_("{disk} n'a pas de numéro à lui, et n'est plus comme le plan {id} l'a montré").format(
                    disk=disk.describe(), id=plan.id
                ),
                N_("vérifiez les branchements, relisez le nouveau plan et confirmez-le"),
            )


def _place_and_contents(disk: Disk) -> tuple[object, ...]:
    return disk.sys_path, disk.partition_table_id, disk.partitions, disk.signature


def issue(plan: Plan, confirmation: str, reread: Callable[[], tuple[Plan, Surroundings]]) -> tuple[Warrant, ...]:
    """Make one warrant for each item of the plan. See `core.ports.Host.issue` for what is raised."""
    if not same_id(confirmation, plan):
        raise PlanChanged(
            N_("le plan confirmé ({confirmation}) n'est pas celui-ci ({id})").format(
                confirmation=confirmation or N_("aucun"), id=plan.id
            ),
            N_("relisez le plan et confirmez son numéro"),
        )
    fresh, around = reread()
    if fresh.full_id != plan.full_id:
        raise PlanChanged(
            N_("les disques ont changé depuis le plan {id} (maintenant {id2})").format(id=plan.id, id2=fresh.id),
            N_("vérifiez les branchements, relisez le nouveau plan et confirmez-le"),
        )
    _check_nameless(plan, fresh)
    for disk in fresh.disks:
        spoken = refusals(disk, around)
        if spoken:
            raise GuardError(
                N_("{disk} est protégé : {reason}").format(disk=disk.describe(), reason=spoken[0].reason),
                spoken[0].hint,
            )

    def look() -> tuple[Disk, ...]:
        return reread()[1].all_disks

    made: list[DiskWarrant] = []
    try:
        for disk in fresh.disks:
            made.append(DiskWarrant(_SEAL, disk, plan.id, look))
        # A swap of disks between the look above and the hold shows now that nothing can be swapped any more.
        seen = look()
        for held in made:
            held.check_same(seen)
    except BaseException:
        for warrant in made:
            warrant.close()
        raise
    return tuple(made)
