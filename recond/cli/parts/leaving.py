"""Before a PC that was started over the network is powered off: its records lie in memory and must reach the server first."""

from __future__ import annotations

import random
import time

from recond.cli.context import Context
from recond.core.ports import Host
from recond.core.words import _, ngettext
from recond.sink.backoff import waits
from recond.sink.push import Pushed, push
from recond.sink.store import Store
from recond.ui.ask import Asker
from recond.ui.console import say

SETTINGS = "/run/recond/netboot/settings.json"
WORD = _("PERDRE")


def over_network(host: Host) -> bool:
    """Tell whether this system was started over the network, so that nothing is kept when it is powered off."""
    return host.read(SETTINGS, 16) is not None


def may_leave(context: Context) -> bool:
    """Return True when nothing would be lost by powering off, or a person typed that it may be. Elsewhere than on a PC that
    was started over the network: at once. Without a person it waits until everything is sent."""
    if not over_network(context.host):
        return True
    store = Store(context.data, context.host)
    tries = waits(random.random)
    while True:
        store.queue_left_out()
        done = push(store.outbox, context.data / "enrolment.json", patience_s=30.0)
        lost = lost_of(done, len(store.outbox.quarantined()))
        if lost is None:
            say(context.console, _(" Toutes les fiches de ce PC sont au serveur."))
            return True
        say(context.console, _(" [ATT.] {lost}").format(lost=lost), indent=" " * 8)
        if not context.interactive:
            time.sleep(next(tries))
            continue
        question = _(" Entrée : réessayer. R : revenir. {word} puis Entrée : éteindre, ces fiches perdues. H : aide > ")
        typed = Asker(context.console).key(question.format(word=WORD), about="leaving")
        if typed is None:
            return False
        if typed == WORD:
            return True
        if typed == "R":
            return False


def lost_of(done: Pushed, refused: int) -> str | None:
    """Return what a power cut would lose, as a French sentence; None when nothing. `refused`: lie in quarantine."""
    if done.pending:
        return ngettext(
            "{pending} élément de la fiche de ce PC n'est qu'en mémoire ({why}) : PERDU si on l'éteint",
            "{pending} éléments de la fiche de ce PC ne sont qu'en mémoire ({why}) : PERDUS si on l'éteint",
            done.pending,
        ).format(pending=done.pending, why=done.why)
    if refused:
        return ngettext(
            "{refused} élément de la fiche REFUSE par le serveur : PERDU si on éteint (recond outbox)",
            "{refused} éléments de la fiche REFUSES par le serveur : PERDUS si on éteint (recond outbox)",
            refused,
        ).format(refused=refused)
    if done.pieces_lost:
        return ngettext(
            "{pieces_lost} pièce jointe NON ENVOYEE : PERDUE si on éteint",
            "{pieces_lost} pièces jointes NON ENVOYEES : PERDUES si on éteint",
            done.pieces_lost,
        ).format(pieces_lost=done.pieces_lost)
    return None
