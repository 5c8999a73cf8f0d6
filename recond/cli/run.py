"""`recond run`: audit, wipe, install, label, push; resumable; unattended with an armed lot."""

from __future__ import annotations

from typing import Annotated

import typer

from recond.cli.context import Context
from recond.core.words import N_, _


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("run", short_help=_("Toute la chaîne sur cette machine."))(run_command)


def run_command(
    ctx: typer.Context,
    tag: Annotated[str | None, typer.Option("--id", help=_("Étiquette de la machine, tapée ou scannée."))] = None,
    lot: Annotated[str | None, typer.Option(help=_("Lot ; armé, il remplace la confirmation tapée."))] = None,
    unattended: Annotated[
        bool, typer.Option("--unattended", help=_("Personne au clavier : exige un lot armé."))
    ] = False,
    poweroff: Annotated[bool, typer.Option("--poweroff", help=_("Éteindre à la fin."))] = False,
    confirm: Annotated[
        str | None, typer.Option(help=_("Numéro du plan d'effacement, donné par « wipe --plan »."))
    ] = None,
    install: Annotated[bool, typer.Option("--install/--no-install", help=_("Installer un système à la fin."))] = True,
    profile: Annotated[str | None, typer.Option(help=_("Système à installer, sinon selon la machine."))] = None,
    selftest: Annotated[
        bool, typer.Option("--selftest/--no-selftest", help=_("Autotest court des disques, une à deux minutes."))
    ] = True,
    ram_test: Annotated[
        bool, typer.Option("--ram-test", help=_("Tester la mémoire : plusieurs minutes par Go."))
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help=_("Un objet JSON à la fin, l'avancement en JSON sur l'autre sortie."))
    ] = False,
) -> None:
    """Toute la chaîne sur cette machine ; reprend ce qui a été interrompu."""
    from recond.cli.parts import jsonout
    from recond.cli.parts.chain import check_profile, make_chain, need_root, only_one, stopped_by_signals
    from recond.cli.parts.ending import finish, power_off_done
    from recond.cli.parts.talk import by_lot, by_number, last_chance
    from recond.core.errors import RecondError, UsageError
    from recond.core.settings import Arm
    from recond.flow.run import run
    from recond.sink.store import Store

    context: Context = ctx.obj
    need_root(context)
    store = Store(context.data, context.host)
    chosen = store.lot(lot) if lot else None
    armed = chosen is not None and chosen.open and chosen.arm is not Arm.NONE
    if unattended and not armed:
        raise UsageError(
            N_("sans personne au clavier, il faut un lot ouvert et armé"), N_("recond batch new LOT --arm each")
        )
    answer = by_number(confirm) if confirm else None
    if answer is None and armed and chosen is not None:
        name = chosen.lot
        answer = by_lot(lambda: store.lot(name), store.disarm, lambda: last_chance(context.console, name, chain.cancel))
    code = 0
    try:
        with only_one():
            chain = make_chain(context, tag=tag, lot=chosen, answer=answer)
            chain.selftest, chain.ram_test = selftest, ram_test
            if profile:
                chain.profile = profile
            if install:
                check_profile(context, chain.profile)
            with stopped_by_signals(chain.cancel):
                outcome = run(chain, install=install)
            if chosen is not None and chosen.arm is Arm.ONCE:
                chain.store.disarm(chain.store.lot(chosen.lot))
            code = finish(context, chain, outcome, "recond run")
    except RecondError as error:
        if not poweroff:
            raise
        if as_json:
            jsonout.refuse(error.message, error.hint, error.code)
        else:
            typer.echo(f"recond : {error.message}\n  -> {error.hint or ''}", err=True)
        code = int(error.code)
    finally:
        if poweroff:
            power_off_done(context)
    raise typer.Exit(code)
