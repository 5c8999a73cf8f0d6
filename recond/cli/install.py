"""`recond install`: put a system on one disk, after showing the plan and being told its number or the word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from recond.cli.context import Context
from recond.core.words import N_, _

if TYPE_CHECKING:
    from recond.core.disk import Disk
    from recond.flow.chain import Chain


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("install", short_help=_("Installer un système sur un disque."))(install)


def install(
    ctx: typer.Context,
    profile: Annotated[
        str, typer.Argument(metavar=_("[SYSTEME|auto]"), help=_("Voir : recond list profiles."))
    ] = "auto",
    disk: Annotated[str | None, typer.Option(metavar="D", help=_("Disque ; sinon le seul possible."))] = None,
    plan: Annotated[bool, typer.Option("--plan", help=_("Montrer le plan et son numéro, ne rien faire."))] = False,
    confirm: Annotated[str | None, typer.Option(metavar="PLAN-ID", help=_("Le numéro donné par --plan."))] = None,
    tag: Annotated[str | None, typer.Option("--id", help=_("Étiquette de la machine."))] = None,
    check_all: Annotated[
        bool, typer.Option("--check-all", help=_("Relire tous les fichiers à la fin, pas un échantillon."))
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help=_("Un objet JSON à la fin, l'avancement en JSON sur l'autre sortie."))
    ] = False,
) -> None:
    """Installer un système sur un disque : ce qui s'y trouve est perdu (ce n'est pas un effacement prouvé)."""
    from recond.cli.parts import jsonout
    from recond.cli.parts.chain import make_chain, need_root, only_one
    from recond.cli.parts.ending import finish
    from recond.cli.parts.talk import by_number
    from recond.core.errors import CancelledError, RecondError
    from recond.flow import audit_step, install_step
    from recond.flow import install as engine
    from recond.flow.run import close
    from recond.ui.console import say

    context: Context = ctx.obj
    need_root(context)
    chain = make_chain(context, tag=tag, answer=by_number(confirm) if confirm else None)
    chain.profile = profile
    with only_one():
        audit_step.begin(chain, "install", record=not plan)
        target = _target(chain, disk)
        image = install_step.choose_image(chain, (target,))
        made = engine.make_plan(target, image)
        if plan and as_json:
            jsonout.answer(jsonout.PLAN, **jsonout.plan_json(made))
            return
        if plan:
            chain.talk.show(made)
            say(
                context.console,
                _("\n Pour le faire : recond install {name} --disk {name2} --confirm {id}").format(
                    name=image.name, name2=target.name, id=made.id
                ),
            )
            return
        try:
            number = chain.talk.confirm(made)
            if number is None:
                raise CancelledError(
                    N_("installation annulée, rien n'a été modifié"), N_("relancez quand vous êtes sûr")
                )
            install_step.execute(chain, made, number, image, check_all=check_all)
        except RecondError as error:
            chain.talk.fault(error)
            chain.codes.append(error.code)
        outcome = close(chain)
        code = finish(context, chain, outcome, "recond install")
    raise typer.Exit(code)


def _target(chain: Chain, name: str | None) -> Disk:
    from recond.core.errors import GuardError, UsageError
    from recond.core.guard import refusals

    disks, around = chain.look()
    if name is not None:
        wanted = name.removeprefix("/dev/")
        found = next((disk for disk in disks if disk.name == wanted), None)
        if found is None:
            raise UsageError(
                N_("pas de disque {wanted}").format(wanted=wanted),
                N_("disques : {disks}").format(disks=", ".join(d.name for d in disks) or N_("aucun")),
            )
        spoken = refusals(found, around)
        if spoken:
            raise GuardError(
                N_("{found} est protégé : {reason}").format(found=found.describe(), reason=spoken[0].reason),
                spoken[0].hint,
            )
        return found
    free = [disk for disk in disks if not refusals(disk, around)]
    if len(free) == 1:
        return free[0]
    if not free:
        raise GuardError(N_("aucun disque où installer : tous sont protégés"), N_("recond wipe --plan dit pourquoi"))
    raise UsageError(
        N_("plusieurs disques possibles"), N_("choisissez : --disk ") + N_(" ou ").join(disk.name for disk in free)
    )
