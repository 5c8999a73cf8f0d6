"""`recond enrol`: which server this stick sends its records to."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from recond.cli.context import Context
from recond.core.words import N_, _


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("enrol", short_help=_("Relier cette clé au serveur de l'atelier."))(enrol_command)


def enrol_command(
    ctx: typer.Context,
    url: Annotated[str | None, typer.Argument(metavar=_("[ADRESSE"), help=_("Adresse du serveur."))] = None,
    code: Annotated[str | None, typer.Argument(metavar="CODE]", help=_("Code donné par le serveur."))] = None,
    file: Annotated[
        Path | None, typer.Option("--file", metavar="F", help=_("Fichier d'enrôlement, au lieu d'un code."))
    ] = None,
    plain_http: Annotated[
        bool, typer.Option("--plain-http", help=_("Accepter un http non protégé (réseau fermé)."))
    ] = False,
) -> None:
    """Relier cette clé au serveur de l'atelier, par un code d'un quart d'heure ou par un fichier.

    Au serveur : recond serve --enrol-code, ou --enrol-file F. Une adresse sans code : le même serveur, qui a changé
    d'adresse. Sans rien : dire à quel serveur la clé est reliée.
    """
    from recond.core.errors import UsageError
    from recond.core.signing import public_of
    from recond.sink import files
    from recond.sink.enrol import enrol, read_code
    from recond.sink.enrolment import read_enrolment
    from recond.sink.keys import own_seed
    from recond.sink.store import Store
    from recond.ui.console import say

    context: Context = ctx.obj
    store = Store(context.data, context.host)
    path = context.data / "enrolment.json"
    if file is not None and url is None:
        if read_enrolment(file) is None:
            raise UsageError(
                N_("{file} n'existe pas").format(file=file), N_("donnez le fichier écrit par recond serve --enrol-file")
            )
        files.write(path, file.read_bytes(), 0o600)
    elif url is not None and code is not None and file is None:
        # The server learns here which key signs this stick's certificates.
        key = public_of(own_seed(context.data, context.host))
        files.write(path, enrol(url, read_code(code), store.stick_id, plain_http, {"key": key}), 0o600)
    elif url is not None and code is None and file is None:
        # No code: the server this stick knows already, at another address.
        from recond.sink.moved import follow

        said = _("désormais à") if follow(path, url) else _("déjà à")
        say(
            context.console,
            _(" même serveur (reconnu à son empreinte), {said} {url}").format(said=said, url=url),
            indent=" ",
        )
    elif url is not None or code is not None or file is not None:
        raise UsageError(
            N_("une adresse et un code, ou --file F"), N_("par exemple : recond enrol https://192.168.1.10:8017 CODE")
        )
    found = read_enrolment(path)
    if found is None:
        say(context.console, _(" clé non enrôlée : les fiches attendent sur la clé"), indent=" ")
        return
    how = (
        _("reconnu à son empreinte")
        if found.pin
        else _("certificat d'une autorité")
        if found.url[:5] == "https"
        else "http"
    )
    say(
        context.console,
        _(" clé {stick_id} enrôlée : {url} ({how})").format(stick_id=store.stick_id, url=found.url, how=how),
        indent=" ",
    )
    say(
        context.console,
        _(" {count} événement(s) à envoyer : recond push").format(count=len(store.outbox.waiting())),
        indent=" ",
    )
