"""One disk's progress as one line of at most 79 columns: bar, per cent, speed, time left, and a stall said aloud."""

from __future__ import annotations

from recond.core.progress import Phase, Progress
from recond.core.words import _

BAR = 16
"""Columns of the bar on a disk's line: the rest is for speed, temperature and time left."""

WORK_BAR = 18
STALL_S = 20.0
"""Seconds without a byte moving before the line says so."""


def duration(seconds: float | None) -> str:
    """Return "3 min 05" or "42 s"; empty when unknown."""
    if seconds is None:
        return ""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    return f"{whole // 60} min {whole % 60:02}" if whole < 3600 else f"{whole // 3600} h {whole % 3600 // 60:02}"


def foot_line(*, stopping: bool, installing: bool = False) -> str:
    """Return the line below the bars: what a person may do meanwhile, and what it costs."""
    if stopping:
        return _(" Arrêt demandé : patientez, ne pas éteindre.")
    lost = _("pas de système") if installing else _("disque alors NON EFFACE")
    return _(" Ne pas éteindre. Ctrl-C : interrompre ({lost})").format(lost=lost)


def bar_line(progress: Progress) -> str:
    """Return the line. A phase whose length nobody knows shows its time instead of a bar."""
    name = _(" {disk:9} {split:12} ").format(disk=progress.disk[:9], split=progress.phase.shown.split(" par ")[0][:12])
    if progress.phase is Phase.DONE:
        # No full bar: the work also ends when it was interrupted or failed. The verdict is told by its own line.
        return name.rstrip()
    share = progress.fraction
    if share is None:
        return _("{name}depuis {duration}").format(name=name, duration=duration(progress.elapsed_s))
    full = int(share * BAR)
    # Rounded down: 100 % is said when it is so.
    line = f"{name}[{'#' * full}{'.' * (BAR - full)}] {int(share * 100):3} %"
    if progress.stalled_s > STALL_S:
        return line + _("  BLOQUE depuis {duration}").format(duration=duration(progress.stalled_s))
    # Columns of their own, also while nothing is known: eight disks are read as a table.
    line += (
        _(" {bytes_per_s:4.0f} Mo/s").format(bytes_per_s=progress.bytes_per_s / 1e6)
        if progress.bytes_per_s
        else " " * 10
    )
    line += f" {progress.temperature_c:3}°C" if progress.temperature_c is not None else " " * 6
    if progress.left_s is not None:
        line += _(" reste {duration}").format(duration=duration(progress.left_s))
    return line[:79].rstrip()


def work_line(title: str, share: float | None, left_s: float | None = None) -> str:
    """Return the line of one step of an installation. `left_s`: seconds left, None = not known."""
    head = f" {title[:34]:34} "
    if share is None:
        return head.rstrip()
    full = int(share * WORK_BAR)
    left = "" if left_s is None else _(" reste {duration}").format(duration=duration(left_s))
    return f"{head}[{'#' * full}{'.' * (WORK_BAR - full)}] {int(share * 100):3} %{left}"
