"""What a SATA drive says of itself: the 512 bytes of IDENTIFY DEVICE, read past the kernel with `hdparm --Istdout`.

Words and bits are from ATA/ATAPI Command Set (ACS-3, IDENTIFY DEVICE data). hdparm's own reading of them is not used: it
ends with status 0 and an empty page when a drive, an adapter or a file answers nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from recond.core.disk import Bus, Disk
from recond.core.ports import Command, Host
from recond.core.words import N_

WORDS = 256
LINE = re.compile(r"^(?:[0-9a-f]{4} ?){8}$")
SIGNED = 0xA5
"""Low byte of word 255 when its high byte makes the sum of all bytes zero."""


@dataclass(frozen=True, slots=True)
class Identify:
    """The 256 words, and what erasing needs of them."""

    words: tuple[int, ...]

    def bit(self, word: int, bit: int) -> bool:
        """Return one bit."""
        return bool(self.words[word] >> bit & 1)

    def text(self, first: int, last: int) -> str:
        """Return characters, two a word, the first in the high byte."""
        data = b"".join(word.to_bytes(2, "big") for word in self.words[first : last + 1])
        return data.decode("ascii", "replace").strip(" \0")

    @property
    def serial(self) -> str:
        """Return the serial number (words 10 to 19)."""
        return self.text(10, 19)

    @property
    def sectors(self) -> int:
        """Return the addressable sectors (words 100 to 103, else 60 and 61)."""
        big = sum(self.words[100 + n] << 16 * n for n in range(4)) if self.bit(83, 10) else 0
        return big or self.words[60] | self.words[61] << 16

    @property
    def sanitize(self) -> bool:
        """Tell whether the SANITIZE feature set is there (word 59)."""
        return self.bit(59, 12)

    @property
    def crypto_scramble(self) -> bool:
        """Tell whether CRYPTO SCRAMBLE EXT is there."""
        return self.sanitize and self.bit(59, 13)

    @property
    def sanitize_overwrite(self) -> bool:
        """Tell whether OVERWRITE EXT is there."""
        return self.sanitize and self.bit(59, 14)

    @property
    def block_erase(self) -> bool:
        """Tell whether BLOCK ERASE EXT is there."""
        return self.sanitize and self.bit(59, 15)

    @property
    def security(self) -> bool:
        """Tell whether the Security feature set is there (word 128)."""
        return self.bit(128, 0)

    @property
    def enabled(self) -> bool:
        """Tell whether a user password is set."""
        return self.bit(128, 1)

    @property
    def locked(self) -> bool:
        """Tell whether the drive refuses to read and write until it gets its password."""
        return self.bit(128, 2)

    @property
    def frozen(self) -> bool:
        """Tell whether the firmware of the PC has closed the security commands until the next power cycle."""
        return self.bit(128, 3)

    @property
    def expired(self) -> bool:
        """Tell whether too many wrong passwords were given since power on."""
        return self.bit(128, 4)

    @property
    def enhanced(self) -> bool:
        """Tell whether enhanced security erase is there."""
        return self.bit(128, 5)

    @property
    def trusted(self) -> bool:
        """Tell whether TCG commands are there (word 48)."""
        return self.bit(48, 0) and self.bit(48, 14) and not self.bit(48, 15)

    def erase_minutes(self, *, enhanced: bool) -> int | None:
        """Return the drive's own estimate for its security erase (words 89 and 90); None = it does not say."""
        word = self.words[90 if enhanced else 89]
        value = word & 0x7FFF if word >> 15 else word & 0xFF
        return value * 2 or None


def parse(output: bytes) -> Identify | str:
    """Read what `hdparm --Istdout` printed: 32 lines of eight words. Return in French why it is none."""
    lines = [line.strip() for line in output.decode("ascii", "replace").lower().splitlines()]
    words = [int(word, 16) for line in lines if LINE.match(line) for word in line.split()]
    if len(words) != WORDS:
        return N_("le disque n'a pas donné sa fiche ATA (IDENTIFY)")
    if len(set(words)) == 1:
        return N_("la fiche ATA (IDENTIFY) est vide")
    data = b"".join(word.to_bytes(2, "little") for word in words)
    if data[510] == SIGNED and sum(data) % 256:
        return N_("la fiche ATA (IDENTIFY) est abîmée (somme de contrôle)")
    return Identify(tuple(words))


def identify(host: Host, disk: Disk) -> Identify | str:
    """Ask the drive. Return in French why it cannot be asked, or why its answer cannot be trusted."""
    if disk.bus is Bus.USB:
        return N_("derrière un adaptateur USB, les commandes ATA n'atteignent pas sûrement le disque")
    if disk.bus is not Bus.SATA:
        return N_("ce n'est pas un disque SATA")
    done = host.run(Command(("hdparm", "--Istdout", disk.path), timeout_s=30))
    if not done.ok:
        return done.explain()
    found = parse(done.stdout)
    if isinstance(found, str):
        return found
    # What answers must be the planned disk: a port multiplier or an adapter may answer for another.
    if disk.identity.serial and found.serial.upper() != disk.identity.serial.strip().upper():
        return N_("la fiche ATA est celle d'un autre disque (n° de série {serial!r})").format(serial=found.serial)
    return found
