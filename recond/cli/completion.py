"""`recond completion SHELL`: what makes a shell complete recond's words with the Tab key."""

from __future__ import annotations

from typing import Annotated

import typer

from recond.core.words import N_, _

SHELLS = ("bash", "zsh", "fish")
VARIABLE = "_RECOND_COMPLETE"
"""By this variable the shell asks recond for the words that fit; see `recond.cli.main.run`."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("completion", short_help=_("Compléter les mots de recond avec la touche Tab."))(completion)


def completion(shell: Annotated[str, typer.Argument(help=_("bash, zsh ou fish."))]) -> None:
    """Écrire ce qui fait compléter les mots de recond par l'interpréteur de commandes.

    Pour bash : recond completion bash > ~/.local/share/bash-completion/completions/recond
    """
    from typer.completion import get_completion_script  # type: ignore[attr-defined]

    from recond.core.errors import UsageError

    if shell not in SHELLS:
        raise UsageError(
            N_("pas de complétion pour « {shell} »").format(shell=shell),
            N_("au choix : {shells}").format(shells=", ".join(SHELLS)),
        )
    typer.echo(get_completion_script(prog_name="recond", complete_var=VARIABLE, shell=shell))
