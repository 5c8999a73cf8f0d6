"""A SAS drive as sg3-utils shows it, an eMMC chip, and a self-encrypting drive locked by Opal."""

from __future__ import annotations

import errno
from collections.abc import Mapping

from recond.core.disk import Bus, Medium
from recond.core.ports import OpalStatus
from tests.drives.ata import AtaDrive
from tests.drives.base import Answer, Drive


class ScsiDrive(Drive):
    """`features`: crypto, block, overwrite."""

    bus = Bus.SCSI
    kind = Medium.HDD

    def __init__(
        self, lies: frozenset[str] = frozenset(), *, features: frozenset[str] = frozenset({"overwrite"})
    ) -> None:
        super().__init__(lies)
        self.features = features

    def answer(self, argv: tuple[str, ...]) -> Answer:
        if argv[0] == "sg_opcodes":
            which = {"1": "overwrite", "2": "block", "3": "crypto"}[argv[1].rpartition(",")[2]]
            word = "supported [conforming to SCSI standard]" if which in self.features else "NOT supported"
            return 0, f"\n  Opcode=0x48  Service_action=0x000{argv[1][-1]}\n  Command is {word}\n".encode()
        if argv[0] == "sg_requests":
            return (5, b"") if self.silent else (0, self._sense())
        if argv[0] == "sg_sanitize":
            which = next(name for name in ("crypto", "block", "overwrite") if f"--{name}" in argv)
            if self.last == "failed":
                self.shut, self.last = False, "never"
            return self.begin(f"scsi-sanitize-{which}") if which in self.features else (5, b"")
        return 127, b""

    def _sense(self) -> bytes:
        self.tick()
        if self.last == "failed":
            return b"Fixed format, current; Sense key: Medium Error\nAdditional sense: Sanitize command failed\n"
        if self.busy:
            head = "Fixed format, current; Sense key: Not Ready\nAdditional sense: Logical unit not ready, sanitize in progress"
            return f"{head}\n  Progress indication: {self.share * 100:.2f}%\n".encode()
        return b"Fixed format, current; Sense key: No Sense\nAdditional sense: No additional sense information\n"


class EmmcDrive(Drive):
    """An eMMC chip."""

    bus = Bus.MMC
    kind = Medium.FLASH
    name = "mmcblk0"

    def answer(self, argv: tuple[str, ...]) -> Answer:
        if argv[:2] == ("blkdiscard", "--secure"):
            self.erase()
            return 0, b""
        return (0, b"") if argv[:2] == ("mmc", "sanitize") else (127, b"")

    def files(self) -> Mapping[str, bytes]:
        return {"/sys/block/mmcblk0/device/type": b"MMC\n"}


class OpalDrive(AtaDrive):
    """A SATA drive locked by Opal, with its PSID."""

    psid = b"A" * 32

    def __init__(self, lies: frozenset[str] = frozenset()) -> None:
        super().__init__(lies, features=frozenset())
        self.shut = True

    def opal_status(self) -> OpalStatus:
        return OpalStatus(supported=True, locked=self.shut)

    def opal_psid_revert(self, psid: bytes) -> None:
        if psid != self.psid:
            raise OSError(errno.EPERM, "wrong PSID")
        self.accepted.append("opal-psid")
        self.erase()
        self.shut = False

    def power_cycle(self) -> None:
        shut = self.shut
        super().power_cycle()
        self.shut = shut
