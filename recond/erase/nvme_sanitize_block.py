"""NVMe Sanitize, block (SANICAP bit 1, action 2)."""

from __future__ import annotations

from recond.erase.medium.nvme_sanitize import NvmeSanitize

METHOD = NvmeSanitize("nvme-sanitize-block", "Sanitize NVMe, effacement des blocs", 12, bit=1, action=2)
