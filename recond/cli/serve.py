"""`recond serve`: the workshop's server, its sticks' keys, and what it stores."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from recond.cli.context import Context
from recond.core.errors import UsageError

if TYPE_CHECKING:
    from recond.server.runner import Serving


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("serve", short_help="Le serveur de l'atelier.")(serve)


def serve(
    ctx: typer.Context,
    host: Annotated[
        str, typer.Option(help="Adresse d'écoute ; 0.0.0.0 = tout le réseau de l'atelier, alors toujours en TLS.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port ; 0 = un port libre.")] = 8017,
    tls: Annotated[bool, typer.Option("--tls", help="TLS aussi sur cette seule machine.")] = False,
    mdns: Annotated[
        bool, typer.Option("--mdns", help="Dire aux clés enrôlées qui le demandent où est ce serveur (réseau local).")
    ] = False,
    database_url: Annotated[
        str | None,
        typer.Option(
            envvar="RECOND_DATABASE_URL",
            metavar="URL",
            help="Base PostgreSQL (postgresql://...) au lieu du fichier SQLite ; à redonner à chaque commande.",
        ),
    ] = None,
    detach: Annotated[bool, typer.Option("--detach", help="En arrière-plan ; rend la main quand il répond.")] = False,
    stop: Annotated[bool, typer.Option("--stop", help="Arrêter celui qui tourne en arrière-plan.")] = False,
    stop_after: Annotated[
        float | None, typer.Option(metavar="MINUTES", min=0.001, help="S'arrêter seul après ce temps.")
    ] = None,
    enrol_file: Annotated[Path | None, typer.Option(help="Écrire ici le fichier d'enrôlement d'une clé.")] = None,
    enrol_code: Annotated[bool, typer.Option("--enrol-code", help="Donner un code d'enrôlement (15 minutes).")] = False,
    keys: Annotated[
        bool, typer.Option("--keys", help="Les clés publiques du serveur et des clés, pour recond verify --key.")
    ] = False,
    revoke: Annotated[str | None, typer.Option(metavar="NOM", help="Retirer ses droits à une clé.")] = None,
    name: Annotated[str, typer.Option(help="Nom de la clé enrôlée.")] = "clé",
    url: Annotated[str | None, typer.Option(help="Adresse du serveur vue de la clé.")] = None,
    authority: Annotated[
        bool, typer.Option("--authority", help="Cette adresse a le certificat d'une autorité : pas d'empreinte.")
    ] = False,
    plain_http: Annotated[
        bool, typer.Option("--plain-http", help="Permettre à cette clé un http non protégé (réseau fermé).")
    ] = False,
    create_user: Annotated[
        str | None,
        typer.Option(metavar="NOM", help="Créer un compte pour les pages ; dès lors, chacun doit se connecter."),
    ] = None,
    role: Annotated[str, typer.Option(help="Rôle du compte créé : lecture, bénévole ou responsable.")] = "responsable",
    place: Annotated[
        str | None, typer.Option(metavar="LIEU", help="Lieu du compte créé : il n'en voit que les machines.")
    ] = None,
    load: Annotated[Path | None, typer.Option("--import", help="Lire un fichier de « recond push --to-file ».")] = None,
    backup: Annotated[
        Path | None, typer.Option(help="Écrire ici une sauvegarde de tout : fiches, pièces, clés.")
    ] = None,
    restore: Annotated[Path | None, typer.Option(help="Remplir un serveur neuf d'une sauvegarde.")] = None,
    demo: Annotated[
        bool, typer.Option("--demo", help="Remplir un serveur neuf de machines inventées, pour essayer.")
    ] = False,
    netboot: Annotated[
        str | None,
        typer.Option(
            metavar="INTERFACE", help="Démarrer les PC de ce réseau avec recond, sans clé (dnsmasq et iPXE ; root)."
        ),
    ] = None,
    netboot_image: Annotated[
        Path | None, typer.Option(metavar="IMAGE", help="Image de clé à proposer ; sinon la dernière de make image.")
    ] = None,
    netboot_port: Annotated[int, typer.Option(min=1, max=65535, help="Port du système proposé.")] = 8018,
    netboot_confirm: Annotated[
        str | None, typer.Option(metavar="INTERFACE", help="L'interface, redite : au lieu du mot tapé.")
    ] = None,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Refaire toutes les fiches de leurs événements ; rien ne s'y perd.")
    ] = False,
    dump: Annotated[bool, typer.Option("--dump", help="Tous les événements, un JSON par ligne.")] = False,
) -> None:
    """Le serveur de l'atelier : fiches, pages et API, http://127.0.0.1:8017/. Données : dossier server/ de --data.

    Sans compte, les pages se lisent de cette machine seulement. Les autres machines y viennent en TLS : le serveur fait
    lui-même son certificat, que les clés enrôlées reconnaissent à son empreinte.
    """
    context: Context = ctx.obj
    data = (context.data / "server").absolute()
    try:
        from recond.server import background, config, hold, runner
        from recond.server.config import LOOPBACK
    except ImportError as error:
        from recond.core.errors import EnvironmentFault

        raise EnvironmentFault(
            f"le serveur n'est pas installé ({error.name})", "pip install 'recond[server]'"
        ) from error
    if netboot and (detach or stop):
        raise UsageError("--netboot reste en avant-plan : il dit quels PC démarrent", "ôtez --detach ou --stop")
    serving = runner.Serving(host, port, tls, database_url, mdns)
    after_s = stop_after * 60 if stop_after else None
    if stop:
        typer.echo("serveur arrêté" if hold.stop(data) else "aucun serveur ne tournait")
    elif (
        enrol_file
        or enrol_code
        or keys
        or revoke
        or create_user
        or load
        or dump
        or backup
        or restore
        or demo
        or rebuild
    ):
        running = hold.running(data)
        encrypted = tls or host not in LOOPBACK
        address = url or (running.url if running else None) or f"http{'s' if encrypted else ''}://{host}:{port}"
        config.setup(data, database=database_url)
        pin = _pin(data) if address.startswith("https://") and not authority else None
        if enrol_file:
            _enrol(enrol_file, name, address, plain_http, pin)
        _people_and_keys(enrol_code, name, revoke, pin)
        if create_user:
            _account(create_user, role, place)
        _in_and_out(load, dump)
        _whole(backup, restore, demo, running is not None)
        if keys:
            _keys()
        if rebuild:
            _rebuild()
    elif netboot:
        _netboot(context, data, serving, after_s, netboot, netboot_image, netboot_port, netboot_confirm)
    elif detach:
        typer.echo(f"serveur : {background.detach(data, serving, after_s)}/")
    else:
        runner.serve(
            data,
            serving,
            after_s,
            lambda here: typer.echo(f"serveur : {here}/   données : {data}   (Ctrl-C pour arrêter)"),
        )


def _netboot(
    context: Context,
    data: Path,
    serving: Serving,
    after_s: float | None,
    interface: str,
    image: Path | None,
    port: int,
    confirmed: str | None,
) -> None:
    from dataclasses import replace

    from recond.cli.parts.netbooting import Offering, prepared
    from recond.server import runner

    with prepared(context, interface, image, port, confirmed) as (offer, taken):
        offering = Offering(context, offer, taken)
        # The PCs must reach the server, over TLS: on the address of their network, unless it listens everywhere.
        there = serving if serving.host in ("0.0.0.0", "::") else replace(serving, host=str(offer.address.ip))

        def ready(here: str) -> None:
            url = f"https://{offer.address.ip}:{here.rpartition(':')[2]}"
            typer.echo(f"serveur : {url}/   données : {data}   (Ctrl-C pour arrêter)")
            offering.start(url, data)

        try:
            runner.serve(data, there, after_s, ready)
        finally:
            offering.stop()


def _pin(data: Path) -> str:
    from recond.server import tls

    return tls.pin(data)


def _enrol(path: Path, name: str, url: str, plain_http: bool, pin: str | None) -> None:
    from recond.server import manage

    found = manage.enrolment(name, url, plain_http, pin)
    manage.write_private(path, json.dumps(found, ensure_ascii=False, indent=1))
    typer.echo(f"clé « {name} » enrôlée : {path}")


def _rebuild() -> None:
    from recond.server import cards

    typer.echo(f"{cards.rebuild_all()} fiche(s) refaite(s) de leurs événements")


def _keys() -> None:
    from recond.server import countersign

    for line in countersign.all_keys():
        typer.echo(line)


def _people_and_keys(code: bool, name: str, revoke: str | None, pin: str | None) -> None:
    from recond.server import manage

    if code:
        typer.echo(f"code d'enrôlement, valable 15 minutes, une fois : {manage.code(name, pin)}")
    if revoke:
        count = manage.revoke(revoke)
        typer.echo(f"{count} clé(s) « {revoke} » sans droits désormais")


def _account(name: str, role: str, place: str | None) -> None:
    from recond.server import manage

    password = typer.prompt("Mot de passe", hide_input=True, confirmation_prompt=True)
    manage.create_user(name, password, role, place)
    typer.echo(f"compte « {name} » créé ({role}) : les pages demandent désormais de se connecter")


def _whole(backup: Path | None, restore: Path | None, demo: bool, running: bool) -> None:
    from recond.server import archive
    from recond.server import demo as demonstration

    if (restore or demo) and running:
        raise UsageError("ce serveur tourne : arrêtez-le d'abord", "recond serve --stop")
    if restore:
        counts = archive.restore(restore.absolute())
        typer.echo(
            f"restauré : {counts.get('recond.Event', 0)} événement(s), {counts.get('recond.Card', 0)} machine(s)"
        )
    if demo:
        typer.echo(f"{demonstration.fill()} machines inventées : recond serve, puis http://127.0.0.1:8017/")
    if backup:
        counts = archive.backup(backup.absolute())
        typer.echo(
            f"sauvegardé : {counts.get('recond.Event', 0)} événement(s), {counts.get('recond.Card', 0)} machine(s), "
            f"pièces et clés du serveur, dans {backup} (à garder comme un trousseau)"
        )


def _in_and_out(load: Path | None, dump: bool) -> None:
    from recond.server import manage

    if load:
        done = manage.load(load)
        counts = done.counts
        typer.echo(
            f"{counts['stored']} événement(s) ajouté(s), {counts['duplicate']} déjà là, "
            f"{counts['rejected'] + counts['conflict']} refusé(s), {done.blobs} pièce(s) jointe(s) ajoutée(s)"
        )
        receipt = load.with_name(f"{load.name}.recu.json")
        manage.write_private(receipt, json.dumps(done.receipt))
        typer.echo(f"reçu pour la clé : {receipt}   (sur la clé : recond import {receipt.name})")
        if done.reasons:
            raise UsageError("\n  ".join(["refusés :", *done.reasons[:20]]), "ces événements ne sont pas au serveur")
    if dump:
        for line in manage.dump():
            typer.echo(line)
