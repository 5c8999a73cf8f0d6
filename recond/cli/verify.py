"""`recond verify`: whether a certificate is whole, and whether its verdict follows from what it says was observed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from recond.cli.context import Context


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("verify", short_help="Contrôler des certificats.")(verify)


def verify(
    ctx: typer.Context,
    files: Annotated[list[Path], typer.Argument(metavar="FICHIER...", help="Certificats (JSON).")],
    chain: Annotated[
        bool, typer.Option("--chain", help="Ce sont tous ceux d'une clé : contrôler qu'aucun ne manque.")
    ] = False,
) -> None:
    """Contrôler des certificats : ni modifiés, ni plus affirmatifs que ce qui fut observé. Ne prouve pas l'honnêteté."""
    from recond.core.certificate import chain_faults, check
    from recond.core.errors import ConfigurationFault
    from recond.ui.card import WIPES
    from recond.ui.console import say

    context: Context = ctx.obj
    faults: list[str] = []
    read = []
    for path in files:
        try:
            found = json.loads(path.read_bytes())
        except (OSError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) else "ce n'est pas du JSON"
            raise ConfigurationFault(
                f"{path} ne se lit pas : {why}", "donnez un fichier du dossier certificates/ des fiches"
            ) from error
        wrong = check(found) if isinstance(found, dict) else ("ce n'est pas un certificat",)
        faults += wrong
        read.append(found)
        word = "[ECHEC]" if wrong else "[ OK ]"
        verdict = found.get("verdict") if isinstance(found, dict) else None
        said = "; ".join(wrong) or WIPES.get(str(verdict), "verdict inconnu")
        say(context.console, f"{word:7} {path.name} : {said}", indent=" " * 8)
    if chain and not faults:
        faults += chain_faults(read)
        for fault in faults:
            say(context.console, f"[ECHEC] {fault}", indent=" " * 8)
        if not faults:
            say(context.console, f"[ OK ]  la chaîne des {len(read)} certificats est entière")
    raise typer.Exit(int(ConfigurationFault.code) if faults else 0)
