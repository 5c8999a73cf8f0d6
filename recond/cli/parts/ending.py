"""The end of a chain: push what can be pushed, say what is left to do with the object, and power off when asked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from recond.cli.context import Context
from recond.cli.parts import jsonout
from recond.cli.parts.ended import keep_last
from recond.cli.parts.heard import heard
from recond.cli.parts.jsontalk import JsonTalk
from recond.core.errors import EnvironmentFault, ExitCode, RecondError, worst
from recond.core.ports import Command
from recond.core.words import N_, _
from recond.flow.chain import Chain
from recond.flow.run import Outcome
from recond.sink import files
from recond.ui.console import say
from recond.ui.result import Ended, headline, show_result

PROBE = "alive"
"""A file written and removed in the data folder, to know whether it keeps anything."""


def finish(context: Context, chain: Chain, outcome: Outcome, again: str) -> int:
    """Push, show the last screen, return the exit code. An unreachable server costs nothing and loses nothing.

    `again`: the command that goes on with this run when it was interrupted.
    """
    from recond.cli.parts.uefitag import keep_tag
    from recond.sink.push import push

    keep_tag(context, chain)
    push_facts: dict[str, Any] = {}
    try:
        chain.store.queue_left_out()
        pushed = push(chain.store.outbox, chain.store.folder / "enrolment.json", patience_s=20.0)
        # A stick that belongs to no server keeps its records by design: nothing is pending then.
        pending, said = pushed.enrolled and bool(pushed.pending or pushed.refused), pushed.text
        push_facts = {"stored": pushed.stored, "waiting": pushed.pending, "refused": pushed.refused, "why": pushed.why}
    except RecondError as error:
        # A full or damaged stick must not put its own exit code in the place of what became of the disks.
        chain.talk.fault(error)
        pending, said = True, _("gardée sur la clé, pas envoyée : {message}").format(message=error.message)
    code = worst(outcome.code, ExitCode.PUSH_PENDING if pending else ExitCode.OK)
    from recond.core import canonical

    card = canonical.loads(outcome.card.read_bytes())
    if jsonout.on():
        _answer(chain, outcome, card, code, {"pending": pending, **push_facts})
        return int(code)
    ended = Ended(
        card=card,
        code=code,
        pushed=said,
        again=again,
        practice=chain.practice_file is not None,
        paper=outcome.paper,
        numbers=getattr(chain.talk, "numbers", {}),
    )
    show_result(context.console, ended)
    keep_last(ended)
    if not context.silent:
        heard(context.console, context.host, good=ended.headline.good)
    return int(code)


def _answer(chain: Chain, outcome: Outcome, card: dict[str, Any], code: ExitCode, push: dict[str, Any]) -> None:
    jsonout.result(
        card,
        code,
        word=headline(card, code).name.lower(),
        run=outcome.run,
        record=str(outcome.card),
        label=str(outcome.label) if outcome.label else None,
        certificates=jsonout.paths(outcome.certificates),
        push=push,
        errors=chain.talk.errors if isinstance(chain.talk, JsonTalk) else [],
    )


def power_off_done(context: Context) -> bool:
    """Power off at the end of a run that nobody watches; False when the PC stays on, because it only looks done."""
    if why := why_stay_on(context.data):
        say(context.console, _("\n *** CE PC RESTE ALLUME : il n'est PAS terminé. {why}\n").format(why=why))
        return False
    try:
        return power_off(context)
    except RecondError as error:
        say(context.console, f"\n [ECHEC] {error.message}\n  -> {error.hint}", indent="     ")
        return False


def why_stay_on(data: Path) -> str | None:
    """Return what to tell when the data folder keeps nothing any more (stick pulled out, full, worn out), else None.

    A PC that is off reads as one that is done: it must not go off while its record says less than that.
    """
    try:
        files.write(data / PROBE, b"")
        files.remove(data / PROBE)
    except RecondError as error:
        return _("{message}. Remettez une clé qui marche, éteignez et redémarrez dessus : la suite reprendra.").format(
            message=error.message
        )
    return None


def power_off(context: Context) -> bool:
    """Flush the stick and power the machine off; False when records would be lost and the person goes back.

    Raises EnvironmentFault when the system refuses: a PC that stays on must not be taken for one that is off.
    """
    from recond.cli.parts.leaving import may_leave

    if not may_leave(context):
        return False
    context.host.run(Command(("sync",), timeout_s=120))
    done = context.host.run(Command(("systemctl", "poweroff"), timeout_s=30))
    if not done.ok:
        raise EnvironmentFault(
            N_("ce PC ne s'éteint pas de lui-même : {why}").format(why=done.explain()),
            N_("les fiches sont à l'abri : éteignez avec le bouton, tenu cinq secondes"),
        )
    return True
