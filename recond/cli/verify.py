"""`recond verify`: whether certificates are whole, follow from what was observed, and who signed them."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from recond.cli.context import Context
from recond.core.words import _

if TYPE_CHECKING:
    from recond.core.verification import Examined


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("verify", short_help=_("Contrôler des certificats."))(verify)


def verify(
    ctx: typer.Context,
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar=_("[FICHIER]..."), help=_("Certificats (JSON) ; sinon tous ceux d'ici.")),
    ] = None,
    chain: Annotated[
        bool, typer.Option("--chain", help=_("Ce sont tous ceux d'une clé : contrôler qu'aucun ne manque."))
    ] = False,
    keys: Annotated[
        list[str] | None,
        typer.Option(
            "--key", metavar=_("CLE|F"), help=_("Clé publique reconnue, ou fichier de clés (recond serve --keys).")
        ),
    ] = None,
    paper: Annotated[
        str | None, typer.Option(metavar=_("TEXTE"), help=_("Le texte lu dans le code d'un certificat imprimé."))
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help=_("Le résultat en JSON."))] = False,
) -> None:
    """Contrôler des certificats : entiers, signés, pas plus affirmatifs que ce qui fut observé.

    Ne prouve pas l'honnêteté de celui qui les a faits. Codes : 0 crus ; 7 modifiés, incohérents ou manquants ; 11 entiers,
    mais signés d'une clé que rien ici ne reconnaît (donnez --key).
    """
    from recond.cli.parts.certfiles import known_keys, read_certificates
    from recond.core.certificate import chain_faults
    from recond.core.errors import ExitCode
    from recond.core.verification import examine, paper_fault

    context: Context = ctx.obj
    found = read_certificates(context.data, files or [])
    known = known_keys(context.data, keys or [])
    seen = [(one.path, examine(one.content, known, one.word)) for one in found]
    contents = [one.content for one in found]
    whole = not any(one.faults for _unused, one in seen)
    faults = list(chain_faults(contents)) if (chain or not files) and whole else []
    wrong_paper = paper_fault(paper, contents) if paper is not None else None
    faults += [wrong_paper] if wrong_paper else []
    code = ExitCode.OK if all(one.believed for _unused, one in seen) else ExitCode.WIPE_UNPROVEN
    code = ExitCode.CONFIGURATION if faults or not whole else code
    if as_json:
        _json(seen, faults, int(code))
    else:
        _say(context, seen, faults, checked_chain=(chain or not files) and whole, paper=paper is not None)
    raise typer.Exit(int(code))


def _json(seen: list[tuple[Path, Examined]], faults: list[str], code: int) -> None:
    rows: list[dict[str, Any]] = [{"file": str(path), **asdict(one), "believed": one.believed} for path, one in seen]
    from recond.core import canonical

    made = {"schema": "recond.verification/1", "code": code, "faults": faults, "certificates": rows}
    typer.echo(canonical.dumps(made, indent=1))


def _say(
    context: Context, seen: list[tuple[Path, Examined]], faults: list[str], *, checked_chain: bool, paper: bool
) -> None:
    from recond.ui.console import say
    from recond.ui.verdict import examined_lines

    for path, one in seen:
        for line in examined_lines(path.name, one):
            say(context.console, line, indent=" " * 8)
    for fault in faults:
        say(context.console, _("[ECHEC] {fault}").format(fault=fault), indent=" " * 8)
    if checked_chain and not faults:
        say(
            context.console,
            _("[ OK ]  la chaîne des {count} certificat(s) est entière").format(count=len(seen)),
            indent=" " * 8,
        )
    if paper and not faults:
        say(context.console, _("[ OK ]  le papier est celui d'un de ces certificats"), indent=" " * 8)
