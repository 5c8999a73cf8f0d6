"""The lines of many disks at once: columns that stay, a temperature where there is one, and next to no work to draw them."""

from __future__ import annotations

from dataclasses import replace

from recond.core.progress import Phase, Progress
from recond.ui.progress import bar_line

ONE = Progress("sda", Phase.WRITE, 250 * 10**9, 500 * 10**9, 523e6, 480.0, temperature_c=41)


def test_a_line_has_speed_temperature_and_time_left_in_79_columns() -> None:
    line = bar_line(ONE)
    assert "50 %" in line and "523 Mo/s" in line and "41°C" in line and "reste 7 min 58" in line
    slow = replace(ONE, disk="nvme10n1", bytes_per_s=1.1e6, temperature_c=101, phase=Phase.VERIFY)
    assert len(bar_line(slow)) <= 79 and "101°C" in bar_line(slow) and "63 h 07" in bar_line(slow)
    assert len(bar_line(replace(ONE, disk="nvme0n1", bytes_per_s=7.1e9))) <= 79


def test_the_columns_stay_where_they_are_when_something_is_not_known() -> None:
    whole = bar_line(ONE)
    for missing in (replace(ONE, temperature_c=None), replace(ONE, bytes_per_s=None)):
        assert bar_line(missing).find("%") == whole.find("%")
    assert bar_line(replace(ONE, temperature_c=None)).find("reste") == whole.find("reste")
    assert "°C" not in bar_line(replace(ONE, temperature_c=None))


def test_a_stalled_disk_says_so_instead_of_a_speed_of_the_past() -> None:
    assert "BLOQUE depuis 42 s" in bar_line(replace(ONE, stalled_s=42.0))
