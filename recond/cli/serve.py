"""`recond serve`: the workshop's server, its sticks' keys, and what it stores."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from recond.cli.context import Context
from recond.core.errors import UsageError
from recond.core.words import N_, _

if TYPE_CHECKING:
    from recond.server.runner import Serving


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("serve", short_help=_("Le serveur de l'atelier."))(serve)


def serve(
    ctx: typer.Context,
    host: Annotated[
        str, typer.Option(help=_("Adresse d'écoute ; 0.0.0.0 = tout le réseau de l'atelier, alors toujours en TLS."))
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help=_("Port ; 0 = un port libre."))] = 8017,
    tls: Annotated[bool, typer.Option("--tls", help=_("TLS aussi sur cette seule machine."))] = False,
    mdns: Annotated[
        bool,
        typer.Option("--mdns", help=_("Dire aux clés enrôlées qui le demandent où est ce serveur (réseau local).")),
    ] = False,
    database_url: Annotated[
        str | None,
        typer.Option(
            envvar="RECOND_DATABASE_URL",
            metavar="URL",
            help=_("Base PostgreSQL (postgresql://...) au lieu du fichier SQLite ; à redonner à chaque commande."),
        ),
    ] = None,
    detach: Annotated[
        bool, typer.Option("--detach", help=_("En arrière-plan ; rend la main quand il répond."))
    ] = False,
    stop: Annotated[bool, typer.Option("--stop", help=_("Arrêter celui qui tourne en arrière-plan."))] = False,
    stop_after: Annotated[
        float | None, typer.Option(metavar="MINUTES", min=0.001, help=_("S'arrêter seul après ce temps."))
    ] = None,
    enrol_file: Annotated[Path | None, typer.Option(help=_("Écrire ici le fichier d'enrôlement d'une clé."))] = None,
    enrol_code: Annotated[
        bool, typer.Option("--enrol-code", help=_("Donner un code d'enrôlement (15 minutes)."))
    ] = False,
    keys: Annotated[
        bool, typer.Option("--keys", help=_("Les clés publiques du serveur et des clés, pour recond verify --key."))
    ] = False,
    revoke: Annotated[str | None, typer.Option(metavar=_("NOM"), help=_("Retirer ses droits à une clé."))] = None,
    name: Annotated[str, typer.Option(help=_("Nom de la clé enrôlée."))] = _("clé"),
    url: Annotated[str | None, typer.Option(help=_("Adresse du serveur vue de la clé."))] = None,
    authority: Annotated[
        bool, typer.Option("--authority", help=_("Cette adresse a le certificat d'une autorité : pas d'empreinte."))
    ] = False,
    plain_http: Annotated[
        bool, typer.Option("--plain-http", help=_("Permettre à cette clé un http non protégé (réseau fermé)."))
    ] = False,
    create_user: Annotated[
        str | None,
        typer.Option(metavar=_("NOM"), help=_("Créer un compte pour les pages ; dès lors, chacun doit se connecter.")),
    ] = None,
    role: Annotated[
        str, typer.Option(help=_("Rôle du compte créé : lecture, bénévole ou responsable."))
    ] = "responsable",
    place: Annotated[
        str | None, typer.Option(metavar=_("LIEU"), help=_("Lieu du compte créé : il n'en voit que les machines."))
    ] = None,
    load: Annotated[
        Path | None, typer.Option("--import", help=_("Lire un fichier de « recond push --to-file »."))
    ] = None,
    backup: Annotated[
        Path | None, typer.Option(help=_("Écrire ici une sauvegarde de tout : fiches, pièces, clés."))
    ] = None,
    restore: Annotated[Path | None, typer.Option(help=_("Remplir un serveur neuf d'une sauvegarde."))] = None,
    demo: Annotated[
        bool, typer.Option("--demo", help=_("Remplir un serveur neuf de machines inventées, pour essayer."))
    ] = False,
    netboot: Annotated[
        str | None,
        typer.Option(
            metavar="INTERFACE", help=_("Démarrer les PC de ce réseau avec recond, sans clé (dnsmasq et iPXE ; root).")
        ),
    ] = None,
    netboot_image: Annotated[
        Path | None, typer.Option(metavar="IMAGE", help=_("Image de clé à proposer ; sinon la dernière de make image."))
    ] = None,
    netboot_port: Annotated[int, typer.Option(min=1, max=65535, help=_("Port du système proposé."))] = 8018,
    netboot_confirm: Annotated[
        str | None, typer.Option(metavar="INTERFACE", help=_("L'interface, redite : au lieu du mot tapé."))
    ] = None,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help=_("Refaire toutes les fiches de leurs événements ; rien ne s'y perd."))
    ] = False,
    dump: Annotated[bool, typer.Option("--dump", help=_("Tous les événements, un JSON par ligne."))] = False,
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
            N_("le serveur n'est pas installé ({name})").format(name=error.name), "pip install 'recond[server]'"
        ) from error
    if netboot and (detach or stop):
        raise UsageError(N_("--netboot reste en avant-plan : il dit quels PC démarrent"), N_("ôtez --detach ou --stop"))
    serving = runner.Serving(host, port, tls, database_url, mdns)
    after_s = stop_after * 60 if stop_after else None
    if stop:
        typer.echo(_("serveur arrêté") if hold.stop(data) else _("aucun serveur ne tournait"))
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
        address = (
            url
            or (running.url if running else None)
            or _("http{encrypted}://{host}:{port}").format(encrypted="s" if encrypted else "", host=host, port=port)
        )
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
        typer.echo(_("serveur : {detach}/").format(detach=background.detach(data, serving, after_s)))
    else:
        runner.serve(
            data,
            serving,
            after_s,
            lambda here: typer.echo(
                _("serveur : {here}/   données : {data}   (Ctrl-C pour arrêter)").format(here=here, data=data)
            ),
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

    with prepared(context, interface, image, port, confirmed) as (offer, taken, shelf):
        offering = Offering(context, offer, taken, shelf)
        # The PCs must reach the server, over TLS: on the address of their network, unless it listens everywhere.
        there = serving if serving.host in ("0.0.0.0", "::") else replace(serving, host=str(offer.address.ip))

        def ready(here: str) -> None:
            url = f"https://{offer.address.ip}:{here.rpartition(':')[2]}"
            typer.echo(_("serveur : {url}/   données : {data}   (Ctrl-C pour arrêter)").format(url=url, data=data))
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
    typer.echo(_("clé « {name} » enrôlée : {path}").format(name=name, path=path))


def _rebuild() -> None:
    from recond.server import cards

    typer.echo(_("{rebuild_all} fiche(s) refaite(s) de leurs événements").format(rebuild_all=cards.rebuild_all()))


def _keys() -> None:
    from recond.server import countersign

    for line in countersign.all_keys():
        typer.echo(line)


def _people_and_keys(code: bool, name: str, revoke: str | None, pin: str | None) -> None:
    from recond.server import manage

    if code:
        typer.echo(_("code d'enrôlement, valable 15 minutes, une fois : {code}").format(code=manage.code(name, pin)))
    if revoke:
        count = manage.revoke(revoke)
        typer.echo(_("{count} clé(s) « {revoke} » sans droits désormais").format(count=count, revoke=revoke))


def _account(name: str, role: str, place: str | None) -> None:
    from recond.server import manage

    password = typer.prompt(_("Mot de passe"), hide_input=True, confirmation_prompt=True)
    manage.create_user(name, password, role, place)
    typer.echo(
        _("compte « {name} » créé ({role}) : les pages demandent désormais de se connecter").format(
            name=name, role=role
        )
    )


def _whole(backup: Path | None, restore: Path | None, demo: bool, running: bool) -> None:
    from recond.server import archive
    from recond.server import demo as demonstration

    if (restore or demo) and running:
        raise UsageError(N_("ce serveur tourne : arrêtez-le d'abord"), "recond serve --stop")
    if restore:
        counts = archive.restore(restore.absolute())
        typer.echo(
            _("restauré : {recond_event} événement(s), {recond_card} machine(s)").format(
                recond_event=counts.get("recond.Event", 0), recond_card=counts.get("recond.Card", 0)
            )
        )
    if demo:
        typer.echo(
            _("{fill} machines inventées : recond serve, puis http://127.0.0.1:8017/").format(fill=demonstration.fill())
        )
    if backup:
        counts = archive.backup(backup.absolute())
        typer.echo(
            _(
                "sauvegardé : {recond_event} événement(s), {recond_card} machine(s), "
                "pièces et clés du serveur, dans {backup} (à garder comme un trousseau)"
            ).format(
                recond_event=counts.get("recond.Event", 0), recond_card=counts.get("recond.Card", 0), backup=backup
            )
        )


def _in_and_out(load: Path | None, dump: bool) -> None:
    from recond.server import manage

    if load:
        done = manage.load(load)
        counts = done.counts
        typer.echo(
            _(
                "{stored} événement(s) ajouté(s), {duplicate} déjà là, "
                "{rejected} refusé(s), {blobs} pièce(s) jointe(s) ajoutée(s)"
            ).format(
                stored=counts["stored"],
                duplicate=counts["duplicate"],
                rejected=counts["rejected"] + counts["conflict"],
                blobs=done.blobs,
            )
        )
        receipt = load.with_name(f"{load.name}.recu.json")
        manage.write_private(receipt, json.dumps(done.receipt))
        typer.echo(
            _("reçu pour la clé : {receipt}   (sur la clé : recond import {name})").format(
                receipt=receipt, name=receipt.name
            )
        )
        if done.reasons:
            raise UsageError(
                "\n  ".join([N_("refusés :"), *done.reasons[:20]]), N_("ces événements ne sont pas au serveur")
            )
    if dump:
        for line in manage.dump():
            typer.echo(line)
