"""ATA SANITIZE, overwrite: a hard disk writes over all of itself, in hours."""

from __future__ import annotations

from recond.core.words import N_
from recond.erase.medium.ata import Identify
from recond.erase.medium.ata_sanitize import AtaSanitize


class AtaSanitizeOverwrite(AtaSanitize):
    """See `AtaSanitize`."""

    def offered(self, page: Identify) -> bool:
        """Tell whether the drive has it (IDENTIFY word 59)."""
        return page.sanitize_overwrite


METHOD = AtaSanitizeOverwrite(
    "ata-sanitize-overwrite",
    N_("SANITIZE ATA, écrasement"),
    30,
    ("--sanitize-overwrite-passes", "1", "--sanitize-overwrite", "hex:00000000"),
)
