"""A SATA drive: ATA Security (SEC0 to SEC6), SANITIZE (SD0 to SD3), HPA and DCO, as hdparm 9.65 shows them."""

from __future__ import annotations

import re
from collections.abc import Callable

from recond.core.disk import Bus, Medium
from tests.drives.base import SLOT, SLOTS, Answer, Drive

LIES = (
    "hpa-refuses",
    "hpa-says-nothing",
    "erase-leaves-hidden",
    "keeps-password",
    "ignores-set-password",
    "security-rc0-aborts",
    "other-serial",
    "empty-identify",
)


class AtaDrive(Drive):
    """`features`: crypto, block, overwrite, security, enhanced. `hidden`: None, "hpa" or "dco"."""

    def __init__(
        self,
        lies: frozenset[str] = frozenset(),
        *,
        features: frozenset[str] = frozenset({"security", "enhanced"}),
        hidden: str | None = None,
        rotating: bool = False,
        password: str | None = None,
        frozen: bool = False,
    ) -> None:
        super().__init__(lies, hidden_slots=16 if hidden else 0)
        self.kind = Medium.HDD if rotating else Medium.SSD
        self.features = features
        self.native = len(self.medium) // SLOT if hidden == "hpa" else SLOTS
        self.factory = len(self.medium) // SLOT
        self.pending = SLOTS
        self.password = password
        self.shut = password is not None
        self.bios_freezes = frozen
        self.frozen = frozen
        self.tries = 5
        self.known_passwords: Callable[[], list[str]] = list

    # -- what hdparm prints ---------------------------------------------------------------------------------------
    def page(self) -> bytes:
        """Return IDENTIFY DEVICE as `hdparm --Istdout` prints it."""
        words = [0] * 256
        words[0], words[83] = 0x0040, 0x4400
        serial = "OTHER" if "other-serial" in self.lies else self.serial
        text = serial.ljust(20).encode()
        words[10:20] = [int.from_bytes(text[n : n + 2], "big") for n in range(0, 20, 2)]
        sectors = self.shown // 512
        words[60], words[100] = sectors, sectors
        bits = {"crypto": 13, "overwrite": 14, "block": 15}
        own = sum(1 << bit for name, bit in bits.items() if name in self.features)
        words[59] = own | (1 << 12 if own else 0)
        if "security" in self.features:
            flags = [True, self.password is not None, self.shut and self.password is not None, self.frozen]
            flags += [self.tries <= 0, "enhanced" in self.features]
            words[128] = sum(bit << place for place, bit in enumerate(flags))
            words[89] = words[90] = 1
        words[255] = 0xA5
        data = b"".join(word.to_bytes(2, "little") for word in words)
        words[255] |= (-sum(data) % 256) << 8
        lines = [" ".join(f"{word:04x}" for word in words[n : n + 8]) for n in range(0, 256, 8)]
        return ("\n/dev/sda:\n" + "\n".join(lines) + "\n").encode()

    def sanitize_status(self) -> bytes:
        """Return what `hdparm --sanitize-status` prints."""
        self.tick()
        lines = ["", "/dev/sda:", "Issuing SANITIZE_STATUS command", "Sanitize status:"]
        if self.last == "failed":
            lines.append("    State:    SD3 Sanitize Operation Failed")
        elif self.busy:
            share = int(self.share * 0x10000)
            lines += ["    State:    SD2 Sanitize operation In Process"]
            lines += [f"    Progress: 0x{share:x} ({share * 100 // 0x10000}%)"]
        else:
            lines.append("    State:    SD0 Sanitize Idle")
            if self.last == "done":
                lines.append("    Last Sanitize Operation Completed Without Error")
        return "\n".join(lines).encode() + b"\n"

    def max_sectors(self) -> bytes:
        """Return what `hdparm -N` prints."""
        if "hpa-says-nothing" in self.lies:
            return b"\n/dev/sda:\n"
        state = "enabled" if self.native > self.pending else "disabled"
        return f"\n/dev/sda:\n max sectors   = {self.shown // 512}/{self.native}, HPA is {state}\n".encode()

    def overlay(self) -> Answer:
        """Return what `hdparm --dco-identify` prints."""
        if self.factory == self.native:
            return 5, b""
        return (
            0,
            f"\n/dev/sda:\nDCO Checksum verified.\nDCO Revision: 0x0002\n\tReal max sectors: {self.factory}\n".encode(),
        )

    # -- commands -------------------------------------------------------------------------------------------------
    def answer(self, argv: tuple[str, ...]) -> Answer:
        if argv[0] != "hdparm" or self.bus is Bus.USB:
            # An adapter that swallows what it does not know and says "done".
            return (0, b"") if argv[0] == "hdparm" else (127, b"")
        words = [word for word in argv[1:-1] if word != "--yes-i-know-what-i-am-doing"]
        first = words[0]
        if first == "--Istdout":
            return (0, b"\n/dev/sda:\n") if "empty-identify" in self.lies else (0, self.page())
        if first == "-N":
            return 0, self.max_sectors()
        if first == "--dco-identify":
            return self.overlay()
        if first == "--sanitize-status":
            if self.silent:
                return 5, b""
            return 0, self.sanitize_status()
        if first.startswith("-Np"):
            return self._set_max(int(first[3:]))
        if first == "--dco-restore":
            self.native, self.pending = self.factory, self.factory
            return 0, b""
        if first.startswith("--sanitize-"):
            return self._sanitize(words)
        return self._security(words)

    def _set_max(self, sectors: int) -> Answer:
        if "hpa-refuses" in self.lies or sectors > self.native:
            return 0, b""
        self.pending = sectors
        return 0, b""

    def _sanitize(self, words: list[str]) -> Answer:
        which = {"--sanitize-crypto-scramble": "crypto", "--sanitize-block-erase": "block"}.get(words[0], "overwrite")
        if which not in self.features or self.frozen:
            return 5, b""
        if self.last == "failed":
            self.shut, self.last = False, "never"
        return self.begin(f"ata-sanitize-{which}")

    def _security(self, words: list[str]) -> Answer:
        assert words[:2] == ["--user-master", "u"], words
        what, given = words[2], words[3]
        if self.frozen or "security" not in self.features or self.busy:
            return 5, b""
        if what == "--security-set-pass":
            if given not in self.known_passwords():
                self.sins.append("a password was set that nobody had written down")
            if "ignores-set-password" not in self.lies and self.password is None:
                self.password = given
            return 0, b""
        if self.tries <= 0:
            return 5, b""
        if given != self.password:
            self.tries -= 1
            if self.tries <= 0:
                self.sins.append("so many wrong passwords that the drive takes none before it is switched off")
            return 5, b""
        return self._with_password(what)

    def _with_password(self, what: str) -> Answer:
        if what == "--security-unlock":
            self.shut = False
        elif what == "--security-disable":
            if not self.shut:
                self.password = None
        elif re.match("--security-erase", what):
            return self._security_erase(what)
        return 0, b""

    def _security_erase(self, what: str) -> Answer:
        if self.busy:
            self.sins.append("a security erase sent to a drive that is at work")
        self.accepted.append("ata-security-enhanced" if what.endswith("enhanced") else "ata-security-normal")
        if "security-rc0-aborts" in self.lies:
            return 0, b""
        if "dies-while-erasing" in self.lies:
            self.gone = True
            return 1, b""
        if "stuck" in self.lies:
            self.busy = True
            return None, b""
        self.erase(self.shown if "erase-leaves-hidden" in self.lies else None)
        if "keeps-password" not in self.lies:
            self.password, self.shut = None, False
        return 0, b""

    def power_cycle(self) -> None:
        super().power_cycle()
        self.tries = 5
        self.frozen = self.bios_freezes
        self.shut = self.password is not None or self.last == "failed"
        if self.pending != self.shown // 512:
            self.shown = self.pending * 512

    @property
    def hidden_left(self) -> bool:
        """Tell whether something is still behind the end."""
        return self.shown < len(self.medium)


class UsbBridge(AtaDrive):
    """The same drive behind an adapter that swallows the drive's own commands and says that all went well."""

    bus = Bus.USB
    name = "sdb"
