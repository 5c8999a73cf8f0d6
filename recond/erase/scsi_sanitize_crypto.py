"""SCSI SANITIZE, crypto (service action 3)."""

from __future__ import annotations

from recond.core.words import N_
from recond.erase.medium.scsi_sanitize import ScsiSanitize

METHOD = ScsiSanitize("scsi-sanitize-crypto", N_("SANITIZE SCSI, changement de clé"), 10, action=3, words=("--crypto",))
