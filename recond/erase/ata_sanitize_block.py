"""ATA SANITIZE, block: a solid-state drive erases every block, in minutes."""

from __future__ import annotations

from recond.core.words import N_
from recond.erase.medium.ata import Identify
from recond.erase.medium.ata_sanitize import AtaSanitize


class AtaSanitizeBlock(AtaSanitize):
    """See `AtaSanitize`."""

    def offered(self, page: Identify) -> bool:
        """Tell whether the drive has it (IDENTIFY word 59)."""
        return page.block_erase


METHOD = AtaSanitizeBlock(
    "ata-sanitize-block",
    N_("SANITIZE ATA, effacement des blocs"),
    12,
    ("--sanitize-block-erase",),
)
