"""`recond practice`: the whole chain on a practice disk that it makes itself, with a workshop server of its own."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from recond.cli.context import Context
from recond.core.words import N_, _

if TYPE_CHECKING:
    from rich.console import Console

    from recond.flow.chain import Chain
    from recond.flow.run import Outcome


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("practice", short_help=_("S'entraîner sur un disque factice."))(practice)


def practice(
    ctx: typer.Context,
    ask: Annotated[bool, typer.Option("--ask", help=_("Demander le mot DETRUIRE, comme en vrai."))] = False,
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help=_("Démarrer aussi un serveur d'atelier."))] = True,
    keep_disk: Annotated[bool, typer.Option("--keep-disk/--drop-disk", help=_("Garder le fichier du disque."))] = True,
    size: Annotated[int, typer.Option(min=768, metavar="MIO", help=_("Taille du disque d'entraînement."))] = 4096,
    resume: Annotated[bool, typer.Option("--resume", help=_("Reprendre un entraînement interrompu."))] = False,
    profile: Annotated[str | None, typer.Option(help=_("Système à installer ; sinon le plus petit."))] = None,
) -> None:
    """La chaîne entière sur un disque d'entraînement ; aucun autre disque ne peut être touché."""
    from recond.cli.parts.chain import check_profile, make_chain, need_root, only_one, stopped_by_signals
    from recond.cli.parts.ending import finish
    from recond.core.errors import UsageError
    from recond.flow import practice_disk
    from recond.flow.run import run

    context: Context = ctx.obj
    need_root(context)
    if ask and not context.interactive:
        raise UsageError(N_("avec --ask il faut un terminal et une personne"), N_("recond practice, sans --ask"))
    if profile:
        check_profile(context, profile)
    console = context.console
    inner = replace(context, data=(context.data / "practice").absolute())
    folder = inner.data / "disk"
    with only_one():
        address = _start_server(inner) if serve and _can_serve(console) else None
        disk = _disk(inner, folder, resume, size)
        try:
            with practice_disk.attached(context.host, disk):
                answer = None if ask else (lambda plan: plan.id)
                chain = make_chain(inner, tag=None, answer=answer, practice_file=str(disk))
                chain.settings = replace(chain.settings, tag_prefix="ESSAI", station=N_("entraînement"))
                chain.profile = profile or _smallest(inner)
                with stopped_by_signals(chain.cancel):
                    outcome = run(chain, "practice")
            outcome = _search(chain, disk, outcome)
        finally:
            if not keep_disk and not resume and _done(inner):
                disk.unlink(missing_ok=True)
    _say_where(console, outcome, address, disk if keep_disk else None)
    # Last, so that the big word stays on the screen.
    raise typer.Exit(finish(context, chain, outcome, "recond practice --resume"))


def _smallest(context: Context) -> str:
    """Return the system that needs the least room: the practice disk is small, and what suits this PC is not the point."""
    from recond.flow.install import find_images

    offers = [offer.profile for offer in find_images(context.host, context.image_folders())[0]]
    return min(offers, key=lambda one: (one.min_disk_bytes, one.name)).name if offers else "auto"


def _search(chain: Chain, disk: Path, outcome: Outcome) -> Outcome:
    """Look for the donor's marks in the raw file. Some left on a disk called erased is a defect of recond: code 1."""
    from recond.core.errors import ExitCode, worst
    from recond.core.labeldata import LabelOutcome
    from recond.flow import practice_disk
    from recond.flow.label_step import label_of

    left = practice_disk.markers_left(disk)
    text = _("marques du donateur retrouvées sur le disque brut : {left}").format(left=left)
    if label_of(chain).outcome is LabelOutcome.ERASED:
        chain.talk.note(text, good=left == 0)
        return replace(outcome, code=worst(outcome.code, ExitCode.BUG if left else ExitCode.OK))
    chain.talk.note(_("{text} (il n'est pas effacé)").format(text=text), good=None)
    return outcome


def _disk(context: Context, folder: Path, resume: bool, size_mib: int) -> Path:
    from recond.core.errors import UsageError
    from recond.flow import practice_disk

    path = folder.resolve() / practice_disk.NAME
    if path.exists():
        practice_disk.detach_stale(context.host, path)
    if resume:
        if not path.is_file():
            raise UsageError(N_("aucun entraînement interrompu à reprendre"), N_("lancez : recond practice"))
        return path
    # How far an interrupted wipe of the last practice disk had come says nothing of the new one, though it looks the same.
    for state in (context.data / "runs").glob("*/wipe-*.json"):
        state.unlink()
    return practice_disk.make(context.host, folder.resolve(), size_mib << 20)


def _done(context: Context) -> bool:
    from recond.core.runstate import read_run
    from recond.sink.store import Store

    store = Store(context.data, context.host)
    runs = store.runs()
    return bool(runs) and read_run(store.events(runs[-1])).ended is not None


def _can_serve(console: Console) -> bool:
    """Tell whether the server is installed here; the practice needs none, and the stick carries none."""
    from importlib.util import find_spec

    from recond.ui.console import say

    found = find_spec("django") is not None
    if not found:
        say(console, _("[ -- ]  sans serveur d'atelier : il n'est pas installé ici"), indent=" " * 8)
    return found


PORT = 8017


def _start_server(context: Context) -> str:
    """Start the practice server in the background (or find it running), enrol this data folder, return its address."""
    import json

    from recond.core.ports import Command, must
    from recond.sink import files

    recond = (sys.executable, "-m", "recond", "--data", str(context.data), "serve")
    enrolment = context.data / "enrolment.json"
    start = (*recond, "--detach", "--stop-after", "60", "--port")
    done = context.host.run(Command((*start, str(PORT)), timeout_s=90))
    if not done.ok:
        # Somebody else's server has the usual port: any free one will do.
        done = must(context.host, Command((*start, "0"), timeout_s=90), hint="recond practice --no-serve")
    address = done.stdout.decode().split()[-1].rstrip("/")
    if not enrolment.exists():
        words = ("--enrol-file", str(enrolment), "--name", "entrainement", "--url", address)
        must(context.host, Command((*recond, *words), timeout_s=90))
    told = json.loads(enrolment.read_bytes())
    if told["url"] != address:
        files.write(enrolment, json.dumps({**told, "url": address}).encode(), mode=0o600)
    return address


def _say_where(console: Console, outcome: Outcome, address: str | None, disk: Path | None) -> None:
    from recond.ui.console import say

    certificates = [(_("Certificat"), path) for path in outcome.certificates]
    say(console, "")
    for name, what in ((_("Étiquette"), outcome.label), *certificates, (_("Fiche"), outcome.card), (_("Disque"), disk)):
        if what is not None:
            say(console, f" {name:11} {what}", indent=" " * 13)
    if address:
        say(console, _(" Serveur     {address}  (s'arrête seul dans une heure)").format(address=address))
