"""What the assistant's first screen shows: read anew each time, and never a reason not to show the screen."""

from __future__ import annotations

import contextlib

from recond.cli.context import Context
from recond.core.errors import RecondError
from recond.core.lot_summary import LotSummary, summarise
from recond.core.words import _, ngettext
from recond.sink.store import Store
from recond.ui.console import safe
from recond.ui.home import Home


def read_home(context: Context, pc: str, tag: str | None, system: str | None = None) -> Home:
    """Return the first screen's content. A data folder that does not open, or does not read, is told on it."""
    if context.replay is not None:
        told = _("Machine rejouée (--replay) : ni fiches ni lots ; [U] la montre.")
        return Home("", pc, "", tag=tag, system=system, fault=(told,))
    try:
        store = Store(context.data, context.host)
        lot = store.current_lot()
    except RecondError as error:
        return Home("", pc, "", tag=tag, system=system, fault=fault_lines(error))
    with contextlib.suppress(RecondError):
        summary = summarise(store.cards(), lot.lot) if lot is not None else LotSummary()
        long, short = _warnings(context, store)
        return Home(_workshop(store), pc, _stick(context, store), lot, summary, tag, long, short, system)
    return Home("", pc, _("des fiches ne se lisent pas : voir [D]"), lot, tag=tag, system=system)


def fault_lines(error: RecondError) -> tuple[str, ...]:
    """Return an error as the first screen tells it: what happened, then what to do."""
    return (_("[ECHEC] {message}").format(message=error.message), *([f"-> {error.hint}"] if error.hint else []))


def _stick(context: Context, store: Store) -> str:
    waiting = len(store.outbox.waiting())
    there = (context.data / "enrolment.json").exists()
    told = (
        ngettext("{waiting} élément à envoyer ([N])", "{waiting} éléments à envoyer ([N])", waiting).format(
            waiting=waiting
        )
        if waiting
        else _("tout est envoyé")
    )
    return _("{stick_id}, {told}").format(
        stick_id=store.stick_id, told=told if there else _("reliée à aucun serveur : les fiches restent sur elle")
    )


def _warnings(context: Context, store: Store) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Say, at length and in few words, that this stick was copied from another one and is not the workshop's yet, or that
    there is none; `recond doctor` says what to do."""
    from recond.cli.parts.leaving import over_network

    if over_network(context.host):
        waiting = len(store.outbox.waiting())
        if waiting:
            told = ngettext(
                "PAR LE RESEAU : {waiting} élément à envoyer, PERDU si on éteint au bouton.",
                "PAR LE RESEAU : {waiting} éléments à envoyer, PERDUS si on éteint au bouton.",
                waiting,
            ).format(waiting=waiting)
            return (told,), (_("PAR LE RESEAU : envoyez ([N])."),)
        return (_("PAR LE RESEAU, sans clé : la fiche est au serveur seul. Éteindre : [X]."),), (
            _("PAR LE RESEAU. Éteindre : [X]."),
        )
    copied_from = store.copied_from
    if copied_from and not (context.data / "enrolment.json").exists():
        told = _("CLE COPIEE de {copied_from} : à enrôler [C], avec son propre préfixe [D].").format(
            copied_from=safe(copied_from)
        )
        return (told,), (_("CLE COPIEE : à enrôler, [C]."),)
    return (), ()


def _workshop(store: Store) -> str:
    try:
        return safe(store.settings().organisation)[:40]
    except (RecondError, OSError):
        # The command that is chosen will say what is wrong with the settings.
        return ""


def this_pc(context: Context) -> str:
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
