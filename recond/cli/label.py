"""`recond label`: print, or print again, the labels of machines whose record is kept here."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from recond.cli.context import Context
from recond.core.words import N_, _, stored

if TYPE_CHECKING:
    from recond.flow.printing import Order
    from recond.label.printers import Printed
    from recond.sink.store import Store

REPRINT = "reprint"
PAGES = ("sheet", "ipp", "cups")
"""Printers whose test page is a whole sheet."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("label", short_help=_("Imprimer ou redessiner des étiquettes."))(label)


def label(
    ctx: typer.Context,
    tags: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[TAG]...", help=_("Machines ; last ou rien : la dernière ; reprint : celles qui attendent.")
        ),
    ] = None,
    printer: Annotated[
        str | None,
        typer.Option(metavar="P", help=_("Imprimante (recond list printers) ; sinon celle de recond.toml, sinon png.")),
    ] = None,
    media: Annotated[
        str | None, typer.Option(metavar="M", help=_("Support, voir : recond list media."), show_default=False)
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="F", help=_("Fichier ou dossier à écrire."), show_default=False)
    ] = None,
    start: Annotated[int, typer.Option(metavar="N", help=_("Première étiquette libre d'une planche entamée."))] = 1,
    test: Annotated[
        bool, typer.Option("--test", help=_("Une page d'essai, sans machine : marges et lisibilité."))
    ] = False,
) -> int:
    """L'étiquette d'une ou plusieurs machines, d'après leur fiche : image, planche A4, imprimante ou écran.

    Une étiquette qui n'est pas sortie attend : recond label reprint.
    """
    from recond.core.errors import UsageError
    from recond.flow.printing import make_order
    from recond.sink.store import Store

    context: Context = ctx.obj
    store = Store(context.data, context.host)
    settings = store.settings()
    wanted = printer or settings.printer or "png"
    support = media or (settings.media if not printer else None)
    order = make_order(context.host, context.data, wanted, support, out=out, start=start)
    if test:
        return _test(context, order)
    if tags and REPRINT in tags:
        if len(tags) > 1:
            raise UsageError(N_("« reprint » va seul"), N_("recond label reprint, ou recond label TAG…"))
        return _reprint(context, store, order if printer or media else None)
    return _print(context, store, [_card(store, tag) for tag in tags or ["last"]], order)


def _print(context: Context, store: Store, cards: Sequence[dict[str, Any]], order: Order) -> int:
    """Print, tell what became of each, and ask where only a person can see it."""
    from recond.core.errors import ExitCode
    from recond.flow.printing import did_not_come_out, draw, print_cards
    from recond.label.printers import PrintOutcome
    from recond.ui.console import say

    done = print_cards(store, context.host, cards, order)
    for card in cards:
        made = draw(store, context.host, card)
        where = f", {made.destiny.replace('_', ' ')}" if made.destiny else ""
        say(
            context.console,
            _(" {tag}   {replace}{where}").format(
                tag=made.tag or _("sans numéro"), replace=made.outcome.replace("_", " "), where=where
            ),
        )
    for one in done:
        _tell(context, one)
    worst = done[-1].outcome
    if worst is PrintOutcome.SENT and order.is_print and not _came_out(context):
        for card in cards:
            did_not_come_out(store, context.host, card, order, N_("rien n'est sorti de l'imprimante"))
        worst = PrintOutcome.FAILED
    if worst is PrintOutcome.FAILED:
        say(context.console, _(" L'étiquette attend ; une fois l'imprimante prête : recond label reprint"), indent=" ")
        return ExitCode.LABEL_PENDING
    return ExitCode.OK


def _reprint(context: Context, store: Store, instead: Order | None) -> int:
    """Print every label that waits, each on its own printer or all on another one."""
    from recond.core.errors import ExitCode, worst
    from recond.flow.printing import make_order
    from recond.sink.labelqueue import LabelQueue
    from recond.ui.console import say

    waiting = LabelQueue(context.data).all()
    if not waiting:
        say(context.console, _(" aucune étiquette n'attend ; pour une machine : recond label TAG"))
        return ExitCode.OK
    codes, own = [], store.settings()
    for printer, media in dict.fromkeys((one.printer, one.media) for one in waiting):
        order = instead or make_order(context.host, context.data, printer or own.printer or "png", media or own.media)
        tags = [one.tag for one in waiting if (one.printer, one.media) == (printer, media)]
        codes.append(ExitCode(_print(context, store, [_card(store, tag) for tag in tags], order)))
    return worst(*codes)


def _test(context: Context, order: Order) -> int:
    """Print a page that belongs to no machine; nothing is recorded and nothing waits."""
    from recond.core.errors import ExitCode
    from recond.label.printers import Job, PrintOutcome, print_labels
    from recond.label.trial import trial_labels
    from recond.sink.store import Store

    lang = Store(context.data, context.host).settings().lang
    labels = trial_labels(order.media, order.name, lang)[order.start - 1 :]
    if order.printer.key not in PAGES or not labels:
        labels = trial_labels(order.media, order.name, lang)[:1]
    job = Job(context.data / "labels", order.out, order.start, order.target)
    done = print_labels(labels, order.printer, order.media, job)
    _tell(context, done)
    return ExitCode.LABEL_PENDING if done.outcome is PrintOutcome.FAILED else ExitCode.OK


def _tell(context: Context, done: Printed) -> None:
    from recond.label.printers import PrintOutcome
    from recond.ui.console import say
    from recond.ui.qr import show_code

    word = {PrintOutcome.FAILED: _("[ECHEC]"), PrintOutcome.SENT: _("[ATT.]")}.get(done.outcome, "[ OK ]")
    for one in done.shown:
        show_code(context.console, one.rows, one.small_rows, one.words)
    say(context.console, f" {word} {stored(done.text)}", indent=" " * 8)


def _came_out(context: Context) -> bool:
    """Ask whether the label came out; where nobody answers, the word "sent" stays."""
    from recond.ui.ask import Asker
    from recond.ui.console import say

    if not context.interactive:
        return True
    question = _(" L'étiquette est-elle sortie, entière et lisible ?  O = oui, N = non, puis Entrée (H : aide) > ")
    for _unused in range(3):
        typed = Asker(context.console).key(question, about="came-out")
        if typed is None:
            break
        if typed in ("O", "N"):
            return typed == "O"
    say(context.console, _(" sans réponse : notée « envoyée »"))
    return True


def _card(store: Store, tag: str) -> dict[str, Any]:
    """Return a machine's card. Raises UsageError naming the last ones when there is none."""
    from recond.core.errors import UsageError

    card = store.find_card(tag)
    if card is None:
        known = ", ".join(str(one["tag"]) for one in store.cards()[-5:]) or _("aucune")
        raise UsageError(
            N_("pas de fiche « {tag} » dans {folder}").format(tag=tag, folder=store.folder),
            N_("dernières fiches : {known}").format(known=known),
        )
    return card
