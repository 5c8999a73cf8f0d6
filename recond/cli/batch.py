"""`recond batch`: a lot is opened once (donor, operator, level, profile, consent); each machine then takes its place in it."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from recond.cli.context import Context


def register(app: typer.Typer) -> None:
    """Add the commands."""
    batch = typer.Typer(help="Un lot de machines : l'ouvrir, voir où il en est, le fermer.", no_args_is_help=True)
    batch.command("new")(new)
    batch.command("status")(status)
    batch.command("close")(close)
    app.add_typer(batch, name="batch")


def new(
    ctx: typer.Context,
    lot: Annotated[str, typer.Argument(help="Nom du lot : lettres, chiffres, points et tirets.")],
    donor: Annotated[str | None, typer.Option(help="Donateur ; ne figure sur aucune étiquette.")] = None,
    level: Annotated[str, typer.Option(help="Niveau d'effacement : clear ou purge.")] = "clear",
    profile: Annotated[str, typer.Option(help="Système à installer, ou auto.")] = "auto",
    arm: Annotated[
        str, typer.Option(help="Effacer sans mot tapé : none, once (une machine) ou each (toutes).")
    ] = "none",
    autostart: Annotated[bool, typer.Option("--autostart", help="La clé démarre ce lot d'elle-même.")] = False,
) -> None:
    """Ouvrir un lot. « --arm » vaut consentement à effacer chaque machine où l'on branche la clé."""
    from recond.core.errors import UsageError
    from recond.core.settings import read_lot
    from recond.sink.store import Store

    context: Context = ctx.obj
    store = Store(context.data, context.host)
    values = {
        "lot": lot, "donor": donor or "", "operator": context.operator or "", "level": level,
        "profile": profile, "arm": arm, "autostart": autostart,
    }  # fmt: skip
    made, errors = read_lot("batch new", values)
    if made is None:
        raise UsageError("\n  ".join(errors), "recond batch new --help")
    if autostart and arm == "none":
        raise UsageError("un lot qui démarre seul doit être armé", "ajoutez --arm once ou --arm each")
    if lot in store.lots() and store.lot(lot).open:
        raise UsageError(f"le lot « {lot} » est déjà ouvert", f"recond batch close {lot}, ou un autre nom")
    store.save_lot(made)
    typer.echo(f"lot {lot} ouvert ({'ARME : ' + arm if arm != 'none' else 'confirmation tapée pour chaque machine'})")


def status(
    ctx: typer.Context, lot: Annotated[str | None, typer.Argument(help="Nom du lot ; tous sinon.")] = None
) -> None:
    """Où en est un lot : ses machines et leur état."""
    from recond.sink.store import Store

    context: Context = ctx.obj
    store = Store(context.data, context.host)
    for name in (lot,) if lot else store.lots():
        one = store.lot(name)
        typer.echo(f"{one.lot}  {'ouvert' if one.open else 'fermé'}  arm={one.arm}  profil={one.profile}")
        for card in store.cards():
            if card.get("lot") == one.lot:
                typer.echo(
                    f"  {card['tag']}  {card.get('model') or 'modèle inconnu'}  {card.get('state') or 'inconnu'}"
                )


def close(ctx: typer.Context, lot: Annotated[str, typer.Argument(help="Nom du lot.")]) -> None:
    """Fermer un lot : plus rien ne s'efface en son nom."""
    from recond.core.settings import Arm
    from recond.sink.store import Store

    context: Context = ctx.obj
    store = Store(context.data, context.host)
    store.save_lot(replace(store.lot(lot), open=False, arm=Arm.NONE, autostart=False))
    typer.echo(f"lot {lot} fermé")
