"""`recond poweroff`: power the PC off, once nothing would be lost by it."""

from __future__ import annotations

import typer

from recond.cli.context import Context
from recond.core.words import N_, _


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("poweroff", short_help=_("Éteindre ce PC, ses fiches une fois à l'abri."))(poweroff_command)


def poweroff_command(ctx: typer.Context) -> None:
    """Éteindre ce PC. Démarré par le réseau, il attend d'abord que le serveur ait toutes ses fiches."""
    from recond.cli.parts.ending import power_off
    from recond.core.errors import EnvironmentFault, ExitCode
    from recond.flow import integrity

    context: Context = ctx.obj
    if not integrity.on_a_stick(context.host):
        raise EnvironmentFault(N_("ce PC n'a pas été démarré par recond"), N_("éteignez-le comme d'habitude"))
    raise typer.Exit(0 if power_off(context) else int(ExitCode.CANCELLED))
