"""`recond station`: disks in docks, one after the other or many at once."""

from __future__ import annotations

import os
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from recond.cli.context import Context
from recond.core.words import N_, _, ngettext

if TYPE_CHECKING:
    from collections.abc import Callable

    from recond.cli.parts.docks import Desk
    from recond.core.disk import Disk
    from recond.core.guard import Refusal
    from recond.core.plan import Plan
    from recond.flow.chain import Chain
    from recond.flow.station import Docked, Station

LOOK_S = 1.0


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("station", short_help=_("Effacer des disques branchés l'un après l'autre."))(station)


def station(
    ctx: typer.Context,
    lot: Annotated[
        str | None, typer.Option(help=_("Lot des disques ; armé « each », aucun mot n'est demandé."))
    ] = None,
    level: Annotated[str, typer.Option(help=_("Niveau : clear ou purge."))] = "clear",
    method: Annotated[str | None, typer.Option(help=_("Méthode, voir : recond list methods."))] = None,
    at_once: Annotated[
        int | None, typer.Option(min=1, max=64, metavar="N", help=_("Disques effacés en même temps."))
    ] = None,
    count: Annotated[int | None, typer.Option(min=1, metavar="N", help=_("Finir après N disques."))] = None,
    practice: Annotated[
        Path | None,
        typer.Option(metavar=_("DOSSIER"), help=_("S'entraîner : les disques loop de ce dossier sont la baie.")),
    ] = None,
    ask: Annotated[bool, typer.Option("--ask", help=_("En entraînement, demander le mot aussi."))] = False,
) -> None:
    """Poste d'effacement : brancher un disque ; il est examiné, proposé, effacé, étiqueté, arrêté ; au suivant.

    Les disques déjà branchés au démarrage ne sont jamais proposés. Chaque disque a son plan, son mot DETRUIRE, sa fiche,
    son certificat et son étiquette. Ctrl-C : finir (un effacement en cours est interrompu, son disque reste NON EFFACE).
    """
    from recond.cli.parts.chain import make_chain, need_root, only_one, stopped_by_signals
    from recond.cli.parts.docks import Desk, DockTalk
    from recond.cli.parts.talk import make_talk
    from recond.core.errors import worst
    from recond.flow.station import Station
    from recond.probe.disks import read_disks
    from recond.sink.store import Store

    context: Context = ctx.obj
    need_root(context)
    store = Store(context.data, context.host)
    cancel = threading.Event()
    desk = Desk(make_talk(context), cancel)
    desk.talk.stopping = cancel.is_set
    answer = _answer(context, store, lot, practice, ask, desk.talk.show)
    folder = practice.resolve() if practice else None

    def make(disk: Disk, before: tuple[Disk, ...]) -> Chain:
        # A store of its own would give two disks the same tag and the same place in the chain of certificates.
        chain = make_chain(context, store=store, lot=store.lot(lot) if lot else None)
        _choose(chain, level if not lot else str(chain.level), method)
        chain.talk, chain.cancel, chain.on_run = DockTalk(desk, disk.name), cancel, None
        chain.docked, chain.before = disk, before
        chain.only = chain.named = frozenset({disk.name})
        chain.practice_file = disk.by_loop_file if folder else None
        return chain

    def look() -> tuple[Disk, ...]:
        found = read_disks(context.host, loops=folder is not None)
        return found if folder is None else tuple(one for one in found if _in(one, folder))

    with only_one(), stopped_by_signals(cancel):
        made = Station(
            context.host, look, make, refused=_refused(desk), told=_told(context, desk), at_once=at_once or _bound()
        )
        _serve(desk, made, answer, cancel, count)
    raise typer.Exit(int(worst(*(code for one in made.docked for code in one.chain.codes))))


def _serve(
    desk: Desk, made: Station, answer: Callable[[Plan], str | None], cancel: threading.Event, count: int | None
) -> None:
    before = ngettext(
        "{count} disque déjà là, jamais proposé ; branchez un disque",
        "{count} disques déjà là, jamais proposés ; branchez un disque",
        len(made.before),
    )
    desk.talk.note(before.format(count=len(made.before)), good=None)
    while not cancel.is_set():
        made.step()
        desk.answer_next(answer)
        if count is not None and len(made.docked) >= count and not made.working:
            break
        time.sleep(LOOK_S)
    while made.working:
        made.working[0].ended.wait(LOOK_S)
    over = ngettext("station terminée : {count} disque", "station terminée : {count} disques", len(made.docked))
    desk.talk.note(over.format(count=len(made.docked)), good=None)


def _answer(
    context: Context, store: object, lot: str | None, practice: Path | None, ask: bool, show: Callable[[Plan], None]
) -> Callable[[Plan], str | None]:
    """Return who confirms each disk's plan: the armed lot, the practice, or the person. Raises UsageError for nobody."""
    from recond.cli.parts.talk import by_person
    from recond.core.errors import UsageError
    from recond.core.settings import Arm
    from recond.sink.store import Store

    assert isinstance(store, Store)
    if practice is not None and not ask:
        return lambda plan: plan.id
    if lot is not None and store.lot(lot).arm is Arm.EACH:
        # Read again for each disk: a lot closed meanwhile confirms nothing.
        return lambda plan: plan.id if (now := store.lot(lot)).open and now.arm is Arm.EACH else None
    if not context.interactive:
        raise UsageError(
            N_("personne n'est au clavier pour confirmer"),
            N_("un terminal, ou un lot armé : recond batch new LOT --arm each"),
        )
    return by_person(context.console, lambda plan: show(replace(plan, protected=())), about="station")


def _choose(chain: Chain, level: str, method: str | None) -> None:
    from recond.core.errors import UsageError
    from recond.core.verdict import Level
    from recond.erase import registry

    if level not in list(Level):
        raise UsageError(N_("niveau inconnu : « {level} »").format(level=level), N_("--level clear ou --level purge"))
    if method is not None:
        registry.method(method)
    chain.level, chain.method = Level(level), method


def _in(disk: Disk, folder: Path) -> bool:
    return disk.by_loop_file is not None and Path(disk.by_loop_file).is_relative_to(folder)


def _bound() -> int:
    # A pass over a disk keeps about a third of a core busy at a SATA disk's speed; more disks only wait for each other.
    return max(4, 4 * (os.cpu_count() or 1))


def _refused(desk: Desk) -> Callable[[Disk, Refusal], None]:
    def say(disk: Disk, why: Refusal) -> None:
        with desk.lock:
            desk.talk.note(
                _("{disk} n'est pas proposé : {reason} ; {hint}").format(
                    disk=disk.describe(), reason=why.reason, hint=why.hint
                ),
                good=False,
            )

    return say


def _told(context: Context, desk: Desk) -> Callable[[Docked], None]:
    def say(one: Docked) -> None:
        from recond.core.labeldata import LabelOutcome

        good = one.word is LabelOutcome.ERASED
        tag = one.outcome.tag if one.outcome else _("sans étiquette")
        hands = (
            _("RETIREZ-LE")
            if one.off
            else _("déjà débranché")
            if one.gone
            else _("retirez-le (non arrêté : attendez 10 s)")
        )
        with desk.lock:
            desk.talk.note(f"{one.disk.name} {tag} {one.word.replace('_', ' ')} ; {hands}", good=good)
        _push(context, one)
        if context.console.is_terminal:
            context.console.file.write("\a")

    return say


def _push(context: Context, one: Docked) -> None:
    from recond.core.errors import ExitCode, RecondError
    from recond.sink.push import push

    store = one.chain.store
    try:
        store.queue_left_out()
        done = push(store.outbox, store.folder / "enrolment.json")
    except RecondError as error:
        one.chain.talk.fault(error)
        one.chain.codes.append(ExitCode.PUSH_PENDING)
        return
    if done.enrolled and (done.pending or done.refused):
        one.chain.codes.append(ExitCode.PUSH_PENDING)
