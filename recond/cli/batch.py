"""`recond batch`: a lot is opened once (donor, operator, level, profile, consent); each machine then takes its place in it."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from recond.cli.context import Context
from recond.cli.parts.french import App
from recond.core.words import N_, _

ARMED = {
    "none": _("le mot DETRUIRE est demandé pour chaque machine"),
    "once": _("ARME pour une machine (effacée sans question)"),
    "each": _("ARME pour toutes les machines (effacées sans question)"),
}


def register(app: typer.Typer) -> None:
    """Add the commands."""
    batch = App(help=_("Un lot de machines : l'ouvrir, voir où il en est, le fermer."), no_args_is_help=True)
    batch.command("new", short_help=_("Ouvrir un lot."))(new)
    batch.command("use", short_help=_("Travailler sur un lot déjà ouvert."))(use)
    batch.command("status")(status)
    batch.command("server", short_help=_("Les lots annoncés au serveur."))(server)
    batch.command("close")(close)
    app.add_typer(batch, name="batch")


def new(
    ctx: typer.Context,
    lot: Annotated[str, typer.Argument(help=_("Nom du lot : lettres, chiffres, points et tirets."))],
    donor: Annotated[str | None, typer.Option(help=_("Donateur ; ne figure sur aucune étiquette."))] = None,
    level: Annotated[str, typer.Option(help=_("Niveau d'effacement : clear ou purge."))] = "clear",
    profile: Annotated[str, typer.Option(help=_("Système à installer, ou auto."))] = "auto",
    arm: Annotated[
        str, typer.Option(help=_("Effacer sans mot tapé : none, once (une machine) ou each (toutes)."))
    ] = "none",
    autostart: Annotated[bool, typer.Option("--autostart", help=_("La clé démarre ce lot d'elle-même."))] = False,
    expected: Annotated[int | None, typer.Option(help=_("Nombre de machines annoncées."))] = None,
) -> None:
    """Ouvrir un lot. « --arm » vaut consentement à effacer chaque machine où l'on branche la clé."""
    from recond.core.errors import UsageError
    from recond.core.settings import Arm, read_lot
    from recond.sink.store import Store
    from recond.ui.console import say

    context: Context = ctx.obj
    store = Store(context.data, context.host)
    if donor is None or expected is None:
        donor, expected = _announced(context, lot, donor, expected)
    values = {
        "lot": lot, "donor": donor or "", "operator": context.operator or "", "level": level,
        "profile": profile, "arm": arm, "autostart": autostart, "expected": expected,
    }  # fmt: skip
    made, errors = read_lot("lot", values)
    if made is None:
        raise UsageError(
            "\n  ".join([N_("ce lot ne va pas"), *errors]), N_("les mots possibles : recond batch new --help")
        )
    if autostart and arm == "none":
        raise UsageError(N_("un lot qui démarre seul doit être armé"), N_("ajoutez --arm once ou --arm each"))
    if lot in store.lots() and store.lot(lot).open:
        raise UsageError(
            N_("le lot « {lot} » est déjà ouvert").format(lot=lot),
            N_("recond batch close {lot}, ou un autre nom").format(lot=lot),
        )
    store.save_lot(made)
    store.choose_lot(made.lot)
    say(context.console, _(" lot {lot} ouvert, {armed}").format(lot=lot, armed=ARMED[made.arm]))
    if made.arm is not Arm.NONE:
        say(
            context.console,
            _(" ATTENTION : une machine qui démarre sur cette clé pour ce lot est effacée sans question."),
        )


def _announced(context: Context, lot: str, donor: str | None, expected: int | None) -> tuple[str | None, int | None]:
    """Complete what was not said by what the coordinator announced at the server, if it answers."""
    from recond.sink.lookup import open_lots

    found = open_lots(context.data / "enrolment.json")
    one = next((one for one in found if one["name"] == lot), {}) if isinstance(found, list) else {}
    if donor is None and isinstance(one.get("donor"), str) and one["donor"]:
        donor = one["donor"]
    if expected is None and isinstance(one.get("expected"), int) and one["expected"] > 0:
        expected = one["expected"]
    return donor, expected


def server(ctx: typer.Context) -> None:
    """Les lots annoncés au serveur ; recond batch new NOM en ouvre un ici, avec son donateur et son nombre."""
    from recond.sink.lookup import open_lots
    from recond.sink.store import Store
    from recond.ui.console import safe, say

    context: Context = ctx.obj
    here = Store(context.data, context.host).lots()
    found = open_lots(context.data / "enrolment.json")
    if isinstance(found, str):
        say(context.console, _(" pas de lots du serveur : {found}").format(found=found))
        return
    if not found:
        say(context.console, _(" aucun lot annoncé au serveur"))
    for one in found:
        parts = [safe(str(one["name"])), safe(str(one.get("donor") or ""))]
        parts += [
            _("{expected} machines").format(expected=one["expected"]) if one.get("expected") else "",
            _("ouvert ici") if one["name"] in here else "",
        ]
        say(context.console, f"   {', '.join(part for part in parts if part)}", indent="     ")


def use(ctx: typer.Context, lot: Annotated[str, typer.Argument(help=_("Nom du lot."))]) -> None:
    """Travailler sur un lot déjà ouvert : l'assistant y range les machines suivantes."""
    from recond.core.errors import UsageError
    from recond.sink.store import Store

    context: Context = ctx.obj
    store = Store(context.data, context.host)
    chosen = store.lot(lot)
    if not chosen.open:
        raise UsageError(
            N_("le lot « {lot} » est fermé").format(lot=lot), N_("ouvrez-en un autre : recond batch new NOM")
        )
    store.choose_lot(lot)
    typer.echo(_(" lot {lot} en cours, {armed}").format(lot=lot, armed=ARMED[chosen.arm]))


def status(
    ctx: typer.Context, lot: Annotated[str | None, typer.Argument(help=_("Nom du lot ; tous sinon."))] = None
) -> None:
    """Où en est un lot : ses machines et leur état."""
    from recond.core.lot_summary import summarise
    from recond.sink.store import Store
    from recond.ui.card import state_words
    from recond.ui.console import say
    from recond.ui.home import lot_counts

    context: Context = ctx.obj
    store = Store(context.data, context.host)
    cards = store.cards()
    names = (lot,) if lot else store.lots()
    if not names:
        say(context.console, _(" aucun lot ; pour en ouvrir un : recond batch new NOM"))
    for name in names:
        one = store.lot(name)
        opened = _("ouvert, {armed}").format(armed=ARMED[one.arm]) if one.open else _("fermé")
        system = _("selon la machine") if one.profile == "auto" else one.profile
        say(
            context.console,
            _(" {lot}   {opened} ; système : {system}").format(lot=one.lot, opened=opened, system=system),
        )
        say(
            context.console,
            _("   {lot_counts}").format(lot_counts=lot_counts(one, summarise(cards, one.lot))),
            indent="   ",
        )
        for card in cards:
            if card.get("lot") == one.lot:
                model = card.get("model") or _("modèle inconnu")
                say(context.console, f"   {card['tag']:12} {state_words(card)}   {model}", indent=" " * 16)


def close(ctx: typer.Context, lot: Annotated[str, typer.Argument(help=_("Nom du lot."))]) -> None:
    """Fermer un lot : plus rien ne s'efface en son nom."""
    from recond.core.settings import Arm
    from recond.sink.store import Store

    context: Context = ctx.obj
    store = Store(context.data, context.host)
    store.save_lot(replace(store.lot(lot), open=False, arm=Arm.NONE, autostart=False))
    typer.echo(_(" lot {lot} fermé : plus rien ne s'efface en son nom").format(lot=lot))
