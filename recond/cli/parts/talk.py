"""How the chain speaks on a console: lines that stay, and one line a disk that moves where the terminal can redraw."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from rich.console import Console

from recond.cli.context import Context
from recond.core.errors import GuardError, RecondError
from recond.core.machine import Machine
from recond.core.plan import Plan
from recond.core.progress import Progress
from recond.core.settings import Arm, Lot
from recond.ui.confirm import confirm_destruction
from recond.ui.console import make_console, wants_simple
from recond.ui.plan import plan_lines
from recond.ui.progress import bar_line, work_line

SIMPLE_EVERY_S = 15.0
"""On a line that cannot redraw, how often one disk's progress is told."""


class ConsoleTalk:
    """A `flow.chain.Talk`. `answer` gives the confirmation: typed by a person, given by --confirm, or by an armed lot."""

    def __init__(self, console: Console, answer: Callable[[Plan], str | None], *, simple: bool) -> None:
        self.console = console
        self.answer = answer
        self.simple = simple
        self._errors = make_console(simple=simple, stderr=True)
        self._lock = threading.Lock()
        self._told: dict[str, float] = {}
        self._bars: dict[str, str] = {}

    def step(self, title: str) -> None:
        """Begin a step with a line that is found again when scrolling back."""
        self._end_bars()
        self.console.print(f"\n== {title} {'=' * max(3, 70 - len(title))}")

    def note(self, text: str, *, good: bool | None = None) -> None:
        """Say one line behind its status word."""
        self._end_bars()
        word = {True: "[ OK ]", False: "[ECHEC]", None: "[ -- ]"}[good]
        style = {True: "green", False: "bold red", None: None}[good]
        self.console.print(f"{word:7} ", style=style, end="")
        self.console.print(text, soft_wrap=True)

    def fault(self, error: RecondError) -> None:
        """Say on the error output what stopped a step, and what to do next."""
        self._end_bars()
        self._errors.print(f"recond : {error.message}", style="bold red", soft_wrap=True)
        if error.hint:
            self._errors.print(f"  -> {error.hint}", soft_wrap=True)

    def machine(self, machine: Machine) -> None:
        """Show the audit's table."""
        from recond.core.grade import grade
        from recond.ui.audit import screen

        self.console.print(screen(machine, grade(machine), None))

    def confirm(self, plan: Plan) -> str | None:
        """Show the plan, then ask (or take what was given before)."""
        self.show(plan)
        return self.answer(plan)

    def show(self, plan: Plan) -> None:
        """Show a plan that nobody is asked to confirm."""
        self._end_bars()
        for line in plan_lines(plan):
            self.console.print(line, soft_wrap=True)

    def progress(self, progress: Progress) -> None:
        """Show how far one disk is: redrawn on a terminal, a line now and then elsewhere."""
        line = bar_line(progress)
        with self._lock:
            if self.simple:
                now = time.monotonic()
                key = f"{progress.disk}/{progress.phase}"
                if key not in self._told or now - self._told[key] > SIMPLE_EVERY_S:
                    self._told[key] = now
                    self.console.print(line, soft_wrap=True)
                return
            self._redraw(str(progress.disk), line)

    def working(self, title: str, share: float | None) -> None:
        """Show how far a step of the installation is: redrawn on a terminal, its title once elsewhere."""
        with self._lock:
            if not self.simple:
                self._redraw(title, work_line(title, share))
            elif title not in self._told:
                self._told[title] = time.monotonic()
                self.console.print(f"   {title}", soft_wrap=True)

    def _redraw(self, key: str, line: str) -> None:
        stream = self.console.file
        if self._bars:
            stream.write(f"\x1b[{len(self._bars)}A")
        self._bars[key] = line
        for text in self._bars.values():
            stream.write("\r\x1b[2K" + text + "\n")
        stream.flush()

    def _end_bars(self) -> None:
        with self._lock:
            self._bars.clear()


def by_person(console: Console) -> Callable[[Plan], str | None]:
    """Ask the person to type the word."""
    return lambda plan: plan.id if confirm_destruction(console) else None


def by_number(number: str) -> Callable[[Plan], str | None]:
    """Hand on the PLAN-ID of --confirm; `host.issue` compares it."""
    return lambda plan: number


def by_lot(lot: Lot) -> Callable[[Plan], str | None]:
    """Let an armed lot confirm; one that is not armed or closed confirms nothing."""
    return lambda plan: plan.id if lot.open and lot.arm is not Arm.NONE else None


def make_talk(context: Context, answer: Callable[[Plan], str | None] | None = None) -> ConsoleTalk:
    """Return how to speak here. Without a terminal and without a confirmation given before, nothing is confirmed."""
    console = make_console(simple=context.simple, quiet=context.quiet)
    if answer is None:
        answer = by_person(console) if context.interactive else nobody
    return ConsoleTalk(console, answer, simple=context.simple or wants_simple())


def nobody(plan: Plan) -> str | None:
    """Refuse: nobody is there to confirm. Raises GuardError with the number to confirm."""
    raise GuardError(
        "rien n'est détruit sans confirmation, et personne n'est au clavier",
        f"relisez le plan, puis ajoutez --confirm {plan.id}",
    )
