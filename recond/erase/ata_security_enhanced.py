"""ATA Security Erase, enhanced."""

from __future__ import annotations

from recond.erase.medium.ata_security import AtaSecurity

METHOD = AtaSecurity("ata-security-enhanced", "Security Erase ATA « enhanced »", 20, enhanced=True)
