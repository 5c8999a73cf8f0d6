"""The application: the global options, and every command found in this package."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

import recond.cli
from recond import __version__
from recond.cli.context import Context, default_data
from recond.cli.parts.french import App
from recond.core.errors import UsageError
from recond.core.words import LANGUAGES, N_, _, language

EPILOG = _(
    "Codes de sortie : 0 fait ; 1 défaut de recond ; 2 usage. Rien modifié : 3 disque protégé, 4 annulé, "
    "5 environnement, 6 matériel, 7 configuration, 8 plan changé. À mettre de côté : 10 effacement raté, "
    "11 non prouvé, 12 installation ratée. En attente : 20 étiquette, 21 envoi, 22 plusieurs. 128+N : signal."
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"recond {__version__}")
        raise typer.Exit


def common(
    ctx: typer.Context,
    data: Annotated[Path | None, typer.Option(help=_("Dossier des fiches et certificats."), show_default=False)] = None,
    replay: Annotated[Path | None, typer.Option(help=_("Rejouer une machine enregistrée (audit --record)."))] = None,
    profiles: Annotated[Path | None, typer.Option(help=_("Dossier d'images système à essayer en premier."))] = None,
    lang: Annotated[str | None, typer.Option(metavar="fr|en", help=_("Langue : fr ou en (English)."))] = None,
    operator: Annotated[str | None, typer.Option(help=_("Initiales de la personne au poste."))] = None,
    simple: Annotated[bool, typer.Option("--simple", help=_("Texte seul : ni couleur ni écran redessiné."))] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help=_("Seulement le résultat et les erreurs."))] = False,
    log: Annotated[
        Path | None, typer.Option(metavar="F", help=_("Garder aussi dans ce fichier ce qui est montré et appelé."))
    ] = None,
    silent: Annotated[bool, typer.Option("--silent", help=_("Aucun son à la fin."))] = False,
    version: Annotated[
        bool, typer.Option("--version", help=_("Afficher la version."), callback=_show_version, is_eager=True)
    ] = False,
) -> None:
    """Reconditionner un PC donné : audit, effacement prouvé, système libre, étiquette, fiche."""
    if lang not in (None, *LANGUAGES):
        raise UsageError(N_("pas de langue « {lang} »").format(lang=lang), N_("--lang fr ou --lang en"))
    if log is not None:
        from recond.cli.parts import logfile

        logfile.start(log)
    ctx.obj = Context(
        data=data or default_data(),
        replay=replay,
        lang=language(),
        simple=simple,
        quiet=quiet,
        silent=silent,
        operator=operator,
        profiles=profiles,
    )
    if ctx.invoked_subcommand is None:
        if sys.stdin.isatty() and sys.stdout.isatty():
            from recond.cli.parts.assistant import assistant

            raise typer.Exit(assistant(ctx.obj))
        typer.echo(ctx.get_help())


WITH_VALUE = ("--data", "--replay", "--profiles", "--lang", "--operator", "--log")
"""The global options that are followed by a word of their own."""


def command_in(words: Sequence[str]) -> str | None:
    """Return the command that a command line names, None when it names none that has a file of its own name."""
    rest = iter(words)
    for word in rest:
        if word in WITH_VALUE:
            next(rest, None)
        elif not word.startswith("-"):
            known = {info.name for info in pkgutil.iter_modules(recond.cli.__path__) if not info.ispkg}
            return word if word in known else None
    return None


def build(only: str | None = None) -> typer.Typer:
    """Return the application; a file of this package with a `register(app)` is a command.

    `only`: load that one and no other, because a 2010 PC feels every command that is made.
    """
    app = App(
        name="recond",
        help=_(inspect.cleandoc(common.__doc__ or "")),
        invoke_without_command=True,
        no_args_is_help=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        add_completion=False,
        epilog=EPILOG,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 79},
    )
    app.callback()(common)
    for info in pkgutil.iter_modules(recond.cli.__path__):
        if info.ispkg or only not in (None, info.name):
            continue
        module = importlib.import_module(f"recond.cli.{info.name}")
        if hasattr(module, "register"):
            module.register(app)
    return app
