"""The assistant's screen of labels and sheets: print what waits, one machine's label again, its QR code, its A4 sheets."""

from __future__ import annotations

from recond.cli.context import Context
from recond.cli.parts.running import run_words
from recond.core.scan import read_scan
from recond.core.words import _, ngettext
from recond.sink.store import Store
from recond.ui.ask import Asker, clear
from recond.ui.console import WIDTH, safe, say
from recond.ui.pages import cut_pages

PAGES = ("ipp", "cups")
"""Printers that also print A4 sheets."""

TAGS_SHOWN = 5


def papers_screen(context: Context) -> None:
    """Show what waits and do what is asked, until Enter alone. Raises RecondError."""
    asker = Asker(context.console)
    store = Store(context.data, context.host)
    printer = store.settings().printer
    asker.screen = lambda: _show(context, store, printer)
    while True:
        clear(context.console)
        asker.screen()
        typed = asker.key(_("\n Une lettre, ou Entrée seule pour revenir (H : aide) > "), about="papers")
        if not typed:
            return
        words = _words(context, asker, store, typed, printer)
        if words is None:
            continue
        if words:
            clear(context.console)
            run_words(context, words)
        asker.go_on("papers")


def _show(context: Context, store: Store, printer: str | None) -> None:
    from recond.sink.labelqueue import LabelQueue

    console = context.console
    say(console, _(" ÉTIQUETTES ET FEUILLES\n{rule}").format(rule="-" * min(WIDTH, console.width)))
    told = safe(printer) if printer else _("aucune : les étiquettes restent des images sur la clé")
    say(console, _(" Imprimante   {told}").format(told=told), indent=" " * 14)
    waiting = [one.tag for one in LabelQueue(context.data).all()]
    first = ", ".join(cut_pages(waiting, TAGS_SHOWN)[0])
    count = ngettext("{count} étiquette attend : {first}", "{count} étiquettes attendent : {first}", len(waiting))
    more = "..." if len(waiting) > TAGS_SHOWN else ""
    told = count.format(count=len(waiting), first=first) + more if waiting else _("aucune étiquette n'attend")
    say(console, _(" En attente   {told}").format(told=told), indent=" " * 14)
    say(console, _(" Dernière     {last}").format(last=_last(store) or _("aucune machine")), indent=" " * 14)
    for line in (
        _("\n   [R]  Réimprimer les étiquettes qui attendent"),
        _("   [I]  Imprimer l'étiquette d'une machine"),
        _("   [C]  Montrer son code QR à l'écran, et ce qu'il faut écrire à la main"),
        _("   [F]  Faire ses feuilles A4 : la fiche, et la bienvenue si elle est prête"),
        _("   [E]  Étiquette d'essai : marges et lisibilité"),
        _("   [P]  Voir les imprimantes trouvées"),
    ):
        say(console, line, indent=" " * 8)


def _last(store: Store) -> str | None:
    card = store.find_card("last")
    return None if card is None else f"{card.get('tag')}  {safe(str(card.get('model') or ''))}".strip()


def _words(context: Context, asker: Asker, store: Store, typed: str, printer: str | None) -> tuple[str, ...] | None:
    """Return the command for a letter; empty when there is nothing to run and something was said, None to ask again."""
    whole = {"R": ("label", "reprint"), "E": ("label", "--test"), "P": ("list", "printers")}
    if typed in whole:
        return whole[typed]
    scanned = read_scan(typed)
    if typed not in ("I", "C", "F") and scanned is None:
        say(context.console, _(" « {typed} » n'est pas dans cette liste.").format(typed=safe(typed)[:20]))
        return ()
    tag = scanned or _tag(context, asker, store)
    if tag is None:
        return None
    if typed == "C":
        return ("label", tag, "--printer", "screen")
    if typed == "F":
        sheets = printer if printer and printer.partition("@")[0] in PAGES and "@" in printer else None
        return ("papers", tag, *(("--printer", sheets) if sheets else ()))
    return ("label", tag)


def _tag(context: Context, asker: Asker, store: Store) -> str | None:
    """Ask which machine: its tag, or Enter for the last one; None to go back."""
    while True:
        typed = asker.line(_("\n Étiquette de la machine (Entrée : la dernière, N : revenir) > "), about="papers")
        if typed is None or typed.upper() == "N":
            return None
        if not typed:
            return "last"
        found = read_scan(typed)
        if found is not None:
            return found
        say(context.console, _(" « {typed} » n'est pas une étiquette de recond.").format(typed=safe(typed)[:40]))
