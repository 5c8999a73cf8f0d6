"""The composition root of the chain: options in, `flow.chain.Chain` out; one lock so that two chains never run at once."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from recond.cli.context import Context
from recond.cli.parts import jsonout
from recond.cli.parts.jsontalk import JsonTalk
from recond.cli.parts.signals import stopped_by_signals as stopped_by_signals
from recond.cli.parts.talk import make_talk, nobody
from recond.cli.parts.which import which
from recond.core.errors import EnvironmentFault, GuardError
from recond.core.plan import Plan
from recond.core.settings import Lot
from recond.core.words import N_
from recond.flow.audit_step import check_tag
from recond.flow.chain import Chain
from recond.sink.store import Store

LOCK = Path("/run/lock/recond.lock")


def need_root(context: Context) -> None:
    """Raise EnvironmentFault unless programs run here may open disks."""
    if not context.host.is_root():
        raise EnvironmentFault(N_("il faut les droits root pour cela"), N_("relancez avec sudo"))


@contextmanager
def only_one() -> Iterator[None]:
    """Hold the machine's lock: a second recond that would write to disks is refused."""
    LOCK.parent.mkdir(parents=True, exist_ok=True)
    fd = os.open(LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise GuardError(
                N_("un autre recond travaille déjà sur cette machine"), N_("attendez qu'il ait fini (l'autre écran ?)")
            ) from error
        yield
    finally:
        os.close(fd)


def make_chain(
    context: Context,
    *,
    tag: str | None = None,
    lot: Lot | None = None,
    answer: Callable[[Plan], str | None] | None = None,
    practice_file: str | None = None,
    store: Store | None = None,
) -> Chain:
    """Return the chain for these options; programs called are journalled in the run's folder once the run is known.

    `store`: the one that several chains share; None = one of its own.
    """
    store = store or Store(context.data, context.host)
    talk = JsonTalk(answer or nobody, quiet=context.quiet) if jsonout.on() else make_talk(context, answer)
    chain = Chain(
        host=context.host,
        store=store,
        settings=store.settings(),
        talk=talk,
        image_folders=context.image_folders(),
        tag=check_tag(tag),
        operator=context.operator or (lot.operator if lot else None),
        practice_file=practice_file,
    )
    talk.stopping, talk.operator = chain.cancel.is_set, chain.operator
    if context.interactive:
        chain.choose = lambda likely: which(context, likely)
    if lot is not None:
        chain.lot, chain.level, chain.profile = lot.lot, lot.level, lot.profile
    chain.on_run = lambda run: context.journal_calls(context.data / "runs" / run)
    return chain


def check_profile(context: Context, wanted: str) -> None:
    """Refuse a name that does not exist before hours of wiping, not after."""
    from recond.core.errors import ConfigurationFault, UsageError
    from recond.flow.install import find_images

    offers, errors = find_images(context.host, context.image_folders())
    names = [offer.profile.name for offer in offers]
    if wanted not in ("auto", "none", *names):
        # There, but damaged or not vouched for: say that, and not that the name is unknown.
        if wrong := next((error for error in errors if wanted in error), None):
            raise ConfigurationFault(
                N_("{wrong} ; rien n'a été touché").format(wrong=wrong),
                N_("recopiez ce système dans profiles/ sur la clé, ou demandez auto ou none"),
            )
        there = ", ".join(["auto", "none", *names])
        raise UsageError(
            N_("pas de système « {wanted} » ici ; rien n'a été touché").format(wanted=wanted),
            N_("au choix : {there}").format(there=there),
        )
