"""SCSI SANITIZE, block (service action 2)."""

from __future__ import annotations

from recond.core.words import N_
from recond.erase.medium.scsi_sanitize import ScsiSanitize

METHOD = ScsiSanitize(
    "scsi-sanitize-block", N_("SANITIZE SCSI, effacement des blocs"), 12, action=2, words=("--block",)
)
