"""What `recond stick` shows and asks: the disks, the choice, the word that nobody types by mistake, the result."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from recond.cli.context import Context
from recond.core.disk import Disk
from recond.core.errors import CancelledError, GuardError, UsageError
from recond.core.guard import Refusal, Surroundings
from recond.core.plan import Plan
from recond.core.ports import Host
from recond.core.signing import key_id
from recond.core.stick import stick_refusals
from recond.core.text import decimal_bytes
from recond.core.words import N_, _
from recond.flow import practice_disk
from recond.flow.stick_image import ImageFile
from recond.flow.stick_update import Before
from recond.flow.stick_write import Written, current
from recond.probe.disks import read_disks
from recond.probe.surroundings import read_surroundings
from recond.ui.ask import Asker
from recond.ui.console import safe, say

WORDS = {"write": _("ECRIRE"), "again": _("PERDRE LES FICHES"), "update": _("METTRE A JOUR")}


@dataclass(frozen=True)
class Bench:
    """Where sticks are written: the host, the one path that may be, and in practice the only file behind it."""

    context: Context
    path: str | None = None
    practice: str | None = None

    @property
    def host(self) -> Host:
        """Return the machine."""
        return self.context.host

    def look(self) -> tuple[tuple[Disk, ...], Surroundings]:
        """Look at all disks now."""
        disks = read_disks(self.host, loops=self.practice is not None)
        named = frozenset({self.path} if self.path else ())
        around = read_surroundings(self.host, disks, practice_file=self.practice, named=named)
        return disks, replace(around, rewritten=named)

    def tell(self, title: str, share: float | None) -> None:
        """Show how far it is, on a terminal only."""
        if sys.stderr.isatty() and not self.context.quiet:
            done = "" if share is None else f" {share:4.0%}"
            end = "\n" if share == 1.0 else ""
            print(f"\r {title}{done}\x1b[K", end=end, file=sys.stderr, flush=True)


@dataclass(frozen=True)
class Seen:
    """One disk, and why it may not become a stick (empty = it may)."""

    disk: Disk
    refusals: tuple[Refusal, ...]
    recond: bool

    def plain(self) -> dict[str, Any]:
        """Return it for --json."""
        disk = self.disk
        return {
            "path": disk.path, "model": disk.identity.model, "serial": disk.identity.serial,
            "size_bytes": disk.identity.size_bytes, "contents": disk.contents, "recond_stick": self.recond,
            "refusals": [one.rule for one in self.refusals],
        }  # fmt: skip


@contextmanager
def bench(context: Context, practice: Path | None) -> Iterator[Bench]:
    """Give the bench. In practice a file stands for the stick, on a loop device; the guards then refuse every other disk."""
    if practice is None:
        yield Bench(context)
        return
    if not practice.is_file() or practice.is_symlink():
        raise UsageError(
            N_("{practice} n'est pas un fichier").format(practice=practice),
            N_("les essais n'écrivent que dans un fichier"),
        )
    file = practice.resolve()
    with practice_disk.attached(context.host, file):
        yield Bench(context, practice=str(file))


def look_at_all(place: Bench, need_bytes: int) -> list[Seen]:
    """Look at every disk as if it had been named."""
    found = []
    for disk in place.look()[0]:
        disks, around = replace(place, path=disk.path).look()
        now = next((one for one in disks if one.path == disk.path), None)
        if now is not None:
            spoken = stick_refusals(now, around, need_bytes)
            found.append(Seen(now, spoken, not spoken and current(place.host, now) is not None))
    return found


def show_all(context: Context, found: list[Seen]) -> None:
    """Show them, those that may be written first."""
    for one in sorted(found, key=lambda one: bool(one.refusals)):
        what = _("clé recond") if one.recond else one.disk.contents
        say(
            context.console,
            _(" {value} {disk} : {what}").format(
                value=_("[CLE]") if not one.refusals else "  -  ", disk=one.disk.describe(), what=what
            ),
            indent=" " * 7,
        )
        if one.refusals:
            say(context.console, _("       refusée : {reason}").format(reason=one.refusals[0].reason), indent=" " * 7)
    if not any(not one.refusals for one in found):
        say(context.console, _(" Aucune clé USB où écrire."))


def choose(place: Bench, image: ImageFile, device: str | None, *, update: bool) -> Disk:
    """Return the disk to write: the one named, the only one possible, or the one that the person picks. Raises GuardError."""
    need = image.layout.boot.size if update else image.size_bytes
    found = look_at_all(place, need)
    if device is not None:
        name = device.removeprefix("/dev/")
        one = next((one for one in found if one.disk.name == name), None)
        if one is None:
            raise UsageError(
                N_("pas de disque {name}").format(name=name), N_("recond stick list montre les clés branchées")
            )
        if one.refusals:
            raise GuardError(
                N_("{disk} ne sera pas écrite : {reason}").format(
                    disk=one.disk.describe(), reason=one.refusals[0].reason
                ),
                one.refusals[0].hint,
            )
        return one.disk
    good = [one for one in found if not one.refusals]
    if not good:
        raise GuardError(
            N_("aucune clé USB où écrire"),
            N_("branchez une clé ; recond stick list dit pourquoi les autres disques non"),
        )
    if len(good) == 1:
        return good[0].disk
    if not place.context.interactive:
        raise UsageError(
            N_("plusieurs clés branchées"), N_("nommez-en une : ") + ", ".join(one.disk.name for one in good)
        )
    for number, one in enumerate(good, start=1):
        say(place.context.console, f" [{number}] {one.disk.describe()} : {one.disk.contents}", indent=" " * 5)
    question = _(" Numéro de la clé (Entrée : aucune, H : aide) > ")
    typed = Asker(place.context.console).line(question, about="stick") or ""
    if not typed.isdigit() or not 1 <= int(typed) <= len(good):
        raise CancelledError(N_("aucune clé choisie, rien n'a été modifié"))
    return good[int(typed) - 1].disk


def show_choice(place: Bench, image: ImageFile, disk: Disk, before: Before | None, *, update: bool) -> None:
    """Show what would be written where, and what is lost or kept."""
    console = place.context.console
    told = image.described
    say(
        console,
        _("\n Image : {name}, recond {version}, {image}, signée {key_id}").format(
            name=safe(image.path.name), version=told.version, image=told.image, key_id=key_id(image.signer)
        ),
    )
    say(console, _(" Clé   : {disk}").format(disk=disk.describe()), indent=" " * 9)
    say(
        console,
        _(" Dessus: {contents}").format(contents=_("une clé recond") if before else disk.contents),
        indent=" " * 9,
    )
    if before is not None:
        old = before.described
        system = f"recond {old.version}, {old.image}" if old else _("système illisible")
        say(
            console,
            _("         {system} ; données : {decimal_bytes}").format(
                system=system, decimal_bytes=decimal_bytes(before.layout.data.size)
            ),
            indent=" " * 9,
        )
    if update:
        say(console, _(" Le système est remplacé ; fiches, certificats et enrôlement restent tels quels."))
    else:
        say(console, _(" TOUT ce qui est sur cette clé est PERDU") + (_(", ses fiches aussi.") if before else "."))


def ask(place: Bench, plan: Plan, disk: Disk, *, update: bool) -> str:
    """Ask for the word; return the plan's id. Raises CancelledError without it, also where nobody can answer."""
    again = not update and current(place.host, disk) is not None
    word = WORDS["update" if update else "again" if again else "write"]
    if not place.context.interactive:
        raise CancelledError(
            N_("personne ne peut confirmer ici, rien n'a été modifié"),
            N_("avec --confirm {id} après avoir lu --plan").format(id=plan.id),
        )
    question = _("\n Tapez {word} puis Entrée (Entrée seule : annuler, H : aide) > ").format(word=word)
    if Asker(place.context.console).line(question, about="stick") != word:
        raise CancelledError(N_("annulé, rien n'a été modifié"))
    return plan.id


def put_plan(place: Bench, image: ImageFile, disk: Disk, number: str, deed: str, *, as_json: bool) -> None:
    """Give the plan's number."""
    if as_json:
        put_json({"schema": "recond.stick-plan/1", "plan_id": number, "deed": deed, "disk": Seen(disk, (), False).plain(),
                  "image": image.described.image})  # fmt: skip
    else:
        say(
            place.context.console,
            _("\n Pour le faire : la même commande avec --confirm {number} au lieu de --plan").format(number=number),
        )


def put_done(place: Bench, image: ImageFile, done: Written, deed: str, *, as_json: bool) -> None:
    """Say what was observed."""
    if as_json:
        put_json(
            {
                "schema": "recond.stick-written/1",
                "deed": deed,
                "disk": Seen(done.disk, (), True).plain(),
                "image": image.described.image,
                "version": image.described.version,
                "sha256": done.sha256,
                "bytes_written": done.bytes_written,
                "read_back": True,
                "duration_s": round(done.duration_s, 1),
            }
        )
        return
    size = decimal_bytes(done.bytes_written)
    if deed == "update":
        text = _(
            "système mis à jour et relu ({size}, {duration_s:.0f} s) ; les données de la clé n'ont pas été touchées"
        ).format(size=size, duration_s=done.duration_s)
    else:
        text = _("clé écrite et relue ({size}, {duration_s:.0f} s), SHA-256 identique : {sha256}").format(
            size=size, duration_s=done.duration_s, sha256=done.sha256
        )
    say(place.context.console, f" [ OK ] {text}", indent=" " * 8)


def put_json(value: dict[str, Any]) -> None:
    """Print one JSON object."""
    from recond.core import canonical

    print(canonical.dumps(value))
