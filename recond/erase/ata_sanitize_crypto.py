"""ATA SANITIZE, crypto: the drive throws its key away, in a second."""

from __future__ import annotations

from recond.core.words import N_
from recond.erase.medium.ata import Identify
from recond.erase.medium.ata_sanitize import AtaSanitize


class AtaSanitizeCrypto(AtaSanitize):
    """See `AtaSanitize`."""

    def offered(self, page: Identify) -> bool:
        """Tell whether the drive has it (IDENTIFY word 59)."""
        return page.crypto_scramble


METHOD = AtaSanitizeCrypto(
    "ata-sanitize-crypto",
    N_("SANITIZE ATA, changement de clé"),
    10,
    ("--sanitize-crypto-scramble",),
)
