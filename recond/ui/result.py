"""The last screen: what became of each part, in words first, and what to do with the object in front."""

from __future__ import annotations

from recond.core.errors import ExitCode

WIDTH = 79

ADVICE = {
    ExitCode.OK: "collez l'étiquette : la machine est prête.",
    ExitCode.GUARD: "un disque est protégé ou utilisé : voyez ci-dessus, étiquette ROUGE.",
    ExitCode.CANCELLED: "rien n'a été modifié ; relancez quand vous êtes sûr.",
    ExitCode.WIPE_FAILED: "retirez le disque en échec, étiquette ROUGE : à détruire.",
    ExitCode.WIPE_UNPROVEN: "effacement non prouvé, étiquette ROUGE : mettez la machine de côté.",
    ExitCode.INSTALL_FAILED: "disques effacés mais système absent : relancez recond, ou mettez de côté.",
    ExitCode.LABEL_PENDING: "l'étiquette manque : recond label",
    ExitCode.PUSH_PENDING: "la machine est prête ; la fiche partira avec la prochaine.",
    ExitCode.SEVERAL_PENDING: "la machine est prête ; étiquette et envoi restent à faire.",
    ExitCode.INTERRUPTED: "INTERROMPU : disque NON EFFACE ; relancez recond run pour reprendre.",
}


def headline(code: ExitCode) -> str:
    """Return the one word that is read from across the room."""
    if code in (ExitCode.OK, ExitCode.PUSH_PENDING, ExitCode.LABEL_PENDING, ExitCode.SEVERAL_PENDING):
        return "PRET"
    return "INTERROMPU" if code is ExitCode.INTERRUPTED else "A METTRE DE COTE"


def result_lines(tag: str, code: ExitCode, push_text: str) -> list[str]:
    """Return the last screen's lines, at most 79 columns."""
    bar = "=" * WIDTH
    word = f"  {headline(code)}   {tag}"
    return [
        "",
        bar,
        word,
        bar,
        f" Fiche    {push_text}",
        f" A FAIRE  {ADVICE.get(code, 'voyez le message ci-dessus.')}".ljust(60) + f" code {int(code)}",
    ]
