"""`recond profile`: systems brought by the workshop itself, as a live ISO."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from recond.cli.context import Context
from recond.cli.parts.french import App
from recond.core.words import N_, _


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = App(help=_("Ajouter un système à la clé : une image live (ISO)."), no_args_is_help=True)
    group.command("add", short_help=_("Ajouter une image live à la clé."))(add_command)
    group.callback()(_only_one_command)
    app.add_typer(group, name="profile")


def _only_one_command() -> None:
    # With a callback, the name of the only command stays part of the call.
    pass


def add_command(
    ctx: typer.Context,
    source: Annotated[
        Path, typer.Argument(metavar=_("ISO|DOSSIER"), help=_("L'ISO, ou un dossier avec son profile.toml."))
    ],
    name: Annotated[str | None, typer.Option("--name", metavar="N", help=_("Nom ; sinon celui du fichier."))] = None,
    replace: Annotated[bool, typer.Option("--replace", help=_("À la place du système du même nom."))] = False,
) -> None:
    """Ajouter une image live (Debian, Mint, Emmabuntüs, PrimTux, etc.) aux systèmes que la clé installe.

    L'ISO est lue, son SHA-256 et la liste de ses fichiers sont gardés ; rien n'en est exécuté. Le dossier écrit a un
    profile.toml à relire : titre, mémoire et disque demandés, priorité.
    """
    from recond.core.errors import EnvironmentFault
    from recond.flow.install import find_images
    from recond.flow.profile_add import add
    from recond.ui.console import say

    context: Context = ctx.obj
    if not context.host.is_root():
        raise EnvironmentFault(N_("il faut être root pour lire une image"), "sudo recond profile add FICHIER.iso")
    home = context.profiles or context.data / "profiles"
    offers, _unused = find_images(context.host, context.image_folders())
    own = (one.image for one in offers if one.image.live is None and one.image.origin is None)
    donor = min(own, key=lambda one: sum(part.size_bytes for part in one.files_to_read), default=None)
    said: list[str] = []

    def tell(step: str, share: float | None) -> None:
        if step not in said:
            said.append(step)
            say(context.console, f" {step}...")

    folder = add(context.host, source, home, donor, name=name, replace=replace, tell=tell)
    mine, errors = find_images(context.host, (folder.parent,))
    for error in errors:
        say(context.console, _(" [ECHEC] {error}").format(error=error))
    image = next(one.image for one in mine if one.image.name == folder.name)
    say(context.console, f" [ OK ] {image.name} {image.version} : {folder}", indent=" " * 8)
    say(context.console, _("        à relire : {folder}/profile.toml").format(folder=folder), indent=" " * 8)
