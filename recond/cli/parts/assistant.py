"""The assistant: what a volunteer sees when the stick has booted. Keys sit in the same place on AZERTY and QWERTY."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass

from recond.cli.context import Context
from recond.cli.parts import starting
from recond.cli.parts.ended import show_last
from recond.cli.parts.homedata import fault_lines, read_home, this_pc
from recond.cli.parts.language import begin_again, wanted
from recond.cli.parts.running import run_words
from recond.core.errors import RecondError
from recond.core.scan import read_scan
from recond.core.settings import Lot
from recond.core.words import _, language
from recond.ui.ask import Asker, clear
from recond.ui.console import WIDTH, safe, say
from recond.ui.home import MENU, Home, home_lines
from recond.ui.steps import use_letters

WITH_LABEL = ("run", "install")
"""Commands that end with a machine whose label a person may have to write: its QR code is a key away."""


@dataclass
class Desk:
    """The assistant between two commands: who asks, and what was said of the PC in front for its next run."""

    context: Context
    asker: Asker
    tag: str | None = None
    system: str | None = None
    title: str | None = None
    said: tuple[str, ...] = ()

    def forget(self) -> None:
        """Forget what was for one run only."""
        self.tag = self.system = self.title = None


def assistant(context: Context) -> int:
    """Show the menu and run what is chosen, until the PC is powered off or the input ends. Enter alone does nothing."""
    use_letters(True)
    desk = Desk(context, Asker(context.console))
    pc = this_pc(context)
    if not starting.wait_for_data():
        return starting.TOLD_FIRST
    if (lang := wanted(context.data)) != language():
        begin_again(lang)  # the workshop's choice is on the stick's data partition, which was not there yet
    while True:
        clear(context.console)
        home = read_home(context, pc, desk.tag, desk.title)
        desk.asker.screen = lambda home=home: _show(context, home)  # type: ignore[misc]
        desk.asker.screen()
        if desk.said and desk.said == home.fault:
            desk.said = (_("Pas possible tant que ce qui est dit en haut dure. [D] vérifie la clé."),)
        for text in desk.said:
            say(context.console, f" {text}", indent="    ")
        starting.first_screen_is_shown()
        desk.said = ()
        typed = desk.asker.line("", about="home")
        if typed is None or not _answer(desk, typed, home.lot):
            return 0


def _show(context: Context, home: Home) -> None:
    for line in home_lines(home, min(WIDTH, context.console.width)):
        say(context.console, line)


def _answer(desk: Desk, typed: str, lot: Lot | None) -> bool:
    """Do what was typed on the first screen; False when the assistant is over: powered off, or the input ended."""
    words = next((words for key, _long, _short, words in MENU if key == typed.upper()), None)
    if words is None:
        scanned = read_scan(typed)
        desk.tag = scanned or desk.tag
        if typed and not scanned:
            told = _("« {typed} » n'est ni une lettre de ce menu ni une étiquette.")
            desk.said = (told.format(typed=safe(typed)[:20]),)
    elif words == ("language",):
        begin_again("en" if language() == "fr" else "fr")
    elif words == ("poweroff",):
        return not _power_off(desk)
    elif words[0] in ("lots", "papers", "systems", "server"):
        return _screen(desk, words[0])
    elif words == ("run",):
        options = _run_options(desk, lot)
        if options is not None:
            desk.forget()
            return _command(desk, (*words, *options))
    else:
        return _command(desk, words)
    return True


def _screen(desk: Desk, name: str) -> bool:
    """Show one of the assistant's own screens. What goes wrong there is told on the first screen, which comes back."""
    context = desk.context
    try:
        with contextlib.suppress(EOFError):
            if name == "lots":
                from recond.cli.parts.lots import lots_screen
                from recond.sink.store import Store

                lots_screen(context, Store(context.data, context.host))
            elif name == "papers":
                from recond.cli.parts.paperscreen import papers_screen

                papers_screen(context)
            elif name == "server":
                from recond.cli.parts.serverscreen import server_screen

                server_screen(context)
            else:
                from recond.cli.parts.systems import KEEP, choose_system

                chosen = choose_system(context, desk.tag)
                if chosen is not None and chosen.way == KEEP:
                    desk.system, desk.title = chosen.name, chosen.title
                elif chosen is not None:
                    return _command(desk, chosen.words)
    except RecondError as error:
        desk.said = fault_lines(error)
    return True


def _command(desk: Desk, words: tuple[str, ...]) -> bool:
    """Run a command and keep its last screen until somebody has read it; False when the assistant is over."""
    clear(desk.context.console)
    run_words(desk.context, words)
    labelled = words[0] in WITH_LABEL
    desk.asker.screen = lambda: show_last(desk.context)
    while True:
        typed = desk.asker.key(
            _("\n Entrée : retour au menu   X : éteindre ce PC   I : code QR > ")
            if labelled
            else _("\n Entrée : retour au menu    X puis Entrée : éteindre ce PC > "),
            about="end",
        )
        if typed == "X":
            return not _power_off(desk)
        if typed == "I" and labelled:
            clear(desk.context.console)
            run_words(desk.context, ("label", "last", "--printer", "screen"))
            continue
        return typed is not None


def _run_options(desk: Desk, lot: Lot | None) -> tuple[str, ...] | None:
    """Ask for the machine's tag, which was scanned or is stuck on it; None when the person goes back."""
    options: tuple[str, ...] = ("--lot", lot.lot) if lot is not None else ()
    options += ("--profile", desk.system) if desk.system is not None else ()
    if desk.tag is not None:
        return (*options, "--id", desk.tag)
    console = desk.context.console
    question = _("\n Étiquette de ce PC : scannez-la. Aucune : Entrée seule. N : revenir, H : aide.")
    say(console, question)
    with desk.asker.above(lambda: say(console, question)):
        return _scanned(desk, options)


def _scanned(desk: Desk, options: tuple[str, ...]) -> tuple[str, ...] | None:
    while True:
        typed = desk.asker.line("", about="tag")
        if typed is None or typed.upper() == "N":
            return None
        if not typed:
            return options
        scanned = read_scan(typed)
        if scanned is not None:
            return (*options, "--id", scanned)
        told = _(" « {typed} » n'est pas une étiquette de recond : relisez-la, ou Entrée seule.")
        say(desk.context.console, told.format(typed=safe(typed)[:40]))


def _power_off(desk: Desk) -> bool:
    from recond.cli.parts.ending import power_off

    say(desk.context.console, _(" Extinction. Attendez l'arrêt complet avant d'ôter la clé."))
    try:
        return power_off(desk.context)
    except RecondError as error:
        desk.said = fault_lines(error)
        return False
