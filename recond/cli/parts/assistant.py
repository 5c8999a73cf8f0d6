"""The assistant: what a volunteer sees when the stick has booted. Keys sit in the same place on AZERTY and QWERTY."""

from __future__ import annotations

import sys
import termios
from typing import Any

from recond import __version__
from recond.cli.context import Context
from recond.ui.confirm import flush_typed_ahead
from recond.ui.console import safe, say

MENU = (
    ("R", "Reconditionner ce PC : audit, effacement, installation, étiquette", ("run",)),
    ("U", "Audit seulement (rien n'est modifié)", ("audit",)),
    ("E", "Essayer écran, clavier, son, Wi-Fi... (rien n'est effacé)", ("test", "--left")),
    ("S", "Station : effacer des disques branchés l'un après l'autre", ("station",)),
    ("V", "Voir la dernière fiche", ("show", "last")),
    ("N", "Envoyer les fiches au serveur", ("push",)),
    ("T", "Entraînement sur un disque factice", ("practice", "--ask")),
    ("D", "Vérifier la clé et ses outils", ("doctor",)),
    ("X", "Éteindre", ("poweroff",)),
)


def assistant(context: Context) -> int:
    """Show the menu and run what is chosen, until the PC is powered off or the input ends. Enter alone does nothing."""
    console = context.console
    workshop = _workshop(context)
    _tell_copy(context)
    while True:
        say(console, "\n" + f" recond {__version__}".ljust(79 - len(workshop)) + workshop + "\n")
        for key, text, _ in MENU:
            say(console, f"   [{key}]  {text}")
        say(console, "\n Tapez une lettre puis Entrée. Rien n'est effacé sans le mot DETRUIRE.")
        typed = _ask(" > ")
        if typed is None:
            return 0
        words = next((words for key, _, words in MENU if key == typed), None)
        if words is None:
            if typed:
                say(console, f" « {typed[:20]} » n'est pas dans ce menu.")
            continue
        if words == ("poweroff",):
            from recond.cli.parts.ending import power_off

            say(console, " Extinction. Attendez l'arrêt complet avant d'ôter la clé.")
            power_off(context)
            return 0
        _run(context, words)
        # The result stays on the screen until somebody has read it.
        if _ask("\n Entrée : retour au menu ") is None:
            return 0


def _tell_copy(context: Context) -> None:
    """Say that this stick was copied from another one and is not the workshop's yet; `recond doctor` says what to do."""
    from recond.core.errors import RecondError
    from recond.sink.store import Store

    try:
        copied_from = Store(context.data, context.host).copied_from
    except RecondError:
        return  # the menu's own commands say what is wrong
    if copied_from and not (context.data / "enrolment.json").exists():
        say(
            context.console,
            f" CLE COPIEE de {safe(copied_from)} : à enrôler, avec son propre préfixe d'étiquettes (menu D).",
        )


def _workshop(context: Context) -> str:
    from recond.core.errors import RecondError
    from recond.sink.store import Store

    try:
        return safe(Store(context.data, context.host).settings().organisation)[:40]
    except (RecondError, OSError):
        # The command that is chosen will say what is wrong with the settings.
        return ""


def _ask(question: str) -> str | None:
    """Return what was typed, upper case; None when the input ended. Ctrl-C is no answer: the menu comes back."""
    flush_typed_ahead()
    try:
        return input(question).strip().upper()
    except EOFError:
        return None
    except KeyboardInterrupt:
        print()
        return ""


def _run(context: Context, words: tuple[str, ...]) -> None:
    # Through the same door as the shell: whatever becomes of the command, it is said, and the menu comes back.
    from recond.cli.main import run

    options = ["--data", str(context.data), *(["--simple"] if context.simple else [])]
    options += ["--operator", context.operator] if context.operator else []
    options += ["--profiles", str(context.profiles)] if context.profiles else []
    keys = _keyboard()
    try:
        run([*options, *words])
    finally:
        if keys is not None:
            # A command cut off while its bars moved leaves the keyboard without its echo.
            termios.tcsetattr(sys.stdin.fileno(), termios.TCSADRAIN, keys)


def _keyboard() -> list[Any] | None:
    try:
        return termios.tcgetattr(sys.stdin.fileno())
    except (termios.error, ValueError, OSError):
        return None
