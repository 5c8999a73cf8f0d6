"""`recond list`: what there is to choose from, and for each disk of this machine why a method can or cannot be used."""

from __future__ import annotations

from typing import Annotated

import typer

from recond.cli.context import Context
from recond.cli.parts.french import App
from recond.core.words import _, stored

EVIDENCE = {
    "simulated": _("essayée sur simulateur"),
    "emulated": _("essayée sur PC virtuel"),
    "hardware": _("vue sur disques réels"),
}


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = App(help=_("Ce que l'on peut choisir : méthodes, systèmes, imprimantes, supports."), no_args_is_help=True)
    group.command("methods", short_help=_("Les méthodes, et pour chaque disque si elles vont."))(methods)
    group.command("profiles", short_help=_("Les systèmes présents sur la clé."))(profiles)
    group.command("printers", short_help=_("Les imprimantes trouvées et les sorties possibles."))(printers)
    group.command("media", short_help=_("Les supports d'étiquettes."))(media)
    app.add_typer(group, name="list")


def methods(
    ctx: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help=_("Sortie JSON."))] = False,
) -> None:
    """Les méthodes d'effacement, disque par disque : utilisable, ou pourquoi non. Ne fait que lire."""
    from recond.core import canonical
    from recond.flow.methods import SCHEMA, answers
    from recond.ui.console import say

    context: Context = ctx.obj
    known, disks = answers(context.host)
    if as_json:
        said = {"schema": SCHEMA, "methods": known, "disks": disks}
        context.console.file.write(canonical.dumps(said, indent=1) + "\n")
        return
    for method in known:
        say(
            context.console,
            f" {method['name']:23} {stored(method['title'])} ({EVIDENCE[method['evidence']]})",
            indent=" " * 25,
        )
    for disk in disks:
        say(context.console, f"\n {disk['description']}")
        for reason in disk["protected"]:
            say(context.console, _("   PROTEGE  {reason}").format(reason=reason), indent=" " * 12)
        for answer in disk["methods"]:
            level = _("[ OK ]  niveau {level}").format(level=answer["level"])
            if answer["usable"] and disk["protected"]:
                level = _("[ -- ]  disque protégé : ne sera jamais touché")
            word = level if answer["usable"] else f"[ -- ]  {stored(answer['reason'])}"
            say(context.console, f"   {answer['name']:23} {word}", indent=" " * 35)


def profiles(ctx: typer.Context) -> None:
    """Les systèmes présents sur la clé (ou dans le cache) : ce qui convient à cette machine, et pourquoi le reste non."""
    from recond.core.matching import match, targets_of
    from recond.core.text import decimal_bytes
    from recond.flow.audit import audit
    from recond.flow.install import find_images
    from recond.probe.disks import read_disks
    from recond.ui.console import say

    context: Context = ctx.obj
    offers, errors = find_images(context.host, context.image_folders())
    found = match(
        [one.profile for one in offers],
        audit(context.host, disks=()),
        targets_of(disk for disk in read_disks(context.host) if not disk.removable),
    )
    why = {one.profile.name: one for one in found.fits}
    for image, profile in ((one.image, one.profile) for one in offers):
        mark = "[ -- ]" if why[profile.name].missing else "[ OK ]"
        kind = ", image live" if image.live else ""
        size = decimal_bytes(image.size_bytes)
        say(
            context.console,
            f" {mark} {image.name:16} {profile.shown_title}, {image.version}{kind}, {size}",
            indent=" " * 8,
        )
        say(context.console, f"        {why[profile.name].why}", indent=" " * 8)
        say(context.console, f"        {image.path}", indent=" " * 8)
    for error in errors:
        say(context.console, _(" [ECHEC] {error}").format(error=error), indent=" " * 9)
    if offers:
        say(context.console, _("\n Cette machine : {explanation}").format(explanation=found.explanation), indent=" ")
        if found.advice:
            say(context.console, _(" A faire : {advice}").format(advice=found.advice), indent=" ")
    else:
        folders = ", ".join(str(folder) for folder in context.image_folders())
        say(context.console, _(" aucun système ; cherché dans : {folders}").format(folders=folders))


def printers(
    ctx: typer.Context,
    network: Annotated[
        bool, typer.Option("--network/--no-network", help=_("Chercher aussi sur le réseau, deux secondes."))
    ] = True,
) -> None:
    """Les imprimantes trouvées, celle de l'atelier, et les sorties possibles. N'imprime rien."""
    from recond.flow.printers import found_printers
    from recond.label.printers import all_printers
    from recond.sink.labelqueue import LabelQueue
    from recond.sink.store import Store
    from recond.ui.console import say

    context: Context = ctx.obj
    settings = Store(context.data, context.host).settings()
    if settings.printer:
        say(
            context.console,
            _(" Celle de l'atelier (recond.toml) : {printer} {media}")
            .format(printer=settings.printer, media=settings.media or "")
            .rstrip(),
        )
    found = found_printers(context.host, network=network)
    say(
        context.console, _(" Trouvées :") if found else _(" Aucune imprimante trouvée : est-elle allumée et branchée ?")
    )
    for one in found:
        how = f"--printer {one.printer}" if one.printer else _("à installer dans CUPS")
        say(context.console, f"   {one.about} -> {how}", indent=" " * 6)
    say(context.console, _(" Ce que --printer comprend :"))
    for printer in all_printers():
        say(context.console, f"   {printer.key:12} {printer.about}", indent=" " * 16)
    waiting = LabelQueue(context.data).all()
    if waiting:
        tags = ", ".join(one.tag for one in waiting)
        say(
            context.console,
            _(" {count} étiquette(s) en attente : {tags} -> recond label reprint").format(
                count=len(waiting), tags=tags
            ),
            indent=" " * 3,
        )


def media(ctx: typer.Context) -> None:
    """Les supports d'étiquettes, avec ceux du fichier media.toml de l'atelier."""
    from recond.label.media import all_media
    from recond.ui.console import say

    context: Context = ctx.obj
    for one in all_media(context.data):
        say(context.console, f" {one.key:12} {_(one.about)}", indent=" " * 14)
