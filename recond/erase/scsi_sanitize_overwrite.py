"""SCSI SANITIZE, overwrite (service action 1)."""

from __future__ import annotations

from recond.core.words import N_
from recond.erase.medium.scsi_sanitize import ScsiSanitize

METHOD = ScsiSanitize(
    "scsi-sanitize-overwrite", N_("SANITIZE SCSI, écrasement"), 30, action=1, words=("--overwrite", "--zero")
)
