"""An NVMe controller with one or two namespaces: Sanitize and Format as nvme-cli 2.x shows them."""

from __future__ import annotations

import json
from typing import Any

from recond.core.disk import Bus, Medium
from tests.drives.base import OLD, Answer, Drive

LIES = ("previous-success", "format-ses-ignored", "flat-log")
WORDS = {
    "never": "(0) NVM Subsystem has never been sanitized.",
    "done": "(1) Most Recent Sanitize Command Completed Successfully.",
    "running": "(2) Sanitize in Progress.",
    "failed": "(3) Most Recent Sanitize Command Failed.",
}


class NvmeDrive(Drive):
    """`features`: crypto, block, overwrite (Sanitize), format, format-crypto."""

    bus = Bus.NVME
    kind = Medium.NVME
    name = "nvme0n1"

    def __init__(
        self,
        lies: frozenset[str] = frozenset(),
        *,
        features: frozenset[str] = frozenset({"crypto", "block", "format"}),
        spaces: int = 1,
        running: bool = False,
    ) -> None:
        super().__init__(lies)
        self.features = features
        self.spaces = spaces
        self.other = bytearray(OLD * 64)
        if "previous-success" in lies:
            self.last = "done"
        if running and features & {"crypto", "block", "overwrite"}:
            self.busy, self.last = True, "running"

    def erase(self, reach: int | None = None) -> None:
        super().erase(reach)
        self.other[:] = bytes(len(self.other))

    def answer(self, argv: tuple[str, ...]) -> Answer:
        if argv[0] != "nvme":
            return 127, b""
        what = argv[1]
        if what == "sanitize-log":
            return (1, b"") if self.silent else (0, self._log())
        pages: dict[str, dict[str, Any]] = {
            "id-ctrl": {
                "sanicap": sum(
                    1 << n for n, one in enumerate(("crypto", "block", "overwrite")) if one in self.features
                ),
                "oacs": 2 if "format" in self.features else 0,
                "fna": 4 if "format-crypto" in self.features else 0,
                "nn": self.spaces,
            },
            "id-ns": {"flbas": 0, "dps": 0, "lbafs": [{"ms": 0, "ds": 9, "rp": 0}]},
            "list-ns": {"nsid_list": [{"nsid": n + 1} for n in range(self.spaces)]},
        }
        if what in pages:
            return 0, json.dumps(pages[what]).encode()
        if what == "sanitize":
            return self._sanitize(next(word for word in argv if word.startswith("--sanact="))[9:])
        if what == "format":
            return self._format(next(word for word in argv if word.startswith("--ses="))[6:])
        return 1, b""

    def _log(self) -> bytes:
        self.tick()
        share = int(self.share * 65536) if self.busy else 65535
        status: Any = {"global_erased": 0, "no_cmplted_passes": 0, "status": WORDS[self.last]}
        if "flat-log" in self.lies:
            status = WORDS[self.last]
        return json.dumps({self.name: {"sprog": share, "sstat": status, "cdw10_info": 0}}).encode()

    def _sanitize(self, action: str) -> Answer:
        if action == "1":
            if self.last == "failed":
                self.shut, self.last = False, "never"
            return 0, b""
        which = {"4": "crypto", "2": "block", "3": "overwrite"}[action]
        return self.begin(f"nvme-sanitize-{which}") if which in self.features else (1, b"")

    def _format(self, setting: str) -> Answer:
        if self.busy or self.shut or "format" not in self.features or "says-ok-refuses" in self.lies:
            return (0 if "says-ok-refuses" in self.lies else 1), b""
        if setting == "2" and "format-crypto" not in self.features:
            return 1, b""
        self.accepted.append("nvme-format")
        if "dies-while-erasing" in self.lies:
            self.gone = True
            return 1, b""
        if "stuck" in self.lies:
            return None, b""
        if "format-ses-ignored" not in self.lies and setting != "0":
            self.erase()
        return 0, b""
