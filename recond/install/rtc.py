"""The PC's own clock, which held Windows' local time or, its battery dead, some day of 2009: set to UTC where a clock that
can be believed is at hand. A help, no condition: the new system asks its owner or the network."""

from __future__ import annotations

from datetime import datetime

from recond.core import servertime
from recond.core.ports import Command
from recond.core.words import N_
from recond.install.context import Access, Context

NAME = "rtc"
TITLE = N_("Horloge du PC")
ORDER = 96
ACCESS = Access.HELD

CLOCKS = "/sys/class/rtc"
NEAR_S = 5
"""How far the clock may be from what it was set to when it is read back: it counts whole seconds."""


def wanted(ctx: Context) -> bool:
    """Only on the donated PC itself, started from the stick: as for the boot entry, never the clock of the workshop's own PC."""
    return ctx.settings.nvram


def run(ctx: Context) -> None:
    """Set it and read it back. Whatever hinders that is a note."""
    if not ctx.host.names(CLOCKS):
        ctx.notes.append(N_("ce PC n'a pas d'horloge à lui (RTC) : rien à régler"))
        return
    argv, now = _how(ctx)
    if argv is None:
        ctx.notes.append(
            N_("horloge du PC non réglée : ni serveur ni réseau n'a donné l'heure ; le premier démarrage la demandera")
        )
        return
    done = ctx.host.run(Command(argv, timeout_s=20))
    wrong = _off_by_s(ctx, now)
    if done.ok and wrong is not None and abs(wrong) <= NEAR_S:
        ctx.check("rtc", True, N_("horloge du PC réglée (UTC) et relue"))
    else:
        why = done.explain() if not done.ok else N_("relue, elle est fausse")
        ctx.notes.append(N_("horloge du PC non réglée : {why}").format(why=why))


def _how(ctx: Context) -> tuple[tuple[str, ...] | None, datetime | None]:
    """Return how to set it and the time it then has, None = that of the system; (None, None) when no time can be believed."""
    asked = ctx.host.run(Command(("timedatectl", "show", "--property=NTPSynchronized", "--value"), timeout_s=20))
    if asked.ok and asked.stdout.strip() == b"yes":
        return ("hwclock", "--systohc", "--utc"), None
    now = _server_now(ctx)
    if now is None:
        return None, None
    # The system's own clock stays as it is: what this run has recorded and will record is counted by it.
    return ("hwclock", "--set", "--utc", "--date", f"{now:%Y-%m-%d %H:%M:%S} UTC"), now


def _server_now(ctx: Context) -> datetime | None:
    return servertime.now(ctx.host.read(servertime.PATH), servertime.uptime_s(ctx.host.read(servertime.UPTIME)))


def _off_by_s(ctx: Context, set_to: datetime | None) -> float | None:
    """Return how far the clock now is from the time that it should have; None when it does not tell."""
    (name, *_others) = ctx.host.names(CLOCKS)
    told = (ctx.host.read(f"{CLOCKS}/{name}/since_epoch") or b"").strip()
    if not told.isdigit():
        return None
    right = _server_now(ctx) if set_to is not None else ctx.host.moment().wall
    return int(told) - right.timestamp() if right is not None else None
