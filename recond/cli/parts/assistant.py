"""The assistant: what a volunteer sees when the stick has booted. Keys sit in the same place on AZERTY and QWERTY."""

from __future__ import annotations

from recond import __version__
from recond.cli.context import Context
from recond.ui.confirm import flush_typed_ahead

MENU = (
    ("R", "Reconditionner ce PC : audit, effacement, installation, étiquette", ("run",)),
    ("U", "Audit seulement (rien n'est modifié)", ("audit",)),
    ("V", "Voir la dernière fiche", ("show", "last")),
    ("N", "Envoyer les fiches au serveur", ("push",)),
    ("T", "Entraînement sur un disque factice", ("practice", "--ask")),
    ("D", "Vérifier la clé et ses outils", ("doctor",)),
    ("X", "Éteindre", ("poweroff",)),
)


def assistant(context: Context) -> int:
    """Show the menu and run what is chosen, until the PC is powered off or the input ends. Enter alone does nothing."""
    console = context.console
    while True:
        console.print(f"\n recond {__version__}".ljust(60) + "La Maison du libre\n")
        for key, text, _ in MENU:
            console.print(f"   [{key}]  {text}")
        console.print("\n Tapez une lettre puis Entrée. Rien n'est effacé sans le mot DETRUIRE.")
        flush_typed_ahead()
        try:
            typed = input(" > ").strip().upper()
        except EOFError:
            return 0
        words = next((words for key, _, words in MENU if key == typed), None)
        if words is None:
            continue
        if words == ("poweroff",):
            from recond.cli.parts.ending import power_off

            power_off(context)
            return 0
        _run(context, words)
        # The result stays on the screen until somebody has read it.
        flush_typed_ahead()
        try:
            input("\n Entrée : retour au menu ")
        except EOFError:
            return 0


def _run(context: Context, words: tuple[str, ...]) -> None:
    # Through the same door as the shell: whatever becomes of the command, it is said, and the menu comes back.
    from recond.cli.main import run

    options = ["--data", str(context.data), *(["--simple"] if context.simple else [])]
    run([*options, *words])
