"""NVMe Sanitize, crypto (SANICAP bit 0, action 4)."""

from __future__ import annotations

from recond.core.words import N_
from recond.erase.medium.nvme_sanitize import NvmeSanitize

METHOD = NvmeSanitize("nvme-sanitize-crypto", N_("Sanitize NVMe, changement de clé"), 10, bit=0, action=4)
