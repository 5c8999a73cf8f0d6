"""The assistant's screen of lots: open one with a few questions, choose, look, close."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from recond.cli.context import Context
from recond.core.errors import RecondError
from recond.core.lot_summary import summarise
from recond.core.settings import LOT_NAME, Arm, Lot
from recond.core.verdict import Level
from recond.core.words import _
from recond.sink.store import Store
from recond.ui.ask import LETTERS, Asker, clear
from recond.ui.card import state_words
from recond.ui.confirm import WORD
from recond.ui.console import NARROW, WIDTH, fold, safe, say
from recond.ui.home import lot_counts, lot_texts, two_columns
from recond.ui.pages import height

SHOWN = len(LETTERS)

AROUND = 9
"""Lines above and below the list of lots: title, the letters, the question."""

MENU = (
    _("   [N]  Nouveau lot"),
    _("   [D]  Détail du lot en cours"),
    _("   [T]  Terminer : fermer le lot en cours"),
    _("   [S]  Sans lot"),
)


class NothingChosenError(Exception):
    """The person left in the middle of the questions: nothing was opened."""


def lots_screen(context: Context, store: Store) -> None:
    """Show the open lots and do what is asked, until Enter alone."""
    asker = Asker(context.console)
    while True:
        clear(context.console)
        current = store.current_lot()
        listed = _list(context, store, current)
        asker.screen = lambda current=current: _redraw(context, store, current)  # type: ignore[misc]
        typed = asker.key(_("\n Une lettre, ou Entrée seule pour revenir (H : aide) > "), about="lots")
        if not typed:
            return
        try:
            _do(context, store, asker, typed, listed, current)
        except NothingChosenError:
            say(context.console, _(" Aucun lot n'a été ouvert."))
            asker.go_on("lots")
        except RecondError as error:
            say(context.console, f" {error.message}\n  -> {error.hint or ''}")
            asker.go_on("lots")


def _list(context: Context, store: Store, current: Lot | None) -> dict[str, str]:
    """Print the open lots, newest file last, and return letter -> name. Two lines a lot, one where there are many."""
    console = context.console
    width = min(WIDTH, console.width)
    say(console, _(" LOTS OUVERTS\n{width}").format(width="-" * width))
    names = [name for name in store.lots() if _is_open(store, name)][-SHOWN:]
    if not names:
        say(console, _("   aucun lot ouvert"))
    listed = dict(zip(LETTERS, names, strict=False))
    cards = store.cards()
    short = 2 * len(names) + AROUND > height(console)
    for letter, name in listed.items():
        lot = store.lot(name)
        first, counts = lot_texts(lot, summarise(cards, name))
        here = _("  <- en cours") if current is not None and current.lot == name else ""
        if short:
            armed = _(" ARME") if lot.arm is not Arm.NONE else ""
            line = f"   [{letter}]  {name}{armed} : {counts}"
            say(console, f"{line[: width - len(here)]}{here}", indent=" " * 8)
            continue
        say(console, f"   [{letter}]  {first}{here}", indent=" " * 8)
        say(console, f"        {counts}", indent=" " * 8)
    say(console, "")
    for line in MENU if console.width < NARROW else two_columns(MENU, 44):
        say(console, line, indent=" " * 8)
    return listed


def _redraw(context: Context, store: Store, current: Lot | None) -> None:
    _list(context, store, current)


def _is_open(store: Store, name: str) -> bool:
    try:
        return store.lot(name).open
    except RecondError:
        return False


def _do(context: Context, store: Store, asker: Asker, typed: str, listed: dict[str, str], current: Lot | None) -> None:
    if typed in listed:
        store.choose_lot(listed[typed])
    elif typed == "N":
        lot = _ask_lot(context, store, asker)
        store.save_lot(lot)
        store.choose_lot(lot.lot)
    elif typed == "S":
        store.choose_lot(None)
    elif typed == "D" and current is not None:
        detail(context, store, current)
    elif typed == "T" and current is not None:
        counts = lot_counts(current, summarise(store.cards(), current.lot))
        say(
            context.console,
            _(" Fermer le lot {lot} ({counts}) ? Plus rien ne s'effacera en son nom.").format(
                lot=current.lot, counts=counts
            ),
        )
        if asker.key(_(" Tapez T puis Entrée pour fermer, Entrée seule pour revenir > "), about="lots") == "T":
            store.save_lot(replace(current, open=False, arm=Arm.NONE, autostart=False))
    else:
        say(context.console, _(" « {typed} » n'est pas dans cette liste.").format(typed=typed[:20]))
        asker.go_on("lots")


def detail(context: Context, store: Store, lot: Lot) -> None:
    """Show every machine of a lot with its state, in pages, those with something left to do on the first."""
    cards = [card for card in store.cards() if card.get("lot") == lot.lot]
    first, counts = lot_texts(lot, summarise(cards, lot.lot))
    width = min(WIDTH, context.console.width)
    clear(context.console)
    head = fold(_(" LOT {first}\n     {counts}\n").format(first=first, counts=counts), "     ", width)
    lines: list[str] = []
    for card in sorted(cards, key=lambda card: bool(card.get("ready"))):
        model = card.get("model") or _("modèle inconnu")
        lines += fold(safe(f"   {card['tag']:12} {state_words(card)}   {model}"), " " * 16, width)
    Asker(context.console).paged(head, lines, about="lots")


def _ask_lot(context: Context, store: Store, asker: Asker) -> Lot:
    clear(context.console)
    title = _(" NOUVEAU LOT (Ctrl-D : ne rien ouvrir ; H : aide)\n{width}")
    asker.screen = lambda: say(context.console, title.format(width="-" * min(WIDTH, context.console.width)))
    asker.screen()
    name = _name(context, store, asker)
    donor = _text(asker, _(" Donateur, jamais sur une étiquette (Entrée : aucun) > "), None)
    before = context.operator or _last_operator(store)
    operator = _text(asker, _(" Vos initiales (Entrée : {before}) > ").format(before=before or _("aucunes")), before)
    expected = _number(context, asker)
    level = _choice(
        asker,
        _("Effacement :"),
        {
            "clear": _("normal : chaque octet écrasé ou effacé, puis relu"),
            "purge": _("renforcé (purge) si le disque sait le faire"),
        },
        "clear",
    )
    profile = _choice(asker, _("Système à installer :"), _systems(context), "auto")
    arm = _arm(context, asker)
    start = arm is not Arm.NONE and _autostart(asker)
    return Lot(name, donor, operator, Level(level), profile, arm, autostart=start, expected=expected)


def _name(context: Context, store: Store, asker: Asker) -> str:
    taken = set(store.lots())
    today = f"{date.today():%Y-%m-%d}"
    offered = next(name for number in range(1, 1000) if (name := f"{today}-{number:02}") not in taken)
    while True:
        name = _text(asker, _(" Nom du lot (Entrée : {offered}) > ").format(offered=offered), offered) or offered
        if not LOT_NAME.match(name):
            say(
                context.console,
                _(" Des lettres sans accent, des chiffres, points et tirets ; 40 au plus, sans espace."),
            )
        elif name in taken:
            say(
                context.console,
                _(" Le lot {name} existe déjà : prenez un autre nom, ou choisissez-le dans la liste.").format(
                    name=name
                ),
            )
        else:
            return name


def _last_operator(store: Store) -> str | None:
    current = store.current_lot()
    return (current.operator if current else None) or store.settings().operator


def _text(asker: Asker, question: str, default: str | None) -> str | None:
    typed = asker.line(question, about="lots")
    if typed is None:
        raise NothingChosenError
    return typed[:80] or default


def _choice(asker: Asker, title: str, offers: dict[str, str], default: str) -> str:
    chosen = asker.choice(title, offers, default, about="lots")
    if chosen is None:
        raise NothingChosenError
    return chosen


def _number(context: Context, asker: Asker) -> int | None:
    while True:
        typed = _text(asker, _(" Combien de machines attendues ? (Entrée : inconnu) > "), None)
        if typed is None:
            return None
        if typed.isascii() and typed.isdecimal() and 0 < int(typed) < 100_000:
            return int(typed)
        say(context.console, _(" Un nombre de machines, ou Entrée seule."))


def _systems(context: Context) -> dict[str, str]:
    from recond.flow.install import find_images

    offers = find_images(context.host, context.image_folders())[0]
    listed = {"auto": _("selon la machine"), "none": _("aucun, effacer seulement")}
    for offer in offers[: SHOWN - len(listed)]:
        listed[offer.profile.name] = safe(offer.profile.title)
    return listed


def _arm(context: Context, asker: Asker) -> Arm:
    chosen = asker.choice(
        _("Faut-il taper DETRUIRE pour chaque machine ?"),
        {
            "none": _("oui, à chaque machine : c'est le choix sûr"),
            "once": _("pas pour la prochaine machine seulement"),
            "each": _("pour aucune : le lot est armé jusqu'à sa fermeture"),
        },
        "none",
        about="lot-arm",
    )
    if chosen is None:
        raise NothingChosenError
    if chosen == "none":
        return Arm.NONE
    say(
        context.console, _(" Un lot armé efface sans demander le mot. Tous les PC que vous brancherez sont à effacer ?")
    )
    question = _(" Tapez {word} puis Entrée pour armer ; Entrée seule : le mot sera demandé à chaque fois > ")
    if asker.key(question.format(word=WORD), about="lot-arm") == WORD:
        return Arm(chosen)
    say(context.console, _(" Lot non armé : le mot sera demandé."))
    return Arm.NONE


def _autostart(asker: Asker) -> bool:
    """Ask whether the stick begins by itself on every PC that starts from it; only for a lot that is armed."""
    chosen = asker.choice(
        _("Que fait la clé au démarrage d'un PC ?"),
        {
            "menu": _("elle montre le menu : [R] pour commencer"),
            "start": _("elle efface et installe d'elle-même, après dix secondes, puis éteint le PC"),
        },
        "menu",
        about="lot-start",
    )
    if chosen is None:
        raise NothingChosenError
    return chosen == "start"
