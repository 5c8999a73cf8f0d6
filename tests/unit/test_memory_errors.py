"""Errors of the memory that the kernel counted: its own start-up lines are none, a controller that is mute leaves a doubt."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from recond.core.machine import MemoryErrors
from recond.host.local import LocalHost
from recond.probe.memory_errors import read_memory_errors

EDAC = "/sys/devices/system/edac/mc"
STARTUP = """[    0.0] mce: CPU0: Thermal monitoring enabled (TM1)
[    0.1] mce: CPU supports 9 MCE banks
[    2.0] EDAC MC0: Giving out device to module ie31200_edac
[    3.0] RAS: Correctable Errors collector initialized.
"""
BROKEN = (
    "[   40.1] mce: [Hardware Error]: Machine check events logged\n"
    "[   40.1] mce: [Hardware Error]: CPU 1: Machine Check: 0 Bank 8: 8c00004000010091\n"
)

Rooted = Callable[[dict[str, str | bytes]], LocalHost]


@pytest.mark.parametrize(
    ("files", "log", "expected"),
    [
        ({}, None, MemoryErrors(None, None, None)),
        ({}, STARTUP, MemoryErrors(None, None, 0)),
        ({}, STARTUP + BROKEN, MemoryErrors(None, None, 2)),
        ({f"{EDAC}/mc0/ue_count": "0", f"{EDAC}/mc0/ce_count": "3"}, STARTUP, MemoryErrors(0, 3, 0)),
        (
            {f"{EDAC}/mc0/ue_count": "0", f"{EDAC}/mc1/ue_count": "2", f"{EDAC}/power/x": "1"},
            "",
            MemoryErrors(2, None, 0),
        ),
        ({f"{EDAC}/mc0/ue_count": "0", f"{EDAC}/mc1/ue_count": "?"}, None, MemoryErrors(None, None, None)),
        ({f"{EDAC}/mc0/ue_count": "1", f"{EDAC}/mc1/ue_count": "?"}, None, MemoryErrors(1, None, None)),
    ],
)
def test_what_is_counted(
    rooted: Rooted, files: dict[str, str | bytes], log: str | None, expected: MemoryErrors
) -> None:
    assert read_memory_errors(rooted(files), log) == expected
