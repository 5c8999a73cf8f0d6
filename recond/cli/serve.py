"""`recond serve`: the workshop's server, its sticks' keys, and what it stores."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from recond.cli.context import Context


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("serve")(serve)


def serve(
    ctx: typer.Context,
    host: Annotated[
        str, typer.Option(help="Adresse d'écoute ; cette machine seulement tant qu'il n'y a pas de TLS.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port.")] = 8017,
    detach: Annotated[bool, typer.Option("--detach", help="En arrière-plan ; rend la main quand il répond.")] = False,
    stop: Annotated[bool, typer.Option("--stop", help="Arrêter celui qui tourne en arrière-plan.")] = False,
    stop_after: Annotated[float | None, typer.Option(metavar="MINUTES", help="S'arrêter seul après ce temps.")] = None,
    enrol_file: Annotated[Path | None, typer.Option(help="Écrire ici le fichier d'enrôlement d'une clé.")] = None,
    enrol_code: Annotated[bool, typer.Option("--enrol-code", help="Donner un code d'enrôlement (15 minutes).")] = False,
    revoke: Annotated[str | None, typer.Option(metavar="NOM", help="Retirer ses droits à une clé.")] = None,
    name: Annotated[str, typer.Option(help="Nom de la clé enrôlée.")] = "clé",
    url: Annotated[str | None, typer.Option(help="Adresse du serveur vue de la clé.")] = None,
    plain_http: Annotated[
        bool, typer.Option("--plain-http", help="Permettre à cette clé un http non protégé (réseau fermé).")
    ] = False,
    dump: Annotated[bool, typer.Option("--dump", help="Tous les événements, un JSON par ligne.")] = False,
) -> None:
    """Le serveur de l'atelier : fiches, pages (http://127.0.0.1:8017/) et API. Données : sous-dossier server/ de --data."""
    context: Context = ctx.obj
    data = (context.data / "server").absolute()
    try:
        from recond.server import runner
    except ImportError as error:
        from recond.core.errors import EnvironmentFault

        raise EnvironmentFault(
            f"le serveur n'est pas installé ({error.name})", "pip install 'recond[server]'"
        ) from error
    after_s = stop_after * 60 if stop_after else None
    if stop:
        typer.echo("serveur arrêté" if runner.stop(data) else "aucun serveur ne tournait")
    elif detach:
        typer.echo(f"serveur : {runner.detach(data, host, port, after_s)}/")
    elif enrol_file or enrol_code or revoke or dump:
        _manage(data, enrol_file, enrol_code, revoke, name, url or f"http://{host}:{port}", plain_http, dump)
    else:
        typer.echo(f"serveur : http://{host}:{port}/   données : {data}   (Ctrl-C pour arrêter)")
        runner.serve(data, host, port, after_s)


def _manage(
    data: Path, enrol_file: Path | None, code: bool, revoke: str | None, name: str, url: str, plain: bool, dump: bool
) -> None:
    from recond.server.config import setup

    setup(data)
    from recond.server import manage

    if enrol_file:
        found = manage.enrolment(name, manage.address(data) or url if "127.0.0.1" in url else url, plain)
        manage.write_private(enrol_file, json.dumps(found, ensure_ascii=False, indent=1))
        typer.echo(f"clé « {name} » enrôlée : {enrol_file}")
    if code:
        typer.echo(f"code d'enrôlement, valable 15 minutes, une fois : {manage.code(name)}")
    if revoke:
        count = manage.revoke(revoke)
        typer.echo(f"{count} clé(s) « {revoke} » sans droits désormais")
    if dump:
        for line in manage.dump():
            typer.echo(line)
