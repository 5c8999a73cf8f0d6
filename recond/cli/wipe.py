"""`recond wipe`: erase disks, after showing what would happen and being told the plan's number or the word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from recond.cli.context import Context
from recond.core.words import N_, _

if TYPE_CHECKING:
    from recond.core.plan import Plan
    from recond.flow.chain import Chain


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("wipe", short_help=_("Effacer des disques et les relire."))(wipe)


def wipe(
    ctx: typer.Context,
    disks: Annotated[
        list[str] | None, typer.Argument(metavar=_("[DISQUE]..."), help=_("Disques (sdb, /dev/nvme0n1) ; sinon tous."))
    ] = None,
    level: Annotated[str, typer.Option(help=_("Niveau : clear ou purge."))] = "clear",
    method: Annotated[str | None, typer.Option(help=_("Méthode, voir : recond list methods."))] = None,
    verify: Annotated[str, typer.Option(help=_("Relecture : full, sample ou none (alors non prouvé)."))] = "full",
    plan: Annotated[bool, typer.Option("--plan", help=_("Montrer le plan et son numéro, ne rien faire."))] = False,
    confirm: Annotated[str | None, typer.Option(metavar="PLAN-ID", help=_("Le numéro donné par --plan."))] = None,
    include_usb: Annotated[bool, typer.Option("--include-usb", help=_("Avec des disques nommés : aussi USB."))] = False,
    tag: Annotated[str | None, typer.Option("--id", help=_("Étiquette de la machine."))] = None,
    allow: Annotated[
        list[str] | None, typer.Option(help=_("Permettre : suspend (veille pour dégeler), dco (rendre une zone DCO)."))
    ] = None,
    psid: Annotated[str | None, typer.Option(help=_("Numéro PSID de l'étiquette du disque (opal-psid)."))] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help=_("Un objet JSON à la fin, l'avancement en JSON sur l'autre sortie."))
    ] = False,
) -> None:
    """Effacer des disques et relire ; rien n'est touché sans le mot DETRUIRE ou --confirm."""
    from recond.cli.parts.chain import make_chain, need_root, only_one, stopped_by_signals
    from recond.cli.parts.ending import finish
    from recond.cli.parts.talk import by_number
    from recond.flow import wipe_step
    from recond.flow.run import run

    context: Context = ctx.obj
    need_root(context)
    chain = make_chain(context, tag=tag, answer=by_number(confirm) if confirm else None)
    _choose(chain, disks or [], level, method, verify, include_usb)
    _allow(chain, allow or [], psid)
    if plan:
        made, _unused = wipe_step.plan_of(chain)
        _answer(made) if as_json else _show(context, made)
        return
    with only_one(), stopped_by_signals(chain.cancel):
        outcome = run(chain, "wipe", install=False)
        code = finish(context, chain, outcome, _("recond wipe, comme cette fois"))
    raise typer.Exit(code)


def _choose(chain: Chain, disks: list[str], level: str, method: str | None, verify: str, include_usb: bool) -> None:
    from recond.core.errors import UsageError
    from recond.core.verdict import Level, VerifyMode
    from recond.erase import registry

    if level not in list(Level):
        raise UsageError(N_("niveau inconnu : « {level} »").format(level=level), N_("--level clear ou --level purge"))
    if verify not in list(VerifyMode):
        raise UsageError(
            N_("relecture inconnue : « {verify} »").format(verify=verify), N_("--verify full, sample ou none")
        )
    if method is not None:
        # Before anything is looked at or recorded: a slip of the finger makes no record.
        registry.method(method)
    chain.level, chain.verify, chain.method = Level(level), VerifyMode(verify), method
    if not disks:
        return
    seen = {disk.name: disk for disk in chain.look()[0]}
    names = [disk.removeprefix("/dev/") for disk in disks]
    missing = [name for name in names if name not in seen]
    if missing:
        raise UsageError(
            N_("pas de disque {missing}").format(missing=", ".join(missing)),
            N_("disques présents : {seen}").format(seen=", ".join(sorted(seen)) or N_("aucun")),
        )
    chain.only = frozenset(names)
    if include_usb:
        chain.named = frozenset(names)


def _allow(chain: Chain, allow: list[str], psid: str | None) -> None:
    from recond.core.errors import UsageError
    from recond.erase.method import DCO, SUSPEND
    from recond.erase.opal_psid import clean_psid

    unknown = sorted(set(allow) - {DCO, SUSPEND})
    if unknown:
        raise UsageError(
            N_("--allow : « {unknown} » n'est pas connu").format(unknown=unknown[0]),
            N_("--allow {suspend} ou --allow {dco}").format(suspend=SUSPEND, dco=DCO),
        )
    if psid is not None and clean_psid(psid) is None:
        raise UsageError(
            N_("--psid : ce n'est pas un PSID"), N_("32 lettres et chiffres, imprimés sur l'étiquette du disque")
        )
    if psid is not None and (chain.only is None or len(chain.only) != 1):
        raise UsageError(
            N_("--psid : un PSID est celui d'un seul disque"), "recond wipe sdX --method opal-psid --psid …"
        )
    chain.allowed, chain.psid = frozenset(allow), psid


def _answer(plan: Plan) -> None:
    from recond.cli.parts import jsonout
    from recond.core.errors import GuardError

    if not plan.items:
        jsonout.tell("plan", **jsonout.plan_json(plan))
        raise GuardError(N_("aucun disque à effacer"), N_("les raisons sont ci-dessus"))
    jsonout.answer(jsonout.PLAN, **jsonout.plan_json(plan))


def _show(context: Context, plan: Plan) -> None:
    from recond.core.errors import GuardError
    from recond.ui.console import say
    from recond.ui.plan import plan_lines

    for line in plan_lines(plan):
        say(context.console, line)
    if not plan.items:
        raise GuardError(N_("aucun disque à effacer"), N_("les raisons sont ci-dessus"))
    say(
        context.console,
        _("\n Pour le faire : la même commande avec --confirm {id} au lieu de --plan").format(id=plan.id),
    )
