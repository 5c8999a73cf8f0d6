"""typer's own words in French, its help pages and its complaints about the command line; both stay English in English."""

from __future__ import annotations

import inspect
import re
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.exceptions import TyperException

from recond.core.words import _, language

WORDS = (
    ("Usage:", "Usage :"),
    ("Options:", "Options :"),
    ("Arguments:", "Arguments :"),
    ("Commands:", "Commandes :"),
    ("COMMAND [ARGS]...", "COMMANDE [MOTS]..."),
    ("Show this message and exit.", _("Afficher cette aide.")),
    ("[default:", _("[défaut :")),
    ("[required]", "[requis]"),
)
KINDS = {
    "<str>": "MOT",
    "<path>": "CHEMIN",
    "<int>": "N",
    "<int range>": "NOMBRE",
    "<float>": "NOMBRE",
    "<float range>": "NOMBRE",
    "<list[str]>": "MOTS",
    "<list[Path]>": "CHEMINS",
}
"""Each is shorter than what it stands for: the page's columns stay where they are."""


class FrenchCommand(TyperCommand):
    """A command whose help page is in French."""

    def get_help(self, ctx: Any) -> str:
        """Return the help page."""
        return french(super().get_help(ctx))


class FrenchGroup(TyperGroup):
    """A group of commands whose help page is in French."""

    def get_help(self, ctx: Any) -> str:
        """Return the help page."""
        return french(super().get_help(ctx))


class App(typer.Typer):
    """A `typer.Typer` whose commands speak French."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("cls", FrenchGroup)
        super().__init__(**options)

    def command(self, *words: Any, **options: Any) -> Any:
        """Add a command, as `typer.Typer.command` does."""
        options.setdefault("cls", FrenchCommand)
        add = super().command

        def decorate(command: Any) -> Any:
            options.setdefault("help", _(inspect.cleandoc(command.__doc__ or "")))
            return add(*words, **options)(command)

        return decorate


def french(page: str) -> str:
    """Return a help page in French; its columns stay where they are."""
    if language() != "fr":
        return "\n".join(line.rstrip() for line in page.split("\n"))
    for english, said in WORDS:
        page = page.replace(english, said)
    for kind, said in KINDS.items():
        page = page.replace(kind, said.ljust(len(kind)))
    return "\n".join(line.rstrip() for line in page.split("\n"))


def complaint(wrong: TyperException) -> tuple[str, str]:
    """Return what is wrong with the command line and where to read more."""
    context = getattr(wrong, "ctx", None)
    command = context.command_path if context is not None else "recond"
    return _said(wrong.format_message()), _("les mots possibles : {command} --help").format(command=command)


SAYINGS = (
    (r"No such command '(.+?)'\.?(?: Did you mean (.+)\?)?$", _("pas de commande « {0} »"), _(" ; peut-être {0}")),
    (r"No such option: (\S+)(?: \(Possible options: (.+)\))?$", _("pas d'option « {0} »"), _(" ; peut-être {0}")),
    (r"Missing argument '?(.+?)'?\.?$", _("il manque : {0}"), ""),
    (r"Missing option '?(.+?)'?\.?$", _("il manque l'option {0}"), ""),
    (r"Missing command\.?$", _("il manque une commande"), ""),
    (r"Option '(.+)' requires an argument\.?$", _("l'option {0} attend une valeur"), ""),
    (r"Option '(.+)' requires (?:\d+) arguments\.?$", _("l'option {0} attend d'autres valeurs"), ""),
    (r"Option '(.+)' does not take a value\.?$", _("l'option {0} ne prend pas de valeur"), ""),
    (r"Got unexpected extra argument\S* \((.+)\)$", _("en trop : {0}"), ""),
    (r"Invalid value for '?(.+?)'?: ", _("cette valeur ne va pas pour {0}"), ""),
)


def _said(message: str) -> str:
    for pattern, text, more in SAYINGS:
        found = re.match(pattern, message.strip(), re.DOTALL)
        if found is None:
            continue
        words = [word for word in found.groups() if word]
        head = text.format(words[0].strip("'")) if words else text
        return head + (
            more.format(_(" ou ").join(re.split(r",\s*|' or '", words[1].strip("'")))) if len(words) > 1 else ""
        )
    return message
