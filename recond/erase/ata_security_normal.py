"""ATA Security Erase, normal."""

from __future__ import annotations

from recond.erase.medium.ata_security import AtaSecurity

METHOD = AtaSecurity("ata-security-normal", "Security Erase ATA", 22, enhanced=False)
