"""The end of a chain: push what can be pushed, say what is left to do with the object, and power off when asked."""

from __future__ import annotations

from recond.cli.context import Context
from recond.core.errors import ExitCode, worst
from recond.core.ports import Command
from recond.flow.chain import Chain
from recond.flow.run import Outcome
from recond.ui.result import result_lines

UNATTENDED_PUSH_S = 60.0
"""How long an unattended PC tries to reach the server before it powers off; what waits goes with the next machine."""


def finish(context: Context, chain: Chain, outcome: Outcome) -> int:
    """Push, show the last screen, return the exit code. An unreachable server costs nothing and loses nothing."""
    from recond.sink.push import push

    waiting = chain.store.outbox.waiting()
    pushed = push(chain.store.outbox, chain.store.folder / "enrolment.json") if waiting else None
    code = worst(outcome.code, ExitCode.PUSH_PENDING if pushed and pushed.pending and pushed.enrolled else ExitCode.OK)
    for line in result_lines(outcome, pushed, code):
        chain.talk.console.print(line, soft_wrap=True)
    return int(code)


def power_off(context: Context) -> None:
    """Flush the stick and power the machine off."""
    context.host.run(Command(("sync",), timeout_s=120))
    context.host.run(Command(("systemctl", "poweroff"), timeout_s=30))
