"""`recond push`: send what waits to the workshop's server, or put it in a file that someone carries there."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from recond.cli.context import Context


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("push")(push_command)


def push_command(
    ctx: typer.Context,
    again: Annotated[bool, typer.Option("--all", help="Renvoyer aussi ce qui a déjà été envoyé ou refusé.")] = False,
    to_file: Annotated[
        Path | None, typer.Option(metavar="F", help="Copier ce qui attend dans un fichier ; rien n'est dit envoyé.")
    ] = None,
) -> None:
    """Envoyer les fiches au serveur ; ce qui ne part pas attend sur la clé."""
    from recond.core.errors import ExitCode
    from recond.sink import files
    from recond.sink.push import push
    from recond.sink.store import Store

    context: Context = ctx.obj
    store = Store(context.data, context.host)
    if again:
        count = store.outbox.requeue_all()
        context.console.print(f" {count} événement(s) remis en attente", soft_wrap=True)
    if to_file is not None:
        waiting = store.outbox.waiting()
        files.write(to_file.absolute(), b"".join(path.read_bytes().strip() + b"\n" for path in waiting))
        context.console.print(
            f" {len(waiting)} événement(s) copiés dans {to_file} ; ils attendent toujours", soft_wrap=True
        )
        return
    done = push(store.outbox, context.data / "enrolment.json")
    word = "[ OK ]" if not done.pending and not done.refused else "[ATT.]"
    context.console.print(f" {word} {done.text}", soft_wrap=True)
    if done.refused or store.outbox.quarantined():
        context.console.print(
            f" [ECHEC] {len(store.outbox.quarantined())} événement(s) refusé(s), gardés dans outbox/quarantine",
            soft_wrap=True,
        )
    raise typer.Exit(int(ExitCode.PUSH_PENDING) if done.pending or done.refused else 0)
