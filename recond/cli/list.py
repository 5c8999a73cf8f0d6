"""`recond list`: what there is to choose from, and for each disk of this machine why a method can or cannot be used."""

from __future__ import annotations

import typer

from recond.cli.context import Context


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(
        help="Ce que l'on peut choisir : méthodes, systèmes, imprimantes, supports.", no_args_is_help=True
    )
    group.command("methods")(methods)
    group.command("profiles")(profiles)
    group.command("printers")(printers)
    group.command("media")(media)
    app.add_typer(group, name="list")


def methods(ctx: typer.Context) -> None:
    """Les méthodes d'effacement, disque par disque : utilisable, ou pourquoi non."""
    from recond.erase.method import Unsupported
    from recond.erase.registry import methods as all_methods
    from recond.probe.disks import read_disks

    context: Context = ctx.obj
    known = all_methods()
    for method in known:
        context.console.print(f" {method.name:16} {method.title}", soft_wrap=True)
    for disk in read_disks(context.host):
        context.console.print(f"\n {disk.describe()}", soft_wrap=True)
        for method in known:
            answer = method.supports(context.host, disk)
            word = f"[ -- ]  {answer.reason}" if isinstance(answer, Unsupported) else "[ OK ]"
            context.console.print(f"   {method.name:16} {word}", soft_wrap=True)


def profiles(ctx: typer.Context) -> None:
    """Les systèmes présents sur la clé (ou dans le cache), et ceux qui ne sont pas utilisables."""
    from recond.core.text import decimal_bytes
    from recond.flow.install import find_images

    context: Context = ctx.obj
    images, errors = find_images(context.host, context.image_folders())
    for image in (offer.image for offer in images):
        size = decimal_bytes(image.size_bytes)
        context.console.print(f" {image.name:16} {image.version:20} {size:>8}  {image.path}", soft_wrap=True)
    for error in errors:
        context.console.print(f" [ECHEC] {error}", soft_wrap=True)
    if not images:
        folders = ", ".join(str(folder) for folder in context.image_folders())
        context.console.print(f" aucun système ; cherché dans : {folders}", soft_wrap=True)


def printers(ctx: typer.Context) -> None:
    """Les imprimantes et sorties d'étiquettes."""
    from recond.label.printers import all_printers

    context: Context = ctx.obj
    for printer in all_printers():
        context.console.print(f" {printer.key:12} {printer.about}", soft_wrap=True)


def media(ctx: typer.Context) -> None:
    """Les supports d'étiquettes."""
    from recond.label.media import all_media

    context: Context = ctx.obj
    for one in all_media():
        context.console.print(f" {one.key:12} {one.about}", soft_wrap=True)
