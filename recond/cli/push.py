"""`recond push`: send what waits to the workshop's server, or put it in a file that someone carries there."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from recond.cli.context import Context
from recond.core.words import N_, _


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("push", short_help=_("Envoyer les fiches au serveur."))(push_command)


def push_command(
    ctx: typer.Context,
    again: Annotated[bool, typer.Option("--all", help=_("Renvoyer aussi ce qui a déjà été envoyé ou refusé."))] = False,
    to_file: Annotated[
        Path | None,
        typer.Option(metavar="F", help=_("Copier ce qui attend dans un fichier (serveur : recond serve --import F).")),
    ] = None,
    server: Annotated[
        str | None,
        typer.Option(metavar="URL", help=_("Le serveur de la clé, à cette adresse, pour cette fois seulement.")),
    ] = None,
    watch: Annotated[
        bool, typer.Option("--watch", help=_("Rester, et envoyer au fur et à mesure (la clé le fait d'elle-même)."))
    ] = False,
) -> None:
    """Envoyer les fiches au serveur ; ce qui ne part pas attend sur la clé (code 21)."""
    from recond.core.errors import ExitCode, UsageError
    from recond.sink.push import push
    from recond.sink.store import Store
    from recond.ui.console import say

    context: Context = ctx.obj
    console = context.console
    if server is not None and (watch or to_file is not None):
        raise UsageError(N_("--server va sans --watch ni --to-file"), "recond push --server https://192.168.1.10:8017")
    if watch:
        raise typer.Exit(_watch(context))
    store = Store(context.data, context.host)
    found = store.queue_left_out(every=again)
    if found:
        say(console, _(" {found} événement(s) du journal remis dans l'envoi").format(found=found), indent=" " * 8)
    for path in store.torn():
        say(
            console,
            _(" [ATT.] une coupure a laissé une ligne inachevée, gardée à part : {path}").format(path=path),
            indent=" " * 8,
        )
    for what in store.damaged():
        say(console, _(" [ECHEC] {what}").format(what=what), indent=" " * 8)
    if to_file is not None:
        from recond.sink import parcels

        packed = parcels.pack(store.outbox, to_file.absolute(), every=again)
        say(
            console,
            _(" {events} événement(s), {blobs} pièce(s) jointe(s) copiés dans {to_file}").format(
                events=packed.events, blobs=packed.blobs, to_file=to_file
            ),
            indent=" " * 8,
        )
        if packed.missing:
            say(
                console,
                _(" [ECHEC] {missing} pièce(s) jointe(s) ne sont plus sur la clé").format(missing=packed.missing),
                indent=" " * 8,
            )
        say(
            console, _(" Aucun n'est compté comme envoyé : le reçu du serveur le fera (recond import)."), indent=" " * 8
        )
        return
    if again:
        say(
            console,
            _(" {requeue_all} événement(s) remis en attente").format(requeue_all=store.outbox.requeue_all()),
            indent=" " * 8,
        )
    # The stick itself sends in the background: its push under way ends first.
    done = push(store.outbox, context.data / "enrolment.json", patience_s=20.0, server=server)
    if done.unreached and server is None:
        from recond.sink.finding import find

        moved = find(context.data / "enrolment.json", context.host.random)
        if moved is not None:
            say(
                context.console,
                _(" serveur retrouvé (reconnu à son empreinte) : {moved}").format(moved=moved),
                indent=" " * 8,
            )
            done = push(store.outbox, context.data / "enrolment.json", patience_s=20.0)
    word = "[ OK ]" if not done.pending and not done.refused and not done.pieces_lost else _("[ATT.]")
    say(console, f" {word} {done.text}", indent=" " * 8)
    for path in store.outbox.quarantined():
        say(
            console,
            _(" [ECHEC] {stem} : {reason}").format(stem=path.stem, reason=store.outbox.reason(path)),
            indent=" " * 8,
        )
    if store.outbox.quarantined():
        say(console, _(" Ce qui est refusé reste sur la clé : recond outbox dit quoi et que faire."), indent=" " * 8)
    raise typer.Exit(int(ExitCode.PUSH_PENDING) if done.pending or done.refused else 0)


def _watch(context: Context) -> int:
    import random

    from recond.core.errors import ExitCode
    from recond.sink.backoff import Watch
    from recond.sink.finding import find
    from recond.sink.store import Store
    from recond.ui.console import say

    store = Store(context.data, context.host)
    store.queue_left_out()
    watch = Watch(
        store.outbox,
        context.data / "enrolment.json",
        random.random,
        tell=lambda done: say(context.console, f" {done.text}", indent=" " * 8),
        find=lambda: find(context.data / "enrolment.json", context.host.random),
    )
    done = watch.run()
    say(context.console, _(" [ECHEC] {why}").format(why=done.why or _("clé non enrôlée")), indent=" " * 8)
    return int(ExitCode.CONFIGURATION)
