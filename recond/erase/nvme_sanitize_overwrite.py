"""NVMe Sanitize, overwrite (SANICAP bit 2, action 3)."""

from __future__ import annotations

from recond.core.words import N_
from recond.erase.medium.nvme_sanitize import NvmeSanitize

METHOD = NvmeSanitize("nvme-sanitize-overwrite", N_("Sanitize NVMe, écrasement"), 30, bit=2, action=3)
