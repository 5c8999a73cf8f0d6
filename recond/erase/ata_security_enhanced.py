"""ATA Security Erase, enhanced."""

from __future__ import annotations

from recond.core.words import N_
from recond.erase.medium.ata_security import AtaSecurity

METHOD = AtaSecurity("ata-security-enhanced", N_("Security Erase ATA « enhanced »"), 20, enhanced=True)
