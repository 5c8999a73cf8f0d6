"""`recond doctor`: is everything here that recond needs? Changes nothing but a test file in the data folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from recond.cli.context import Context

if TYPE_CHECKING:
    from collections.abc import Iterator

TOOLS = {"smartctl": "smartmontools", "nvme": "nvme-cli", "blkid": "util-linux", "losetup": "mount"}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("doctor", short_help="Vérifier la clé, ses outils et sa place.")(doctor)


def doctor(ctx: typer.Context) -> None:
    """Vérifier les outils, la place, les systèmes de la clé et ce qui attend d'être envoyé."""
    from recond.core.errors import ExitCode
    from recond.ui.console import say

    context: Context = ctx.obj
    bad = 0
    for good, text, hint in _examine(context):
        word = {True: "[ OK ]", False: "[ECHEC]", None: "[ATT.]"}[good]
        say(context.console, f"{word:7} {text}", indent=" " * 8)
        if hint and not good:
            say(context.console, f"        -> {hint}", indent=" " * 11)
        bad += good is False
    raise typer.Exit(int(ExitCode.ENVIRONMENT) if bad else 0)


def _examine(context: Context) -> Iterator[tuple[bool | None, str, str | None]]:
    from recond.install import tools

    root = context.host.is_root()
    yield (
        root or None,
        "droits root" if root else "sans être root : audit partiel, ni effacement ni installation",
        "relancez avec sudo",
    )
    there = {name for folder in tools.FOLDERS for name in context.host.names(folder)}
    for name, package in {**tools.TOOLS, **TOOLS}.items():
        if name not in there:
            yield False, f"il manque le programme {name}", f"apt install {package}"
    yield True, f"{len({**tools.TOOLS, **TOOLS})} programmes cherchés", None
    yield from _data(context)
    yield from _images(context)


def _data(context: Context) -> Iterator[tuple[bool | None, str, str | None]]:
    import shutil

    from recond.core.errors import RecondError
    from recond.core.text import decimal_bytes
    from recond.sink import files
    from recond.sink.enrolment import read_enrolment
    from recond.sink.store import Store

    probe = context.data / ".doctor"
    try:
        store = Store(context.data, context.host)
        settings = store.settings()
        files.write(probe, b"recond")
        files.remove(probe)
        enrolment = read_enrolment(context.data / "enrolment.json")
    except RecondError as error:
        yield False, error.message, error.hint
        return
    free = shutil.disk_usage(context.data).free
    enough = True if free > 200_000_000 else None
    yield enough, f"dossier {context.data} : {decimal_bytes(free)} libres, clé {store.stick_id}", "faites de la place"
    where = f"serveur {enrolment.url}" if enrolment else "clé non enrôlée : les fiches restent ici"
    yield (
        True if enrolment else None,
        where,
        f"pour l'envoyer : sur le serveur, recond serve --enrol-file F ; puis F ici, en {context.data}/enrolment.json",
    )
    told = ", ".join(settings.help.told()) if settings.help else ""
    yield (
        True if told else None,
        f"aide au nouveau propriétaire : {told}"
        if told
        else "aide au nouveau propriétaire : texte neutre, sans contact",
        f"vos contacts dans la table [help] de {context.data}/recond.toml",
    )
    waiting, refused = len(store.outbox.waiting()), len(store.outbox.quarantined())
    yield True, f"{waiting} événement(s) à envoyer", None
    if refused:
        yield None, f"{refused} événement(s) refusé(s) par le serveur, gardés dans outbox/quarantine", "signalez-les"


def _images(context: Context) -> Iterator[tuple[bool | None, str, str | None]]:
    from recond.flow.install import find_images

    offers, errors = find_images(context.host, context.image_folders())
    for error in errors:
        yield False, error, "refaites l'image : make profiles"
    names = ", ".join(f"{offer.image.name} {offer.image.version}" for offer in offers)
    yield True if offers else None, f"systèmes à installer : {names or 'aucun'}", "make profiles, ou make image"
