"""One disk's progress as one line of at most 79 columns: number, method, bar, per cent, speed, time left; a stall said aloud."""

from __future__ import annotations

from recond.core.labelwords import METHOD
from recond.core.plan import Deed, Plan
from recond.core.progress import Phase, Progress
from recond.core.text import decimal_bytes
from recond.core.words import _, units
from recond.ui.console import NARROW, WIDTH
from recond.ui.plan import squeezed

BAR = 10
"""Columns of the bar on a disk's line: the rest is for number, method, speed, temperature and time left."""

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


def head_line(plan: Plan | None, begun: str, operator: str | None, *, installing: bool = False) -> str:
    """Return the line above the bars: what is under way, of which plan, since when ("14:05"), by whom."""
    parts = [_("INSTALLATION EN COURS") if installing else _("EFFACEMENT EN COURS")]
    if plan is not None and (plan.deed is Deed.INSTALL) is installing:
        parts.append(_("plan {id}").format(id=plan.id))
    parts.append(_("début {begun}").format(begun=begun))
    parts += [_("opérateur {operator}").format(operator=operator[:20])] if operator else []
    return f" {'   '.join(parts)}"


def foot_line(*, stopping: bool, installing: bool = False, width: int = WIDTH) -> str:
    """Return the line below the bars: what a person may do meanwhile, and what it costs."""
    if stopping:
        return _(" Arrêt demandé : patientez, ne pas éteindre.")
    if width < NARROW:
        return _(" Ne pas éteindre. [Ctrl-C] arrêter")
    if installing:
        return _(" Ne pas éteindre. [Ctrl-C] interrompre (pas de système)")
    return _(" Ne pas éteindre. [D] détails  [Ctrl-C] interrompre (disque alors NON EFFACE)")


def bar_line(progress: Progress, number: int | None = None, method: str | None = None, width: int = WIDTH) -> str:
    """Return the line. A phase whose length nobody knows shows its time instead of a bar. `number`: the disk's in the plan;
    `method`: the one that is tried now, told while the disk is written."""
    if width < NARROW:
        return _narrow(progress, number)
    phase = progress.phase
    done = METHOD.get(method, method) if method and phase in (Phase.WRITE, Phase.ERASE) else ""
    told = (done or phase.shown.split(" par ")[0].split(" by ")[0])[:15]
    name = f" {_two(number)} {progress.disk[:9]:9} {told[:1].upper() + told[1:]:15} "
    if phase is Phase.DONE:
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


def _two(number: int | None) -> str:
    return "  " if number is None else f"{number:2}"


def _narrow(progress: Progress, number: int | None) -> str:
    name = f" {_two(number)} {progress.disk[:8]:8} "
    share = progress.fraction
    if share is None or progress.phase is Phase.DONE:
        return f"{name}{progress.phase.shown[:12]} {duration(progress.elapsed_s)}".rstrip()
    if progress.stalled_s > STALL_S:
        return name + _("BLOQUE depuis {duration}").format(duration=duration(progress.stalled_s))
    full = int(share * 8)
    return f"{name}[{'#' * full}{'.' * (8 - full)}] {int(share * 100):3} % {duration(progress.left_s)}".rstrip()


def detail_line(progress: Progress, plan: Plan | None, number: int | None) -> str:
    """Return the line that [D] puts below a disk's: which disk it is, how far, for how long."""
    disk = plan.disks[number - 1] if plan is not None and number is not None else None
    who = squeezed(disk, 32).rstrip() if disk else ""
    size = units(decimal_bytes(progress.total_bytes)) if progress.total_bytes else _("taille inconnue")
    done = units(decimal_bytes(progress.done_bytes))
    told = _("{done} sur {size}, depuis {duration}").format(done=done, size=size, duration=duration(progress.elapsed_s))
    return f"     {who}  {told}".rstrip()


def work_line(title: str, share: float | None, left_s: float | None = None) -> str:
    """Return the line of one step of an installation. `left_s`: seconds left, None = not known."""
    head = f" {title[:34]:34} "
    if share is None:
        return head.rstrip()
    full = int(share * WORK_BAR)
    left = "" if left_s is None else _(" reste {duration}").format(duration=duration(left_s))
    return f"{head}[{'#' * full}{'.' * (WORK_BAR - full)}] {int(share * 100):3} %{left}"
