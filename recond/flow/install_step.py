"""The chain's third step: the system that fits, on a disk of this machine that this run read back as erased."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from recond.core.disk import Disk, DiskIdentity
from recond.core.errors import CancelledError, ConfigurationFault, ExitCode, InstallFailed, UsageError
from recond.core.guard import Surroundings
from recond.core.installing import (
    InstallResult,
    InstallSettings,
    InstallVerdict,
    choose_disk,
    hostname_for,
    needed_bytes,
)
from recond.core.matching import Target, fit, match, targets_of
from recond.core.pace import Whole
from recond.core.plan import Plan
from recond.core.profile import ProfileImage
from recond.core.words import N_
from recond.flow import install, known_good
from recond.flow.chain import Chain
from recond.install import weights

CODES = {
    InstallVerdict.OK: ExitCode.OK,
    InstallVerdict.FAILED: ExitCode.INSTALL_FAILED,
    InstallVerdict.INTERRUPTED: ExitCode.INTERRUPTED,
}


def run(chain: Chain, erased: tuple[Disk, ...], before: frozenset[DiskIdentity] = frozenset()) -> None:
    """Install on one of these disks, all erased in this run. The person's word for the wipe covers the empty disk too, but
    not for those of `before`, erased in an earlier sitting: since then somebody may have put something there."""
    chain.talk.step(N_("Installation"))
    if chain.profile == "none":
        chain.talk.note(N_("aucun système demandé"), good=None)
        return
    offer = choose_offer(chain, erased)
    image = offer.image
    # What the profile asks for counts before what just fits: no desktop on an 8 GB flash beside an empty hard disk.
    wish = max(needed_bytes(image), offer.profile.min_disk_bytes)
    disk = choose_disk(erased, wish) or choose_disk(erased, needed_bytes(image))
    if disk is None:
        chain.talk.note(N_("aucun disque assez grand pour {name}").format(name=image.name), good=False)
        chain.codes.append(ExitCode.INSTALL_FAILED)
        return
    plan = install.make_plan(disk, image)
    confirmation = chain.talk.confirm(plan) if disk.identity in before else plan.id
    if confirmation is None:
        raise CancelledError(N_("installation annulée, rien n'a été modifié"), N_("relancez quand vous êtes sûr"))
    execute(chain, plan, confirmation, image)
    for other in erased:
        if other.identity != disk.identity:
            chain.talk.note(
                N_("{other} reste effacé et vide : au choix du nouveau propriétaire").format(other=other.describe()),
                good=None,
            )


def look_ahead(chain: Chain) -> None:
    """Say before the wipe, while the person can still turn back, which system will come after it and why, what it lacks
    when the person chose it, or that none will; begin to read its image, so that its check costs no time later."""
    if chain.profile == "none":
        return
    offers, errors = install.find_images(chain.host, chain.image_folders)
    for error in errors:
        chain.talk.note(error, good=False)
    assert chain.machine is not None, "the audit comes first"
    targets = targets_of(one.disk for one in chain.machine.disks)
    if not offers:
        chain.talk.note(N_("aucun système sur cette clé : la machine sera effacée et restera sans système"), good=None)
        return
    likely: str | None = chain.profile
    if targets and chain.profile == "auto":
        found = match([one.profile for one in offers], chain.machine, targets)
        likely = found.chosen.name if found.chosen else None
        if found.chosen is None:
            chain.talk.note(
                N_("la machine restera sans système : {explanation} ; {advice}").format(
                    explanation=found.explanation, advice=found.advice
                ),
                good=None,
            )
        else:
            _say_once(chain, found.explanation)
    for one in offers:
        if one.profile.name == likely:
            if targets and chain.profile != "auto":
                _warn(chain, one, targets)
            known_good.begin(one.image)


def _warn(chain: Chain, offer: install.Offer, targets: tuple[Target, ...]) -> None:
    """Say what the machine lacks for the system that the person chose: their choice wins."""
    assert chain.machine is not None
    for lack in fit(offer.profile, chain.machine, targets).missing:
        _say_once(chain, N_("{title} : {text} (choisi quand même)").format(title=offer.profile.titled, text=lack.text))


def _say_once(chain: Chain, text: str) -> None:
    if text not in chain.told:
        chain.told.add(text)
        chain.talk.note(text, good=None)


def choose_image(chain: Chain, disks: tuple[Disk, ...]) -> ProfileImage:
    """Return the image of `choose_offer`."""
    return choose_offer(chain, disks).image


def choose_offer(chain: Chain, disks: tuple[Disk, ...]) -> install.Offer:
    """Return the system to install: the one asked for (warned about when it does not fit), else the one that fits best.

    Raises ConfigurationFault when there is none, UsageError for a name that does not exist.
    """
    offers, errors = install.find_images(chain.host, chain.image_folders)
    for error in errors:
        chain.talk.note(error, good=False)
    assert chain.machine is not None
    targets = targets_of(disks)
    if chain.profile != "auto":
        offer = next((one for one in offers if one.profile.name == chain.profile), None)
        if offer is None:
            raise UsageError(
                N_("pas de système « {profile} » ici").format(profile=chain.profile),
                N_("au choix : {names}").format(
                    names=", ".join(one.profile.name for one in offers) or N_("aucun (make profiles)")
                ),
            )
        _warn(chain, offer, targets)
        return offer
    found = match([one.profile for one in offers], chain.machine, targets)
    _say_once(chain, found.explanation)
    if found.chosen is None:
        if offers:
            raise ConfigurationFault(N_("aucun système de cette clé ne convient à cette machine"), found.advice)
        raise ConfigurationFault(
            N_("aucun système à installer"), N_("ajoutez une image à la clé (make profiles, make image)")
        )
    return next(one for one in offers if one.profile == found.chosen)


def execute(
    chain: Chain, plan: Plan, confirmation: str, image: ProfileImage, *, check_all: bool = False
) -> InstallResult:
    """Install, and record what was observed. Raises what stopped it before anything was written."""
    # A run that is taken up again knows its own partitions by this number from those of somebody who came in between.
    table_id = str(UUID(bytes=chain.host.random(16), version=4))
    told = {"disk": plan.items[0].identity, "profile": _profile(image), "table_id": table_id}
    _unused, around = chain.look()
    settings = InstallSettings(
        hostname_for(chain.tag),
        nvram=around.live_system and chain.practice_file is None,
        table_id=table_id,
        check_all=check_all,
        help=chain.settings.help,
    )

    def before() -> None:
        chain.record.emit("install.started", told)
        chain.record.emit("state.set", {"state": "installing"})

    with _with_whole(chain, image) as tell:
        result = install.execute(
            chain.host,
            plan,
            confirmation,
            lambda: look_again(chain, plan, image),
            image,
            settings,
            tell=tell,
            before=before,
            cancel=chain.cancel,
        )
    chain.record.emit(
        "install.completed",
        {
            **told,
            "result": result.result,
            "checks": result.checks,
            "hostname": result.hostname,
            "reason": result.reason,
            "notes": result.notes,
        },
    )
    chain.codes.append(CODES[result.result])
    good = result.result is InstallVerdict.OK
    chain.talk.note(
        N_("{name} {version} : {reason} ({duration_s:.0f} s)").format(
            name=image.name,
            version=image.version,
            reason=N_("installé et vérifié") if good else result.reason,
            duration_s=result.duration_s,
        ),
        good=good,
    )
    return result


@contextmanager
def _with_whole(chain: Chain, image: ProfileImage) -> Iterator[install.Tell]:
    """Tell each step's progress, and beside it how far the whole installation is. No bar is left standing at the end: how
    it ended has a line of its own."""
    whole = Whole({install.IMAGE_CHECK: 8.0, **weights(live=image.live is not None, network=image.origin is not None)})

    before = ""

    def tell(title: str, share: float | None) -> None:
        nonlocal before
        if before not in ("", title):
            chain.talk.worked(before)
        before = title
        chain.talk.working(title, share)
        chain.talk.working(WHOLE, whole.share(title, share))

    try:
        yield tell
    finally:
        for title in (before, WHOLE) if before else ():
            chain.talk.worked(title)


WHOLE = N_("Installation, en tout")


def look_again(chain: Chain, plan: Plan, image: ProfileImage) -> tuple[Plan, Surroundings]:
    """Find the plan's disk again, by its identity, and make the plan anew."""
    disks, around = chain.look()
    disk = next((one for one in disks if one.identity == plan.items[0].identity), None)
    if disk is None:
        raise InstallFailed(
            N_("le disque choisi n'est plus là"), N_("vérifiez les branchements et relancez recond run")
        )
    return install.make_plan(disk, image), around


def _profile(image: ProfileImage) -> dict[str, str]:
    return {"name": image.name, "version": image.version, "sha256": image.sha256}
