"""NVMe Sanitize, block (SANICAP bit 1, action 2)."""

from __future__ import annotations

from recond.core.words import N_
from recond.erase.medium.nvme_sanitize import NvmeSanitize

METHOD = NvmeSanitize("nvme-sanitize-block", N_("Sanitize NVMe, effacement des blocs"), 12, bit=1, action=2)
