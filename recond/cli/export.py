"""`recond export`: the records of this stick for other tools."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from recond.cli.context import Context
from recond.core.words import N_, _


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("export")(export)


def export(
    ctx: typer.Context,
    form: Annotated[str, typer.Argument(metavar="FORMAT", help=_("glpi, csv ou snipeit."))],
    tags: Annotated[
        list[str] | None, typer.Argument(metavar="[TAG]...", help=_("Étiquettes (toutes par défaut)."))
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(help=_("Fichier à écrire, ou dossier s'il y en a plusieurs ; « - » : sortie standard.")),
    ] = None,
) -> None:
    """Les fiches pour d'autres outils : inventaire GLPI, tableau français, Snipe-IT. Ne modifie aucune fiche."""
    from recond.core.errors import UsageError
    from recond.sink import files
    from recond.sink.exports import export as find
    from recond.sink.store import Store

    context: Context = ctx.obj
    chosen = find(form)
    store = Store(context.data, context.host)
    wanted = tags or [str(card["tag"]) for card in store.cards()]
    cards = [(tag, store.find_card(tag)) for tag in wanted]
    missing = [tag for tag, card in cards if card is None]
    if missing or not cards:
        named = _("« {missing} » ").format(missing=", ".join(missing)) if missing else ""
        raise UsageError(
            N_("pas de fiche {named}dans {data}").format(named=named, data=context.data), N_("voyez : recond show last")
        )
    made = chosen.make([card for _unused, card in cards if card is not None])
    if str(out) == "-":
        if len(made) != 1:
            raise UsageError(
                N_("{count} fichiers ne vont pas sur la sortie standard").format(count=len(made)),
                N_("nommez une étiquette ou un dossier"),
            )
        typer.echo(made[0][1], nl=False)
        return
    folder = out or context.data / "exports"
    single = out is not None and len(made) == 1 and not out.is_dir()
    for name, content in made:
        path = folder if single else folder / name
        files.write(path, content)
        context.console.print(f" [OK] {path}", soft_wrap=True)
