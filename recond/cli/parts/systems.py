"""The assistant's list of systems: each by its title, whether it suits this PC, and the volunteer's choice wins."""

from __future__ import annotations

from dataclasses import dataclass

from recond.cli.context import Context
from recond.cli.parts import starting
from recond.core.disk import Disk
from recond.core.matching import Fit
from recond.core.words import _
from recond.ui.ask import LETTERS, Asker, clear
from recond.ui.console import WIDTH, safe, say
from recond.ui.pages import redraws

KEEP, NOW = "keep", "now"


@dataclass(frozen=True, slots=True)
class Chosen:
    """A system, and what to do with it: `KEEP` it for the next run on this PC, or install it `NOW` by `words`."""

    name: str
    title: str
    way: str
    words: tuple[str, ...] = ()


def choose_system(context: Context, tag: str | None) -> Chosen | None:
    """Show the systems of this stick and ask; None = none chosen. Raises RecondError."""
    asker = Asker(context.console)
    rule = "-" * min(WIDTH, context.console.width)
    head = _(" INSTALLER UN SYSTÈME\n{rule}").format(rule=rule)
    clear(context.console)
    say(context.console, head)
    # Which system fits takes a look at the whole machine: some seconds on an old PC, during which a person wonders.
    say(context.console, _(" Lecture du matériel..."))
    starting.wait_for_hardware(lambda: None)
    fits = _fits(context)
    if redraws(context.console):
        clear(context.console)
        say(context.console, head)
    if not fits:
        say(context.console, _("   Aucun système sur cette clé. La personne qui coordonne peut en ajouter."))
        asker.go_on("install")
        return None
    fit = _ask(context, asker, fits)
    if fit is None:
        return None
    title = safe(fit.profile.title)
    clear(context.console)

    def show() -> None:
        say(context.console, f" {title}\n{rule}")
        if fit.missing:
            say(context.console, _(" [ATT.] Ne convient pas à ce PC : {why}").format(why=fit.why), indent=" " * 8)

    show()
    asker.screen = show
    way = asker.choice(
        _("Ce système :"),
        {
            KEEP: _("le retenir pour ce PC : [R] l'installera après l'effacement"),
            NOW: _("l'installer seul, maintenant : le disque est déjà effacé"),
            "back": _("ni l'un ni l'autre, revenir"),
        },
        KEEP,
        about="install",
    )
    if way == KEEP:
        return Chosen(fit.profile.name, title, KEEP)
    return _now(context, asker, fit, title, tag) if way == NOW else None


def _ask(context: Context, asker: Asker, fits: tuple[Fit, ...]) -> Fit | None:
    keys = dict(zip(LETTERS, fits, strict=False))

    def show() -> None:
        for letter, fit in keys.items():
            word = _("[ATT.]") if fit.missing else "[ OK ]"
            say(context.console, f"   [{letter}]  {word:7} {safe(fit.profile.title)} : {fit.why}", indent=" " * 16)
        say(context.console, "")

    show()
    asker.screen = show
    while True:
        typed = asker.key(_(" Une lettre, ou Entrée seule pour revenir (H : aide) > "), about="install")
        if not typed:
            return None
        if typed in keys:
            return keys[typed]
        say(context.console, _(" « {typed} » n'est pas dans cette liste.").format(typed=safe(typed)[:20]))


def _now(context: Context, asker: Asker, fit: Fit, title: str, tag: str | None) -> Chosen | None:
    """Return the command that installs it; asks which disk where there are several."""
    words = ("install", fit.profile.name, *(("--id", tag) if tag else ()))
    free = _free_disks(context)
    if len(free) < 2:
        return Chosen(fit.profile.name, title, NOW, words)
    offers = {disk.name: _("{disk}, contient : {contents}").format(disk=safe(disk.describe()), contents=disk.contents)
              for disk in free[: len(LETTERS) - 1]}  # fmt: skip
    offers["back"] = _("aucun, revenir")
    name = asker.choice(_("Sur quel disque ? Ce qui s'y trouve sera perdu."), offers, "back", about="install")
    if name in (None, "back"):
        return None
    return Chosen(fit.profile.name, title, NOW, (*words, "--disk", str(name)))


def _fits(context: Context) -> tuple[Fit, ...]:
    """Return what was thought of each system for this PC, those that suit first."""
    from recond.core.matching import match, targets_of
    from recond.flow.audit import audit
    from recond.flow.install import find_images
    from recond.probe.disks import read_disks

    offers, errors = find_images(context.host, context.image_folders())
    for error in errors:
        say(context.console, _(" [ECHEC] {error}").format(error=error), indent=" " * 9)
    disks = [disk for disk in read_disks(context.host) if not disk.removable]
    found = match([one.profile for one in offers], audit(context.host, disks=()), targets_of(disks))
    best = found.chosen.name if found.chosen else None
    return tuple(sorted(found.fits, key=lambda one: (one.profile.name != best, bool(one.missing), one.profile.title)))


def _free_disks(context: Context) -> tuple[Disk, ...]:
    from recond.core.guard import refusals
    from recond.probe.disks import read_disks
    from recond.probe.surroundings import read_surroundings

    disks = read_disks(context.host)
    around = read_surroundings(context.host, disks)
    return tuple(disk for disk in disks if not refusals(disk, around))
