"""`recond outbox`: what waits for the server, what it refused and why, and what to do about it."""

from __future__ import annotations

from typing import Annotated

import typer

from recond.cli.context import Context
from recond.core.words import _


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("outbox", short_help=_("Ce qui attend le serveur, ce qu'il a refusé."))(outbox_command)


def outbox_command(
    ctx: typer.Context,
    retry: Annotated[bool, typer.Option("--retry", help=_("Remettre en attente ce que le serveur a refusé."))] = False,
    as_json: Annotated[bool, typer.Option("--json", help=_("Résultat en JSON."))] = False,
) -> None:
    """Dire ce qui attend le serveur et ce qu'il a refusé, avec la raison et que faire. Rien n'est jamais jeté."""
    from recond.core import canonical
    from recond.core.errors import ExitCode
    from recond.sink.backoff import describe
    from recond.sink.store import Store
    from recond.ui.console import say

    context: Context = ctx.obj
    outbox = Store(context.data, context.host).outbox
    if retry:
        count = outbox.requeue_refused()
        say(
            context.console,
            _(" {count} élément(s) refusé(s) remis en attente : recond push").format(count=count),
            indent=" " * 8,
        )
    waiting, refused = outbox.waiting(), outbox.quarantined()
    if as_json:
        bad = [{"id": path.stem, "what": describe(path), "reason": outbox.reason(path)} for path in refused]
        found = {"schema": "recond.outbox/1", "waiting": [path.stem for path in waiting], "refused": bad}
        typer.echo(canonical.dumps(found, indent=1))
        return
    say(
        context.console,
        _(" {count} en attente, {count2} REFUSE(S)").format(count=len(waiting), count2=len(refused)),
        indent=" ",
    )
    for path in waiting[:SHOWN]:
        say(context.console, _("   attend   {describe}").format(describe=describe(path)), indent=" " * 12)
    if len(waiting) > SHOWN:
        say(context.console, _("   ... et {count} autre(s)").format(count=len(waiting) - SHOWN), indent=" " * 12)
    for path in refused:
        say(context.console, _(" [ECHEC]    {describe}").format(describe=describe(path)), indent=" " * 12)
        say(context.console, f"            {outbox.reason(path)}", indent=" " * 12)
        say(context.console, f"            -> {ADVICE[advice_for(outbox.reason(path))]}", indent=" " * 15)
    raise typer.Exit(int(ExitCode.PUSH_PENDING) if refused else 0)


SHOWN = 15
ADVICE = {
    "conflict": _(
        "deux événements du même nom : une clé copiée d'une autre ? Gardez cette clé, prévenez le responsable"
    ),
    "unreadable": _("la clé s'use : copiez-la (recond push --to-file F --all), puis changez de clé"),
    "old": _("le serveur est plus ancien que la clé ? Mettez-le à jour, puis : recond outbox --retry"),
}


def advice_for(reason: str) -> str:
    """Return which advice fits a reason kept in quarantine."""
    if reason.startswith("conflict"):
        return "conflict"
    return "unreadable" if reason.startswith("illisible") else "old"
