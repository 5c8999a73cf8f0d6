"""Histories of drives: what hypothesis draws, and the fixed ones that every mutant is held against."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from random import Random

from hypothesis import strategies as st

from recond.core.errors import GuardError
from recond.core.verdict import Level
from tests.drives import ata, nvme
from tests.drives.ata import AtaDrive, UsbBridge
from tests.drives.base import COMMON_LIES, IO_LIES, SLOTS, Drive
from tests.drives.nvme import NvmeDrive
from tests.drives.others import EmmcDrive, OpalDrive, ScsiDrive
from tests.drives.session import Bench, Vault
from tests.drives.truth import kind_of, sins


@dataclass(frozen=True)
class Sitting:
    """One session: the level asked for, when the power goes or the person stops it, and what happens before the next."""

    level: Level = Level.CLEAR
    cut_at: int | None = None
    same_boot: bool = False
    stop_at: int | None = None


@dataclass(frozen=True)
class History:
    """A drive and its sessions."""

    make: Callable[[], Drive]
    sittings: tuple[Sitting, ...] = (Sitting(),)
    allowed: frozenset[str] = frozenset()
    full_stick: bool = False


def live(history: History) -> list[str]:
    """Go through a history; return every rule broken, with the drive's name."""
    drive = history.make()
    bench = Bench(drive, vault=Vault(broken=history.full_stick), allowed=history.allowed)
    method = None
    if isinstance(drive, OpalDrive):
        bench.psid, method = "A" * 32, "opal-psid"
    found: list[str] = []
    for sitting in history.sittings:
        level = Level.CLEAR if method else sitting.level
        try:
            result = bench.wipe(level=level, method=method, cut_at=sitting.cut_at, stop_at=sitting.stop_at)
        except GuardError:
            pass
        else:
            found += [f"{kind_of(drive)} {result.method}: {sin}" for sin in sins(result, bench)]
        bench.power_cycle(same_boot=sitting.same_boot)
    return found


def _lies(*more: str) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from((*COMMON_LIES, *IO_LIES, *more)), max_size=3)


def _some(*names: str) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(names))


ATA = st.builds(
    lambda lies, features, hidden, rotating, password, frozen: (
        lambda: AtaDrive(lies, features=features, hidden=hidden, rotating=rotating, password=password, frozen=frozen)
    ),
    _lies(*ata.LIES),
    _some("crypto", "block", "overwrite", "security", "enhanced"),
    st.sampled_from((None, None, "hpa", "dco")),
    st.booleans(),
    st.sampled_from((None, None, None, "p", "somebody's")),
    st.sampled_from((False, False, True)),
)
USB = st.builds(lambda lies: lambda: UsbBridge(lies), _lies())
NVME = st.builds(
    lambda lies, features, spaces, running: lambda: NvmeDrive(lies, features=features, spaces=spaces, running=running),
    _lies(*nvme.LIES),
    _some("crypto", "block", "overwrite", "format", "format-crypto"),
    st.sampled_from((1, 1, 1, 2)),
    st.booleans(),
)
SCSI = st.builds(
    lambda lies, features: lambda: ScsiDrive(lies, features=features), _lies(), _some("crypto", "block", "overwrite")
)
EMMC = st.builds(lambda lies: lambda: EmmcDrive(lies), _lies())
OPAL = st.builds(lambda lies: lambda: OpalDrive(lies), _lies())

NONE = frozenset[str]()
EVERYTHING = frozenset({"crypto", "block", "overwrite", "security", "enhanced", "format", "format-crypto"})

SITTING = st.builds(
    Sitting,
    st.sampled_from(Level),
    st.one_of(st.none(), st.integers(1, 2 * SLOTS)),
    st.booleans(),
    st.one_of(st.none(), st.none(), st.integers(1, 2 * SLOTS)),
)


def histories(drives: st.SearchStrategy[Callable[[], Drive]]) -> st.SearchStrategy[History]:
    """Return histories of these drives: one or two sessions with power cuts between them."""
    sittings = st.lists(SITTING, min_size=1, max_size=2).map(tuple)
    return st.builds(History, drives, sittings, _some("dco"), st.sampled_from((False, False, False, True)))


def fixed() -> list[History]:
    """Return the histories that name a danger each: one lie at a time on every kind of drive, and the known traps.

    In an order of their own, so that a broken rule is met early.
    """
    found = list(_fixed())
    Random(7).shuffle(found)
    return found


def _fixed() -> Iterator[History]:
    twice = (Sitting(Level.PURGE), Sitting())
    for lie in (*COMMON_LIES, *IO_LIES, *ata.LIES, *nvme.LIES):
        one = frozenset({lie})
        for features in (EVERYTHING, EVERYTHING - {"crypto", "block", "overwrite"}, NONE):
            yield History(partial(AtaDrive, one, features=features), twice)
            yield History(partial(NvmeDrive, one, features=features), twice)
        yield History(partial(ScsiDrive, one, features=EVERYTHING), twice)
        yield History(partial(EmmcDrive, one), twice)
        yield History(partial(UsbBridge, one, features=EVERYTHING), twice)
        yield History(partial(OpalDrive, one), twice)
        for features in (EVERYTHING, NONE):
            yield History(partial(AtaDrive, one, features=features, hidden="hpa"), twice)
    # The first method fails after it zeroed a part; the last one lets the donor's data come back from below all marks.
    back = frozenset({"fails-at-57", "forgets-writes"})
    yield History(partial(NvmeDrive, back, features=EVERYTHING), twice)
    yield from _cut()
    for hidden in ("hpa", "dco"):
        for allowed in (NONE, frozenset({"dco"})):
            yield History(partial(AtaDrive, hidden=hidden), twice, allowed)
            yield History(partial(AtaDrive, features=NONE, hidden=hidden), twice, allowed)
    for password in ("p", "somebody's"):
        yield History(partial(AtaDrive, password=password), twice)
    yield History(partial(AtaDrive, frozen=True), twice)
    yield History(AtaDrive, twice, full_stick=True)
    for spaces in (1, 2):
        for running in (False, True):
            yield History(partial(NvmeDrive, features=EVERYTHING, spaces=spaces, running=running), twice)


def _cut() -> Iterator[History]:
    for at in (1, 40, 100, SLOTS, SLOTS + 20):
        for same in (False, True):
            cut = (Sitting(cut_at=at, same_boot=same), Sitting())
            yield History(partial(AtaDrive, features=NONE), cut)
            yield History(partial(AtaDrive, features=NONE), (Sitting(stop_at=at, same_boot=same), Sitting()))
            yield History(AtaDrive, cut)
            yield History(NvmeDrive, cut)
