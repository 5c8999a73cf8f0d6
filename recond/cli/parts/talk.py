"""How the chain speaks on a console: lines that stay, and one line a disk that moves where the terminal can redraw."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping

from rich.console import Console

from recond.cli.context import Context
from recond.cli.parts.answers import by_lot as by_lot
from recond.cli.parts.answers import by_number as by_number
from recond.cli.parts.answers import by_person as by_person
from recond.cli.parts.answers import last_chance as last_chance
from recond.cli.parts.answers import nobody as nobody
from recond.core.errors import RecondError
from recond.core.machine import Machine
from recond.core.pace import left_s
from recond.core.plan import Plan
from recond.core.progress import Phase, Progress
from recond.core.words import _, shown
from recond.ui.ask import Asker
from recond.ui.bars import Bars
from recond.ui.console import WIDTH, fold, make_console, safe, say, wants_simple
from recond.ui.pages import clear, height, redraws
from recond.ui.plan import brief_lines, numbers_of, plan_lines, plan_pages
from recond.ui.progress import bar_line, detail_line, foot_line, head_line, work_line

WORD_LINES = 4
"""Lines below a plan: the word is asked, and typed; one is left."""

SIMPLE_EVERY_S = 15.0
"""On a line that cannot redraw, how often one disk's progress is told."""


class ConsoleTalk:
    """A `flow.chain.Talk`. `answer` gives the confirmation: typed by a person, given by --confirm, or by an armed lot.

    `quiet` leaves out what is only told in passing: never a plan, a question, a failure or a result.
    `person`: somebody types the word, so that the plan has a screen of its own. `operator`: who works here, for the head of
    the bars. `numbers`: of the plan's disks, by model and serial.
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
        self.person = False
        self.operator: str | None = None
        self.numbers: Mapping[tuple[str | None, str | None], int] = {}
        self._plan: Plan | None = None
        self._by_name: dict[str, int] = {}
        self._details = False
        self._begun: str | None = None
        self._above: list[str] = []

    def step(self, title: str) -> None:
        """Begin a step with a line that is found again when scrolling back."""
        self._end_bars()
        self._since.clear()
        self._begun = None
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
        self._above += fold(safe(f"{word:7} {text}"), " " * 8, self._width)

    def fault(self, error: RecondError) -> None:
        """Say on the error output what stopped a step, and what to do next."""
        self._end_bars()
        say(self._errors, f"recond : {shown(error.message)}", style="bold red", indent="  ")
        self._above += fold(safe(f"recond : {shown(error.message)}"), "  ", self._width)
        if error.hint:
            say(self._errors, f"  -> {error.hint}", indent="     ")

    def machine(self, machine: Machine) -> None:
        """Show the audit's table."""
        from recond.core.grade import grade
        from recond.ui.audit import foot, screen

        self._end_bars()
        found = grade(machine)
        if not self.quiet:
            self.console.print(screen(machine, found, None))
        self._above += foot(found).plain.split("\n")

    def confirm(self, plan: Plan) -> str | None:
        """Show the plan, then ask (or take what was given before)."""
        self.follow(plan)
        if self.person:
            self.show_asked(plan)
        else:
            self.show(plan)
        self._above.clear()
        return self.answer(plan)

    def follow(self, plan: Plan) -> None:
        """Number the disks as this plan does from now on: on the moving lines and on the last screen."""
        self._plan, self.numbers = plan, numbers_of(plan)
        self._by_name = {disk.name: number for number, disk in enumerate(plan.disks, start=1)}

    def show_asked(self, plan: Plan) -> None:
        """Put the plan on a screen of its own, in pages where it is long: none of it has scrolled away when the word is
        asked. What was told just before stays above it as far as there is room."""
        self._end_bars()
        lines = height(self.console)
        pages = plan_pages(plan, self._width, lines - WORD_LINES)
        for number, page in enumerate(pages, start=1):
            room = lines - WORD_LINES - len(page) if redraws(self.console) else 0
            clear(self.console)
            if number == 1 and 0 < room < len(self._above) + 1:
                page = [*self._above[len(self._above) - room + 1 :], *([""] if room > 1 else []), *page]
            elif number == 1 and room > 0 and self._above:
                page = [*self._above, "", *page]
            for line in page:
                say(self.console, line)
            if number < len(pages):
                more = _("\n Page {number} sur {count}. Entrée : la suite > ").format(number=number, count=len(pages))
                Asker(self.console).line(more, about="plan")

    def show(self, plan: Plan) -> None:
        """Show a plan that nobody is asked to confirm."""
        self._end_bars()
        lines = plan_lines(plan, self._width)
        if len(lines) > height(self.console) - WORD_LINES:
            # Nobody turns pages here: short where it would scroll away.
            lines = brief_lines(plan, self._width)
        for line in lines:
            say(self.console, line)

    def progress(self, progress: Progress) -> None:
        """Show how far one disk is: redrawn on a terminal, a line now and then elsewhere."""
        if self.quiet:
            return
        name = str(progress.disk)
        with self._lock:
            number = self._by_name.get(name)
            line = bar_line(progress, number, self._method(number), self._width)
            if progress.phase is Phase.DONE:
                # How it ended is told by a line of its own, with its verdict: a bar cannot say it.
                self._bars.drop(name, self._foot())
            elif not self.simple:
                if "D" in self._bars.pressed():
                    self._details = not self._details
                self._bars.head = self._head(installing=False)
                more = f"\n{detail_line(progress, self._plan, number)}" if self._details else ""
                self._bars.show(name, line + more, self._foot())
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
                self._bars.head = self._head(installing=True)
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
        return foot_line(stopping=self.stopping(), installing=installing, width=self._width)

    def _head(self, *, installing: bool) -> str:
        self._begun = self._begun or time.strftime("%H:%M")
        return head_line(self._plan, self._begun, self.operator, installing=installing)

    def _method(self, number: int | None) -> str | None:
        return self._plan.items[number - 1].method if self._plan is not None and number is not None else None

    @property
    def _width(self) -> int:
        return min(WIDTH, self.console.width)

    def _end_bars(self) -> None:
        with self._lock:
            self._bars.end()


def make_talk(context: Context, answer: Callable[[Plan], str | None] | None = None) -> ConsoleTalk:
    """Return how to speak here. Without a terminal and without a confirmation given before, nothing is confirmed."""
    console = context.console
    talk = ConsoleTalk(console, answer or nobody, simple=context.simple or wants_simple(), quiet=context.quiet)
    if answer is None and context.interactive:
        talk.person = True
        talk.answer = by_person(console, talk.show_asked)
    return talk
