"""`recond push`: send what waits to the workshop's server, or put it in a file that someone carries there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from recond.cli.context import Context

if TYPE_CHECKING:
    from recond.sink.store import Store


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("push")(push_command)


def push_command(
    ctx: typer.Context,
    again: Annotated[bool, typer.Option("--all", help="Renvoyer aussi ce qui a déjà été envoyé ou refusé.")] = False,
    to_file: Annotated[
        Path | None,
        typer.Option(metavar="F", help="Copier ce qui attend dans un fichier (serveur : recond serve --import F)."),
    ] = None,
) -> None:
    """Envoyer les fiches au serveur ; ce qui ne part pas attend sur la clé (code 21)."""
    from recond.core.errors import ExitCode
    from recond.sink.push import push
    from recond.sink.store import Store

    context: Context = ctx.obj
    say = context.console.print
    store = Store(context.data, context.host)
    found = store.queue_left_out(every=again)
    if found:
        say(f" {found} événement(s) du journal remis dans l'envoi", soft_wrap=True)
    for path in store.torn():
        say(f" [ATT.] une coupure a laissé une ligne inachevée, gardée à part : {path}", soft_wrap=True)
    for what in store.damaged():
        say(f" [ECHEC] {what}", soft_wrap=True)
    if to_file is not None:
        count = _copy(store, to_file.absolute(), every=again)
        say(f" {count} événement(s) copié(s) dans {to_file} ; aucun n'est compté comme envoyé", soft_wrap=True)
        return
    if again:
        say(f" {store.outbox.requeue_all()} événement(s) remis en attente", soft_wrap=True)
    done = push(store.outbox, context.data / "enrolment.json")
    word = "[ OK ]" if not done.pending and not done.refused and not done.pieces_lost else "[ATT.]"
    say(f" {word} {done.text}", soft_wrap=True)
    for path in store.outbox.quarantined():
        say(f" [ECHEC] {path.stem} : {store.outbox.reason(path)}  (outbox/quarantine)", soft_wrap=True)
    raise typer.Exit(int(ExitCode.PUSH_PENDING) if done.pending or done.refused else 0)


def _copy(store: Store, target: Path, *, every: bool) -> int:
    from recond.sink import files

    paths = store.outbox.everything() if every else store.outbox.waiting()
    files.write(target, b"".join(path.read_bytes().replace(b"\n", b" ") + b"\n" for path in paths))
    return len(paths)
