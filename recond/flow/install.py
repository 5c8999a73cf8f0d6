"""The installation as a use case: find the images, plan, check, install, and say what was observed."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from uuid import UUID

from recond.core.disk import Disk
from recond.core.errors import ConfigurationFault, EnvironmentFault, RecondError
from recond.core.guard import Surroundings
from recond.core.installing import InstallResult, InstallSettings, InstallVerdict, layout, needed_bytes
from recond.core.plan import Deed, Plan, PlanItem
from recond.core.ports import Host, Warrant
from recond.core.profile import Profile, ProfileImage, read_image, read_profile
from recond.core.words import N_, joined
from recond.flow import image_profiles, known_good, served, signed
from recond.install import Step, fetch, is_wanted, mounts, partition, steps, tools
from recond.install.context import Access, Context

Tell = Callable[[str, float | None], None]
"""Told of each step: its French title and how far it is, 0 to 1; None = it cannot say."""

IMAGE_CHECK = N_("Contrôle de l'image")
"""Told before the steps."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One image that can be installed and the profile it was built from, for `core.matching.match`."""

    image: ProfileImage
    profile: Profile


def find_images(host: Host, folders: tuple[Path, ...]) -> tuple[tuple[Offer, ...], tuple[str, ...]]:
    """Return what can be installed, and what is wrong with the rest. The first folder that has a name wins it."""
    offers: dict[str, Offer] = {}
    errors: list[str] = []
    for folder, origin in served.with_served(host, folders, errors):
        for name in host.names(str(folder)):
            if name.startswith("."):
                continue
            if "profile.toml" in host.names(str(folder / name)):
                image, profile, wrong = image_profiles.read_folder(host, folder / name)
                offer = Offer(image, profile) if image and profile else None
            elif name.endswith(".json"):
                offer, wrong = _read_offer(host, folder / name, origin)
            else:
                continue
            errors += wrong
            if offer is not None and (unvouched := signed.refusal(host, offer.image)):
                errors.append(unvouched)
                continue
            if offer is not None:
                offers.setdefault(offer.image.name, offer)
    return tuple(offers[name] for name in sorted(offers)), tuple(errors)


def _read_offer(host: Host, path: Path, origin: str | None) -> tuple[Offer | None, tuple[str, ...]]:
    try:
        data = json.loads(host.read(str(path)) or b"")
    except ValueError as error:
        return None, (N_("{path}: ce n'est pas du JSON ({error})").format(path=path, error=error),)
    if not isinstance(data, dict) or not str(data.get("schema", "")).startswith("recond.profile-image/"):
        return None, ()  # some other file that happens to lie there
    image, errors = read_image(str(path), data)
    if image is None:
        return None, errors
    told = data.get("profile")
    profile, errors = read_profile(image.name, told if isinstance(told, dict) else {})
    if profile is None:
        return None, tuple(f"{path}: profile: {error}" for error in errors)
    if origin is not None:
        return Offer(replace(image, origin=origin), profile), ()
    there = host.names(str(path.parent))
    lacking = [part.path for part in image.files_to_read if Path(part.path).name not in there]
    if lacking:
        return None, tuple(N_("{one}: l'image manque à côté de sa description").format(one=one) for one in lacking)
    return Offer(image, profile), ()


def make_plan(disk: Disk, image: ProfileImage) -> Plan:
    """Return the plan to install that image on that disk. Raises EnvironmentFault when the disk is too small."""
    need = needed_bytes(image)
    if disk.identity.size_bytes < need:
        raise EnvironmentFault(
            N_("{disk} est trop petit pour {name} : il faut {need} Mo").format(
                disk=disk.describe(), name=image.name, need=need // 1_000_000
            ),
            N_("choisissez un système plus léger ou un disque plus grand"),
        )
    return Plan(Deed.INSTALL, (PlanItem(disk.identity, image.name),), (disk,))


def execute(
    host: Host,
    plan: Plan,
    confirmation: str,
    reread: Callable[[], tuple[Plan, Surroundings]],
    image: ProfileImage,
    settings: InstallSettings,
    *,
    tell: Tell = lambda title, share: None,
    before: Callable[[], None] = lambda: None,
    cancel: threading.Event | None = None,
) -> InstallResult:
    """Install, after everything that can be known beforehand was found good; `before` is called just before the first write.
    `cancel` set = stop at the next possible moment, with the result INTERRUPTED.

    Raises RecondError (environment, configuration, guard, plan changed) when nothing was modified; from then on every
    failure is a result, with what was checked until then.
    """
    start = host.moment().mono_s
    if plan.deed is not Deed.INSTALL or [item.method for item in plan.items] != [image.name]:
        raise ConfigurationFault(
            N_("le plan {id} n'est pas celui d'une installation de {name}").format(id=plan.id, name=image.name)
        )
    tools.demand(host)
    vouched = signed.demand_signature(host, image)
    if image.origin is not None:
        fetch.demand(image)  # what it holds is compared as it arrives
    else:
        known_good.demand(image, lambda share: tell(IMAGE_CHECK, share))
    (warrant,) = host.issue(plan, confirmation, reread)
    try:
        with mounts.place(host, warrant.disk.key) as folder:
            ctx = _context(host, warrant, image, settings, folder)
            ctx.notes.append(vouched)
            before()
            verdict, reason = _run(ctx, _stoppable(tell, cancel))
            took = host.moment().mono_s - start
            return InstallResult(
                verdict, ctx.disk.identity, image, settings.hostname, tuple(ctx.checks), took, reason, tuple(ctx.notes)
            )
    finally:
        warrant.close()


class _Stopped(Exception):
    """Somebody asked to stop."""


def _stoppable(tell: Tell, cancel: threading.Event | None) -> Tell:
    # Every step tells how far it is, so this is where a wish to stop is heard.
    def tell_or_stop(title: str, share: float | None) -> None:
        if cancel is not None and cancel.is_set():
            raise _Stopped
        tell(title, share)

    return tell_or_stop


def clear_stale(host: Host) -> tuple[str, ...]:
    """Undo what an installation that was cut off left mounted; call it before looking at the disks of a resumed run."""
    return mounts.clear_stale(host)


def _context(host: Host, warrant: Warrant, image: ProfileImage, settings: InstallSettings, folder: Path) -> Context:
    return Context(
        host=host,
        warrant=warrant,
        disk=warrant.disk,
        image=image,
        settings=settings,
        layout=layout(warrant.disk.identity.size_bytes),
        folder=folder,
        root_uuid=str(UUID(bytes=host.random(16), version=4)),
        esp_id=host.random(4).hex(),
    )


def _run(ctx: Context, tell: Tell) -> tuple[InstallVerdict, str | None]:
    try:
        _run_steps(ctx, tell)
    except (KeyboardInterrupt, _Stopped):
        return InstallVerdict.INTERRUPTED, N_("interrompu")
    except RecondError as error:
        return InstallVerdict.FAILED, error.message
    except OSError as error:
        return InstallVerdict.FAILED, joined(": ", (ctx.disk.describe(), error.strerror or error))
    bad = [check for check in ctx.checks if not check.ok]
    if bad or not ctx.checks:
        return InstallVerdict.FAILED, joined("; ", (check.text for check in bad)) or N_("rien n'a pu être contrôlé")
    return InstallVerdict.OK, None


def _run_steps(ctx: Context, tell: Tell) -> None:
    # Taking the disk back and lending it again looks at all disks each time: steps in a row share one loan.
    for held, row in groupby(steps(), key=lambda step: step.ACCESS is Access.HELD):
        with nullcontext() if held else _lent(ctx):
            for access, group in groupby(row, key=lambda step: step.ACCESS):
                with _mounted(ctx, access):
                    if access is Access.READING:
                        _run_beside(ctx, tuple(group), tell)
                        continue
                    for step in group:
                        _run_one(ctx, step, tell)


def _run_one(ctx: Context, step: Step, tell: Tell) -> None:
    if is_wanted(step, ctx):
        ctx.share = 0.0
        ctx.tell = lambda share: tell(step.TITLE, share)
        tell(step.TITLE, None)
        step.run(ctx)


def _run_beside(ctx: Context, group: Sequence[Step], tell: Tell) -> None:
    """Run steps that only read at the same time: fsck is one program on one processor. What they found is kept in their
    order, and of several that cannot go on the first is told. The last takes longest: it says how far it is, and what goes
    on after it is named."""
    parts = [replace(ctx, checks=[], notes=[]) for _ in group]
    tells: list[Tell] = [_say_nothing] * (len(group) - 1) + [tell]
    with ThreadPoolExecutor(max_workers=len(group)) as pool:
        running = [pool.submit(_run_one, *one) for one in zip(parts, group, tells, strict=True)]
        wait(running[-1:])
        for step, one in zip(group, running, strict=True):
            if not one.done():
                tell(step.TITLE, None)
                wait((one,))
    for part, one in zip(parts, running, strict=True):
        one.result()
        ctx.checks += part.checks
        ctx.notes += part.notes


def _say_nothing(title: str, share: float | None) -> None:
    pass


@contextmanager
def _lent(ctx: Context) -> Iterator[None]:
    with ctx.warrant.lend():
        if ctx.partitioned:
            partition.show(ctx)
        yield


@contextmanager
def _mounted(ctx: Context, access: Access) -> Iterator[None]:
    """Mount the root for the steps that want it."""
    with ExitStack() as stack:
        if access in (Access.WRITING, Access.READING):
            device = ctx.path(ctx.layout.root)
            writing = access is Access.WRITING
            stack.enter_context(mounts.mounted(ctx.host, ctx.warrant, device, ctx.root, writing=writing))
        yield
