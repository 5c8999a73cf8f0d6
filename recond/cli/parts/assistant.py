"""The assistant: what a volunteer sees when the stick has booted. Keys sit in the same place on AZERTY and QWERTY."""

from __future__ import annotations

import contextlib
import sys
import termios
from typing import Any

from recond.cli.context import Context
from recond.cli.parts import starting
from recond.cli.parts.language import begin_again, wanted
from recond.core.errors import RecondError
from recond.core.lot_summary import LotSummary, summarise
from recond.core.scan import read_scan
from recond.core.settings import Lot
from recond.core.words import _, language
from recond.sink.store import Store
from recond.ui.ask import Asker, clear
from recond.ui.console import WIDTH, safe, say
from recond.ui.home import MENU, Home, home_lines


def assistant(context: Context) -> int:
    """Show the menu and run what is chosen, until the PC is powered off or the input ends. Enter alone does nothing."""
    asker = Asker(context.console)
    pc, tag, said = _pc(context), None, ""
    if not starting.wait_for_data():
        return starting.TOLD_FIRST
    if (lang := wanted(context.data)) != language():
        begin_again(lang)  # the workshop's choice is on the stick's data partition, which was not there yet
    while True:
        clear(context.console)
        home = _home(context, pc, tag)
        for line in home_lines(home, min(WIDTH, context.console.width)):
            say(context.console, line)
        if said:
            say(context.console, f" {said}")
        starting.first_screen_is_shown()
        typed = asker.line(" > ", about="home")
        if typed is None:
            return 0
        words = next((words for key, _unused, words in MENU if key == typed.upper()), None)
        said = ""
        if words is None:
            scanned = read_scan(typed)
            tag = scanned or tag
            said = (
                ""
                if scanned or not typed
                else _("« {typed} » n'est ni une lettre de ce menu ni une étiquette.").format(typed=safe(typed)[:20])
            )
        elif words == ("language",):
            begin_again("en" if language() == "fr" else "fr")
        elif words == ("poweroff",):
            if _power_off(context):
                return 0
        elif not _chosen(context, asker, words, home.lot, tag):
            return 0
        elif words == ("run",):
            tag = None


def _chosen(context: Context, asker: Asker, words: tuple[str, ...], lot: Lot | None, tag: str | None) -> bool:
    """Do what was chosen; False when the assistant is over: powered off, or the input ended."""
    if words == ("lots",):
        from recond.cli.parts.lots import lots_screen

        with contextlib.suppress(EOFError):
            lots_screen(context, _store(context) or Store(context.data, context.host))
        return True
    if words == ("run",):
        options = _run_options(asker, lot, tag)
        if options is None:
            return True
        words = (*words, *options)
    clear(context.console)
    _run(context, words)
    # The result stays on the screen until somebody has read it.
    typed = asker.key(_("\n Entrée : retour au menu    X puis Entrée : éteindre ce PC > "), about="end")
    if typed == "X":
        return not _power_off(context)
    return typed is not None


def _run_options(asker: Asker, lot: Lot | None, tag: str | None) -> tuple[str, ...] | None:
    """Ask for the machine's tag, which was scanned or is stuck on it; None when the person goes back."""
    options = ("--lot", lot.lot) if lot is not None else ()
    if tag is not None:
        return (*options, "--id", tag)
    say(asker.console, _("\n Étiquette de ce PC : scannez-la. Il n'en a pas : Entrée seule. Revenir : N."))
    while True:
        typed = asker.line(" > ", about="tag")
        if typed is None or typed.upper() == "N":
            return None
        if not typed:
            return options
        scanned = read_scan(typed)
        if scanned is not None:
            return (*options, "--id", scanned)
        say(
            asker.console,
            _(" « {typed} » n'est pas une étiquette de recond : relisez-la, ou Entrée seule.").format(
                typed=safe(typed)[:40]
            ),
        )


def _power_off(context: Context) -> bool:
    from recond.cli.parts.ending import power_off

    say(context.console, _(" Extinction. Attendez l'arrêt complet avant d'ôter la clé."))
    return power_off(context)


def _store(context: Context) -> Store | None:
    try:
        return Store(context.data, context.host)
    except RecondError:
        return None  # the command that is chosen says what is wrong with the data folder


def _home(context: Context, pc: str, tag: str | None) -> Home:
    store = _store(context)
    if store is None:
        return Home("", pc, _("le dossier {data} ne s'ouvre pas : voir [D]").format(data=context.data), tag=tag)
    lot = store.current_lot()
    with contextlib.suppress(RecondError):
        summary = summarise(store.cards(), lot.lot) if lot is not None else LotSummary()
        return Home(_workshop(store), pc, _stick(context, store), lot, summary, tag, _warnings(context, store))
    return Home("", pc, _("des fiches ne se lisent pas : voir [D]"), lot, tag=tag)


def _stick(context: Context, store: Store) -> str:
    waiting = len(store.outbox.waiting())
    there = (context.data / "enrolment.json").exists()
    told = (
        _("{waiting} {waiting2} à envoyer ([N])").format(
            waiting=waiting, waiting2=_("élément") if waiting == 1 else _("éléments")
        )
        if waiting
        else _("tout est envoyé")
    )
    return _("{stick_id}, {told}").format(
        stick_id=store.stick_id, told=told if there else _("reliée à aucun serveur : les fiches restent sur elle")
    )


def _warnings(context: Context, store: Store) -> tuple[str, ...]:
    """Say that this stick was copied from another one and is not the workshop's yet; `recond doctor` says what to do."""
    from recond.cli.parts.leaving import over_network

    if over_network(context.host):
        waiting = len(store.outbox.waiting())
        if waiting:
            return (
                _("PAR LE RESEAU : {waiting} élément(s) à envoyer, PERDUS si on éteint au bouton.").format(
                    waiting=waiting
                ),
            )
        return (_("PAR LE RESEAU, sans clé : la fiche est au serveur seul. Éteindre : [X]."),)
    copied_from = store.copied_from
    if copied_from and not (context.data / "enrolment.json").exists():
        return (
            _("CLE COPIEE de {copied_from} : à enrôler, avec son propre préfixe d'étiquettes (menu D).").format(
                copied_from=safe(copied_from)
            ),
        )
    return ()


def _workshop(store: Store) -> str:
    try:
        return safe(store.settings().organisation)[:40]
    except (RecondError, OSError):
        # The command that is chosen will say what is wrong with the settings.
        return ""


def _pc(context: Context) -> str:
    """Return this PC in one line, from the firmware's tables alone: the audit says the rest."""
    from recond.core import canonical
    from recond.core.labelwords import system_model
    from recond.core.text import clean
    from recond.probe import dmi
    from recond.probe.system import read_system

    system = read_system(context.host, dmi.read(context.host)[0], has_battery=False)
    name = safe(clean(system_model(canonical.plain(system))) or _("modèle inconnu"))  # type: ignore[arg-type]
    return (
        _("{name}, n° {serial}").format(name=name, serial=safe(clean(system.serial) or "")) if system.serial else name
    )


def _run(context: Context, words: tuple[str, ...]) -> None:
    # Through the same door as the shell: whatever becomes of the command, it is said, and the menu comes back.
    from recond.cli.main import run

    options = ["--data", str(context.data), *(["--simple"] if context.simple else [])]
    options += ["--replay", str(context.replay)] if context.replay else []
    options += ["--silent"] if context.silent else []
    options += ["--operator", context.operator] if context.operator else []
    options += ["--profiles", str(context.profiles)] if context.profiles else []
    starting.wait_for_hardware(lambda: say(context.console, _(" Lecture du matériel...")))
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
