"""How the chain speaks on a console: lines that stay, and one line a disk that moves where the terminal can redraw."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from rich.console import Console

from recond.cli.context import Context
from recond.core.errors import GuardError, RecondError
from recond.core.machine import Machine
from recond.core.pace import left_s
from recond.core.plan import Plan
from recond.core.progress import Phase, Progress
from recond.core.settings import Arm, Lot
from recond.core.words import _, shown
from recond.ui.bars import Bars
from recond.ui.confirm import confirm_destruction
from recond.ui.console import make_console, say, wants_simple
from recond.ui.plan import plan_lines
from recond.ui.progress import bar_line, foot_line, work_line

SIMPLE_EVERY_S = 15.0
"""On a line that cannot redraw, how often one disk's progress is told."""


class ConsoleTalk:
    """A `flow.chain.Talk`. `answer` gives the confirmation: typed by a person, given by --confirm, or by an armed lot.

    `quiet` leaves out what is only told in passing: never a plan, a question, a failure or a result.
    `stopping` tells whether a stop was asked for, so that the screen answers Ctrl-C at once.
    """

    def __init__(
        self, console: Console, answer: Callable[[Plan], str | None], *, simple: bool, quiet: bool = False
    ) -> None:
        self.console = console
        self.answer = answer
        self.simple = simple
        self.quiet = quiet
        self.stopping: Callable[[], bool] = lambda: False
        self._errors = make_console(simple=simple, stderr=True)
        self._lock = threading.Lock()
        self._told: dict[str, float] = {}
        self._since: dict[str, float] = {}
        self._bars = Bars(console.file)

    def step(self, title: str) -> None:
        """Begin a step with a line that is found again when scrolling back."""
        self._end_bars()
        self._since.clear()
        if not self.quiet:
            self.console.print(f"\n== {shown(title)} {'=' * max(3, 70 - len(shown(title)))}"[: self.console.width])

    def note(self, text: str, *, good: bool | None = None) -> None:
        """Say one line behind its status word."""
        self._end_bars()
        if self.quiet and good is not False:
            return
        word = {True: "[ OK ]", False: _("[ECHEC]"), None: "[ -- ]"}[good]
        style = {True: "green", False: "bold red", None: None}[good]
        say(self.console, f"{word:7} {text}", indent=" " * 8, style=style)

    def fault(self, error: RecondError) -> None:
        """Say on the error output what stopped a step, and what to do next."""
        self._end_bars()
        say(self._errors, f"recond : {shown(error.message)}", style="bold red", indent="  ")
        if error.hint:
            say(self._errors, f"  -> {error.hint}", indent="     ")

    def machine(self, machine: Machine) -> None:
        """Show the audit's table."""
        from recond.core.grade import grade
        from recond.ui.audit import screen

        self._end_bars()
        if not self.quiet:
            self.console.print(screen(machine, grade(machine), None))

    def confirm(self, plan: Plan) -> str | None:
        """Show the plan, then ask (or take what was given before)."""
        self.show(plan)
        return self.answer(plan)

    def show(self, plan: Plan) -> None:
        """Show a plan that nobody is asked to confirm."""
        self._end_bars()
        for line in plan_lines(plan):
            say(self.console, line)

    def progress(self, progress: Progress) -> None:
        """Show how far one disk is: redrawn on a terminal, a line now and then elsewhere."""
        if self.quiet:
            return
        line, name = bar_line(progress), str(progress.disk)
        with self._lock:
            if progress.phase is Phase.DONE:
                # How it ended is told by a line of its own, with its verdict: a bar cannot say it.
                self._bars.drop(name, self._foot())
            elif not self.simple:
                self._bars.show(name, line, self._foot())
            elif self._due(f"{name}/{progress.phase}"):
                say(self.console, line)

    def working(self, title: str, share: float | None) -> None:
        """Show how far a step of the installation is: redrawn on a terminal, its title once elsewhere."""
        if self.quiet:
            return
        with self._lock:
            if not self.simple:
                now = time.monotonic()
                left = left_s(now - self._since.setdefault(title, now), share) if share is not None else None
                self._bars.show(title, work_line(shown(title), share, left), self._foot(installing=True))
            elif title not in self._told:
                self._told[title] = time.monotonic()
                say(self.console, f"   {title}")

    def worked(self, title: str) -> None:
        """Take a step's line away, where lines are redrawn."""
        with self._lock:
            self._bars.drop(title, self._foot(installing=True))

    def _due(self, key: str) -> bool:
        now = time.monotonic()
        if key in self._told and now - self._told[key] <= SIMPLE_EVERY_S:
            return False
        self._told[key] = now
        return True

    def _foot(self, *, installing: bool = False) -> str:
        return foot_line(stopping=self.stopping(), installing=installing)

    def _end_bars(self) -> None:
        with self._lock:
            self._bars.end()


def by_person(console: Console) -> Callable[[Plan], str | None]:
    """Ask the person to type the word."""
    return lambda plan: plan.id if confirm_destruction(console) else None


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
                _("le lot {lot} : {short}").format(lot=lot.lot, short=short),
                _("un disque de ce PC attend la décision d'une personne"),
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


def make_talk(context: Context, answer: Callable[[Plan], str | None] | None = None) -> ConsoleTalk:
    """Return how to speak here. Without a terminal and without a confirmation given before, nothing is confirmed."""
    console = context.console
    if answer is None:
        answer = by_person(console) if context.interactive else nobody
    return ConsoleTalk(console, answer, simple=context.simple or wants_simple(), quiet=context.quiet)


def nobody(plan: Plan) -> str | None:
    """Refuse: nobody is there to confirm. Raises GuardError with the number to confirm."""
    raise GuardError(
        _("rien n'est détruit sans confirmation, et personne n'est au clavier"),
        _("relisez le plan, puis ajoutez --confirm {id}").format(id=plan.id),
    )
