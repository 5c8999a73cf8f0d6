"""The entry point: `--version` at once, everything else through `recond.cli.app`; errors become exit codes here only."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from recond import __version__
from recond.core.errors import ExitCode, RecondError
from recond.core.words import _, shown

if TYPE_CHECKING:
    from typer.exceptions import TyperException


AUDIT_JSON = (["audit", "--json"], ["audit", "--json", "--no-selftest"])
"""Asked by other programs, of a 2010 PC too, where every import is felt: these go without the library of the command line."""


def stopped() -> str:
    """Say what a command that was stopped may have left behind."""
    return _("un disque dont l'effacement avait commencé est NON EFFACE ; la même commande le reprend")


def main(argv: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit code (see `recond.core.errors`)."""
    words = list(sys.argv[1:] if argv is None else argv)
    if words == ["--version"]:
        # Before typer is imported: a 2010 PC feels every import.
        print(f"recond {__version__}")
        sys.exit(0)
    code = int(run(words))
    if words in AUDIT_JSON:
        with contextlib.suppress(OSError):
            sys.stdout.flush()
            # Taking a thousand modules down again costs a tenth of the whole, for nothing.
            os._exit(code)
    sys.exit(code)


def run(words: list[str]) -> int:
    """Run one command and return its exit code; every error is shown with what to do next."""
    # A closed terminal or a stopped service ends like Ctrl-C: what was under way is recorded as interrupted.
    signal.signal(signal.SIGTERM, _as_interrupt)
    signal.signal(signal.SIGHUP, _as_interrupt)
    from recond.cli.parts.language import speak

    speak(words)
    if "--json" in words and words not in AUDIT_JSON:
        from recond.cli.app import command_in
        from recond.cli.parts import jsonout

        jsonout.begin(command_in(words), words)
        try:
            return _run(words)
        finally:
            jsonout.end()
    return _run(words)


def _run(words: list[str]) -> int:
    try:
        if words in AUDIT_JSON:
            # It ends in a second: looking for garbage (some hundred thousand new objects of imports) would be a tenth of it.
            gc.disable()
            from recond.cli.context import Context
            from recond.cli.parts.auditing import audit_json

            audit_json(Context(), selftest=len(words) == 2)
            return 0
        if not words and sys.stdin.isatty() and sys.stdout.isatty() and "_RECOND_COMPLETE" not in os.environ:
            # What the stick starts with: the first screen is there sooner by what that library takes to load.
            from recond.cli.context import Context
            from recond.cli.parts.assistant import assistant

            return assistant(Context())
        import typer
        from typer.exceptions import TyperException

        from recond.cli.app import build, command_in

        if "_RECOND_COMPLETE" in os.environ:
            from typer.completion import completion_init  # type: ignore[attr-defined]

            completion_init()
        try:
            answer = build(command_in(words))(args=words, prog_name="recond", standalone_mode=False)
        except typer.Exit as leave:
            return leave.exit_code
        except typer.Abort:
            return _say(_("interrompu"), stopped(), ExitCode.INTERRUPTED)
        except TyperException as wrong:
            return _wrong(wrong)
        return answer if isinstance(answer, int) else 0
    except RecondError as error:
        return _say(error.message, error.hint, error.code)
    except KeyboardInterrupt:
        return _say(_("interrompu"), stopped(), ExitCode.INTERRUPTED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + signal.SIGPIPE
    except Exception as error:
        return _bug(error)


def _as_interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def _wrong(wrong: TyperException) -> int:
    from recond.cli.parts.french import complaint

    if type(wrong).__name__ == "NoArgsIsHelpError":
        print(wrong.format_message(), file=sys.stderr)
        return ExitCode.USAGE
    return _say(*complaint(wrong), ExitCode.USAGE)


def _say(message: str, hint: str | None, code: int) -> int:
    from recond.cli.parts.language import speak_to_the_end

    speak_to_the_end()
    if (answers := sys.modules.get("recond.cli.parts.jsonout")) and answers.on():
        answers.refuse(message, hint, code)
        return code
    for text, indent in ((f"recond : {shown(message)}", "  "), (f"  -> {shown(hint)}" if hint else "", "     ")):
        if not text:
            continue
        if sys.stderr.isatty():
            from recond.ui.console import fold, safe

            columns = os.get_terminal_size(sys.stderr.fileno()).columns or 80
            text = "\n".join(fold(safe(text), indent, min(79, columns)))
        print(text, file=sys.stderr)
    return code


def _bug(error: Exception) -> int:
    import tempfile
    import traceback

    with tempfile.NamedTemporaryFile(
        "w", prefix="recond-erreur-", suffix=".txt", delete=False, encoding="utf-8"
    ) as file:
        traceback.print_exception(error, file=file)
    return _say(
        _("erreur imprévue ({name} : {error})").format(name=type(error).__name__, error=error),
        _("c'est un défaut de recond : envoyez {name} à ses auteurs. Rien n'est déclaré fait.").format(name=file.name),
        ExitCode.BUG,
    )
