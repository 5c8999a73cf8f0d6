"""Who confirms a plan: a person by the word, --confirm by the plan's number, an armed lot, or nobody."""

from __future__ import annotations

import threading
from collections.abc import Callable

from rich.console import Console

from recond.core.errors import GuardError
from recond.core.plan import Plan
from recond.core.settings import Arm, Lot
from recond.core.words import N_, _
from recond.ui.confirm import confirm_destruction
from recond.ui.console import say


def by_person(
    console: Console, show: Callable[[Plan], None] = lambda plan: None, about: str = "plan"
) -> Callable[[Plan], str | None]:
    """Ask the person to type the word. `show`: puts the plan on the screen again, after the help page `about` was read."""
    return lambda plan: plan.id if confirm_destruction(console, lambda: show(plan), about=about) else None


def by_number(number: str) -> Callable[[Plan], str | None]:
    """Hand on the PLAN-ID of --confirm; `host.issue` compares it."""
    return lambda plan: number


GRACE_S = 10
"""How long a plan that an armed lot confirms stays on the screen before the first byte: time to see a mistake and stop."""


def last_chance(console: Console, lot: str, stop: threading.Event, seconds: int = GRACE_S) -> bool:
    """Say that this PC is erased in a moment, and wait; False when somebody asked to stop meanwhile (Ctrl-C)."""
    say(
        console,
        _(" Lot {lot} ARME : effacement dans {seconds} s. Ctrl-C : ne rien effacer.").format(lot=lot, seconds=seconds),
        indent=" ",
    )
    return not stop.wait(seconds)


def by_lot(
    read: Callable[[], Lot], disarm: Callable[[Lot], None], go_on: Callable[[], bool] = lambda: True
) -> Callable[[Plan], str | None]:
    """Let an armed lot confirm, as it stands at that moment: closed or disarmed meanwhile, it confirms nothing.

    `go_on`: asked once, at the first plan; False = somebody stopped it, and nothing is confirmed.

    One armed for a single machine is spent by its first word, before the first byte: after a power cut the stick may be
    in another PC. The word holds for the rest of this chain.
    """
    spent = asked = False

    def answer(plan: Plan) -> str | None:
        nonlocal spent, asked
        lot = read()
        short = next((one for one in plan.shortfalls if one), None)
        if short:
            # A lot's word was given for its level; a lower one is a person's decision, disk by disk.
            raise GuardError(
                N_("le lot {lot} : {short}").format(lot=lot.lot, short=short),
                N_("un disque de ce PC attend la décision d'une personne"),
            )
        if not spent and (not lot.open or lot.arm is Arm.NONE):
            return None
        if not asked and not go_on():
            return None
        asked = True
        if lot.arm is Arm.ONCE:
            disarm(lot)
            spent = True
        return plan.id

    return answer


def nobody(plan: Plan) -> str | None:
    """Refuse: nobody is there to confirm. Raises GuardError with the number to confirm."""
    raise GuardError(
        N_("rien n'est détruit sans confirmation, et personne n'est au clavier"),
        N_("relisez le plan, puis ajoutez --confirm {id}").format(id=plan.id),
    )
