"""`recond stick`: make a stick of recond from an image, or give one a new system without touching its records."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from recond.cli.context import Context
from recond.cli.parts.french import App
from recond.core.words import N_, _

if TYPE_CHECKING:
    from recond.cli.parts.sticks import Bench
    from recond.core.disk import Disk
    from recond.core.plan import Plan
    from recond.flow.stick_image import ImageFile
    from recond.flow.stick_write import Written


def register(app: typer.Typer) -> None:
    """Add the commands."""
    stick = App(help=_("Faire une clé recond, ou mettre à jour son système."), no_args_is_help=True)
    stick.command("list", short_help=_("Les clés USB branchées, et ce qu'elles contiennent."))(list_sticks)
    stick.command("write", short_help=_("Écrire une image sur une clé USB et la relire."))(write)
    app.add_typer(stick, name="stick")


PRACTICE = typer.Option("--practice", hidden=True, help=_("Un fichier au lieu d'une clé (essais)."))


def list_sticks(
    ctx: typer.Context,
    practice: Annotated[Path | None, PRACTICE] = None,
    as_json: Annotated[bool, typer.Option("--json", help=_("Résultat en JSON."))] = False,
) -> None:
    """Les disques branchés : lesquels peuvent devenir une clé recond, et pourquoi pas les autres."""
    from recond.cli.parts import sticks

    context: Context = ctx.obj
    with sticks.bench(context, practice) as bench:
        found = sticks.look_at_all(bench, 0)
        if as_json:
            sticks.put_json({"schema": "recond.sticks/1", "disks": [one.plain() for one in found]})
            return
        sticks.show_all(context, found)


def write(
    ctx: typer.Context,
    image: Annotated[Path, typer.Argument(metavar="IMAGE", help=_("L'image faite par make image."))],
    device: Annotated[
        str | None, typer.Argument(metavar=_("CLE"), help=_("La clé (sdb) ; sinon on la choisit."))
    ] = None,
    update: Annotated[
        bool, typer.Option("--update", help=_("Changer le système, garder fiches et enrôlement."))
    ] = False,
    plan: Annotated[bool, typer.Option("--plan", help=_("Montrer le plan et son numéro, ne rien faire."))] = False,
    confirm: Annotated[str | None, typer.Option(metavar="PLAN-ID", help=_("Le numéro donné par --plan."))] = None,
    practice: Annotated[Path | None, PRACTICE] = None,
    as_json: Annotated[bool, typer.Option("--json", help=_("Résultat en JSON."))] = False,
) -> None:
    """Écrire l'image sur une clé USB amovible, la relire entière, comparer son SHA-256. Tout autre disque est refusé."""
    from recond.cli.parts import sticks
    from recond.cli.parts.chain import need_root, only_one
    from recond.flow import stick_write
    from recond.flow.stick_image import open_image

    context: Context = ctx.obj
    need_root(context)
    with only_one(), sticks.bench(context, practice) as bench:
        opened = open_image(context.host, image.absolute())
        disk = sticks.choose(bench, opened, device, update=update)
        bench = replace(bench, path=disk.path)
        sha256 = stick_write.hash_image(opened, bench.tell)
        deed = "update" if update else "write"
        made = stick_write.make_plan(disk, deed, sha256)
        _show(bench, opened, disk, update=update, quiet=as_json)
        if plan:
            sticks.put_plan(bench, opened, disk, made.id, deed, as_json=as_json)
            return
        number = confirm or sticks.ask(bench, made, disk, update=update)
        done = _do(bench, opened, disk, sha256, made, number, update=update)
        sticks.put_done(bench, opened, done, deed, as_json=as_json)


def _show(bench: Bench, image: ImageFile, disk: Disk, *, update: bool, quiet: bool) -> None:
    from recond.cli.parts import sticks
    from recond.core.errors import ConfigurationFault
    from recond.flow import stick_update, stick_write

    layout = stick_write.current(bench.host, disk)
    before = stick_update.look_at(bench.host, disk.path, layout) if layout else None
    if not quiet:
        sticks.show_choice(bench, image, disk, before, update=update)
    if update:
        if before is None:
            raise ConfigurationFault(
                N_("{disk} n'est pas une clé recond : rien à mettre à jour").format(disk=disk.describe()),
                N_("sans --update : elle sera refaite"),
            )
        stick_update.check(before, image, disk.identity.size_bytes)


def _do(bench: Bench, image: ImageFile, disk: Disk, sha256: str, made: Plan, number: str, *, update: bool) -> Written:
    from recond.flow import stick_update, stick_write

    act = stick_update.update if update else stick_write.write
    return act(bench.host, image, sha256, made, number, bench.look, bench.tell)
