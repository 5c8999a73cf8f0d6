"""`recond test`: screen, keyboard, sound… tried by a person, each kept in the machine's record."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from recond.cli.context import Context
from recond.core.words import N_, _

if TYPE_CHECKING:
    from rich.console import Console

    from recond.core.functional import TestResult
    from recond.flow.chain import Chain
    from recond.flow.functional.bench import FunctionalTest
    from recond.ui.person import ConsolePerson

SCHEMA = "recond.tests/1"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("test", short_help=_("Essayer écran, clavier, son, Wi-Fi..."))(test)


def test(
    ctx: typer.Context,
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[TEST...]", help=_("Sinon tous."), show_default=False)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help=_("Les résultats en un objet JSON."))] = False,
    layout: Annotated[str, typer.Option(help=_("Clavier : azerty ou qwerty."))] = "azerty",
    left: Annotated[bool, typer.Option("--left", help=_("Seulement les tests pas encore faits ou ratés."))] = False,
    tag: Annotated[str | None, typer.Option("--id", help=_("Étiquette de la machine, par exemple MDL-0042-2."))] = None,
) -> None:
    """Essayer ce qui se voit, s'entend et se touche : screen, keyboard, touchpad, sound, camera, wifi, usb, battery,
    lid, condition. Chaque résultat est gardé dans la fiche ; rien n'est effacé."""
    from recond.cli.parts.chain import make_chain, need_root, only_one, stopped_by_signals
    from recond.cli.parts.talk import ConsoleTalk, nobody
    from recond.core.errors import UsageError
    from recond.core.functional import Outcome
    from recond.core.keyboard import LAYOUTS
    from recond.flow import testing
    from recond.flow.functional.bench import Bench
    from recond.ui.console import make_console

    context: Context = ctx.obj
    if context.replay is not None:
        raise UsageError(
            N_("un enregistrement ne s'essaie pas"), N_("lancez recond test sur le PC lui-même, sans --replay")
        )
    need_root(context)
    if layout not in LAYOUTS:
        raise UsageError(
            N_("pas de clavier « {layout} »").format(layout=layout),
            N_("au choix : {layouts}").format(layouts=", ".join(LAYOUTS)),
        )
    tests = testing.chosen(names or ())
    console = make_console(simple=context.simple, stderr=as_json)
    chain = make_chain(context, tag=tag)
    chain.talk = ConsoleTalk(console, nobody, simple=context.simple, quiet=True)
    show = Shown(console)
    with only_one(), stopped_by_signals(chain.cancel):
        machine = testing.begin(chain)
        if left:
            done = {one.name for one in testing.known(chain) if one.outcome in (Outcome.PASS, Outcome.NA)}
            tests = tuple(one for one in tests if one.name not in done)
        bench = Bench(context.host, machine, _person(context, console, chain), layout=layout, stop=chain.cancel)
        results = testing.make(chain, bench, tests, show.begin, show.end)
        code = testing.close(chain, results, {one.name for one in tests})
    if as_json:
        _print_json(chain, results)
    else:
        show.summary(chain, results)
    raise typer.Exit(int(code))


class Shown:
    """The results as they come, a line or two each."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def begin(self, test: FunctionalTest) -> None:
        """Say which test begins."""
        from recond.core.functional import TITLES

        self._console.print(f"\n== {_(TITLES[test.name])} {'=' * (70 - len(_(TITLES[test.name])))}")

    def end(self, found: TestResult) -> None:
        """Say how it ended."""
        from recond.ui.functional import STYLES, result_lines

        for line in result_lines(found):
            self._console.print(line, style=STYLES[found.outcome], soft_wrap=True)

    def summary(self, chain: Chain, results: tuple[TestResult, ...]) -> None:
        """Say how the machine stands, with the tests of other days."""
        from recond.ui.console import say
        from recond.ui.functional import summary

        say(self._console, f"\n {chain.tag} : {summary(results)}", indent=" ")
        say(self._console, _(" Pour y revenir : recond test --left, ou recond test keyboard"), indent=" ")


def _person(context: Context, console: Console, chain: Chain) -> ConsolePerson:
    """Return the person in front. Colours and keys need the machine's own screen: not a pipe, not a serial line."""
    from recond.ui.console import wants_simple
    from recond.ui.person import ConsolePerson

    present = sys.stdin.isatty() and console.is_terminal
    draws = not (context.simple or wants_simple())
    return ConsolePerson(console, present=present, can_draw=draws, stopping=chain.cancel.is_set)


def _print_json(chain: Chain, results: tuple[TestResult, ...]) -> None:
    from recond.core import canonical

    tests = {one.name: {"outcome": one.outcome, "reasons": one.reasons, "facts": one.measured} for one in results}
    found = {"schema": SCHEMA, "tag": chain.tag, "tests": tests}
    sys.stdout.buffer.write(canonical.encode(found) + b"\n")
    sys.stdout.buffer.flush()
