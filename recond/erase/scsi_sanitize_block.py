"""SCSI SANITIZE, block (service action 2)."""

from __future__ import annotations

from recond.erase.medium.scsi_sanitize import ScsiSanitize

METHOD = ScsiSanitize("scsi-sanitize-block", "SANITIZE SCSI, effacement des blocs", 12, action=2, words=("--block",))
