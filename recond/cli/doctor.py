"""`recond doctor`: is everything here that recond needs? Changes nothing but a test file in the data folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from recond import __version__
from recond.cli.context import Context
from recond.core.words import N_, _, stored

if TYPE_CHECKING:
    from collections.abc import Iterator

TOOLS = {"smartctl": "smartmontools", "nvme": "nvme-cli", "blkid": "util-linux", "losetup": "mount"}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("doctor", short_help=_("Vérifier la clé, ses outils et sa place."))(doctor)


def doctor(
    ctx: typer.Context,
    stick: Annotated[bool, typer.Option("--stick", help=_("Relire la clé seulement."))] = False,
    as_json: Annotated[bool, typer.Option("--json", help=_("Résultat en JSON."))] = False,
) -> None:
    """Vérifier la clé (tous ses fichiers et leur signature), les outils, la place, les systèmes, ce qui attend l'envoi.

    Code 5 dès qu'une ligne est [ECHEC].
    """
    from recond.cli.parts.stickcheck import stick_lines
    from recond.core.errors import ExitCode

    context: Context = ctx.obj
    found = []
    for line in stick_lines(context) if stick else _examine(context):
        found.append(line)
        if not as_json:
            _put(context, *line)
    if not found:
        found.append((None, N_("ce système n'a pas été démarré d'une clé recond : rien à relire"), None))
        if not as_json:
            _put(context, *found[-1])
    code = ExitCode.ENVIRONMENT if any(good is False for good, *_unused in found) else ExitCode.OK
    if as_json:
        from recond.core import canonical

        words = {True: "ok", False: "failed", None: "attention"}
        checks = [{"result": words[good], "text": text, "hint": None if good else hint} for good, text, hint in found]
        value = {"schema": "recond.doctor/1", "version": __version__, "exit_code": int(code), "checks": checks}
        typer.echo(canonical.dumps(value))
    raise typer.Exit(int(code))


def _put(context: Context, good: bool | None, text: str, hint: str | None) -> None:
    from recond.ui.console import say

    word = {True: "[ OK ]", False: _("[ECHEC]"), None: _("[ATT.]")}[good]
    say(context.console, f"{word:7} {stored(text)}", indent=" " * 8)
    if hint and not good:
        say(context.console, f"        -> {stored(hint)}", indent=" " * 11)


def _examine(context: Context) -> Iterator[tuple[bool | None, str, str | None]]:
    from recond.cli.parts.stickcheck import room_and_clock, stick_lines
    from recond.install import tools

    yield from stick_lines(context)
    root = context.host.is_root()
    yield (
        root or None,
        N_("droits root") if root else N_("sans être root : audit partiel, ni effacement ni installation"),
        N_("relancez avec sudo"),
    )
    there = {name for folder in tools.FOLDERS for name in context.host.names(folder)}
    for name, package in {**tools.TOOLS, **TOOLS}.items():
        if name not in there:
            yield False, N_("il manque le programme {name}").format(name=name), f"apt install {package}"
    yield True, N_("{count} programmes cherchés").format(count=len({**tools.TOOLS, **TOOLS})), None
    yield from _data(context)
    yield from room_and_clock(context, context.host.moment().wall)
    yield from _labels(context)
    yield from _images(context)


def _labels(context: Context) -> Iterator[tuple[bool | None, str, str | None]]:
    from recond.core.errors import RecondError
    from recond.flow.printing import order_of
    from recond.label.media import all_media
    from recond.sink.labelqueue import LabelQueue
    from recond.sink.store import Store

    try:
        media = all_media(context.data)
        order = order_of(Store(context.data, context.host), context.host)
        wrong = order.printer.refuses(order.media) if order else None
    except RecondError as error:
        yield False, N_("étiquettes : {message}").format(message=error.message), error.hint
        return
    if order is not None:
        yield (
            wrong is None,
            N_("étiquettes : {name}, {wrong}").format(name=order.name, wrong=wrong or order.media.key),
            "recond list media",
        )
    else:
        yield (
            True,
            N_("étiquettes : en fichiers, {count} supports connus (sans printer dans recond.toml)").format(
                count=len(media)
            ),
            None,
        )
    waiting = LabelQueue(context.data).all()
    if waiting:
        tags = ", ".join(one.tag for one in waiting)
        yield (
            None,
            N_("{count} étiquette(s) en attente : {tags}").format(count=len(waiting), tags=tags),
            N_("imprimante prête ? recond label reprint"),
        )


def _data(context: Context) -> Iterator[tuple[bool | None, str, str | None]]:
    from recond.cli.parts.stickcheck import copied_line
    from recond.core.errors import RecondError
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
    yield True, N_("clé {stick_id}").format(stick_id=store.stick_id), None
    yield from copied_line(store.copied_from, enrolment is not None)
    where = (
        N_("serveur {url}").format(url=enrolment.url) if enrolment else N_("clé non enrôlée : les fiches restent ici")
    )
    yield (
        True if enrolment else None,
        where,
        N_(
            "pour l'envoyer : recond enrol ADRESSE CODE (serveur : recond serve --enrol-code), ou --file F (--enrol-file F)"
        ),
    )
    told = ", ".join(settings.help.told().values()).replace("\n", ", ") if settings.help else ""
    yield (
        True if told else None,
        N_("aide au nouveau propriétaire : {told}").format(told=told)
        if told
        else N_("aide au nouveau propriétaire : texte neutre, sans contact"),
        N_("vos contacts dans la table [help] de {data}/recond.toml").format(data=context.data),
    )
    waiting, refused = len(store.outbox.waiting()), len(store.outbox.quarantined())
    yield True, N_("{waiting} événement(s) à envoyer").format(waiting=waiting), None
    if refused:
        yield (
            None,
            N_("{refused} événement(s) refusé(s) par le serveur, gardés dans outbox/quarantine").format(
                refused=refused
            ),
            N_("signalez-les"),
        )


def _images(context: Context) -> Iterator[tuple[bool | None, str, str | None]]:
    from recond.flow.install import find_images

    offers, errors = find_images(context.host, context.image_folders())
    for error in errors:
        yield False, error, N_("refaites l'image : make profiles")
    names = ", ".join(f"{offer.image.name} {offer.image.version}" for offer in offers)
    yield (
        True if offers else None,
        N_("systèmes à installer : {names}").format(names=names or N_("aucun")),
        N_("make profiles, ou make image"),
    )
