"""The invariant of the domain notes, held against what the simulated drive really holds: every rule names what it saw."""

from __future__ import annotations

from recond.core.verdict import Level, WipeVerdict
from recond.core.wiperesult import WipeResult
from recond.host.run import destroys
from tests.drives.ata import AtaDrive
from tests.drives.base import OLD, Drive
from tests.drives.nvme import NvmeDrive
from tests.drives.session import Bench

LEAST_MARKS = 128
OVERWRITES = ("overwrite-", "emmc-", "opal-")


def sins(result: WipeResult, bench: Bench) -> list[str]:
    """Return every rule that this session broke; empty = it said the truth and hurt nothing it should not."""
    drive = bench.drive
    found = [*drive.sins, *_deeds(bench)]
    if result.verdict is WipeVerdict.ERASED:
        found += _claims(result, bench)
    if isinstance(drive, AtaDrive) and drive.password is not None and result.verdict is WipeVerdict.ERASED:
        found.append("a locked drive was called erased")
    ours = isinstance(drive, AtaDrive) and drive.password in drive.known_passwords()
    if isinstance(drive, AtaDrive) and ours and result.observed.locked != drive.password and not drive.gone:
        found.append("a drive was left locked and the record does not name the password")
    return found


def _deeds(bench: Bench) -> list[str]:
    drive, found = bench.drive, []
    if isinstance(drive, NvmeDrive) and drive.spaces > 1 and drive.other != OLD * 64:
        found.append("another namespace was erased")
    for argv in bench.host.calls:
        if argv[:2] == ("nvme", "format") and not {"--ses=1", "--ses=2"} & set(argv):
            found.append("a format that erases nothing")
        if argv[0] == "hdparm" and destroys(argv) and (drive.bus == "usb" or "other-serial" in drive.lies):
            found.append("a drive's own command sent where it may reach another drive, or none")
        if argv[0] == "hdparm" and "--dco-restore" in argv and "dco" not in bench.allowed:
            found.append("a configuration was undone that nobody gave up")
    return found


def _claims(result: WipeResult, bench: Bench) -> list[str]:
    drive, seen, found = bench.drive, result.observed, []
    if OLD in drive.medium[: drive.shown]:
        found.append("ERASED, and the donor's bytes can be read")
    said = any("zones cachées" in caveat for caveat in result.caveats)
    if OLD in drive.medium[drive.shown :] and not said:
        found.append("ERASED, and the donor's bytes are in a hidden area that nobody was told of")
    if not drive.sound():
        found.append("ERASED, and places cannot be read")
    if result.method.startswith(OVERWRITES):
        if seen.bytes_written != drive.shown or seen.bytes_verified != drive.shown:
            found.append("ERASED, and not every byte was written and read back")
        if result.level is not Level.CLEAR:
            found.append("an overwrite was called purge")
    else:
        if result.method not in bench.accepted_now:
            found.append("ERASED, and the drive never took the command")
        if seen.markers_written < LEAST_MARKS or drive.survived():
            found.append("ERASED, and what was there before is there still, or nobody looked")
    wanted = bench.wanted
    if wanted is Level.PURGE and result.level is Level.CLEAR and not any("demandé" in one for one in result.caveats):
        found.append("less than was asked for, and not said")
    return found


def kind_of(drive: Drive) -> str:
    """Return a drive in a word, for messages."""
    return f"{type(drive).__name__}{sorted(drive.lies)}"
