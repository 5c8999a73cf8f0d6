"""How several disks speak on one console: each line begins with the disk's name, and one question is asked at a time."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from recond.cli.parts.talk import ConsoleTalk
from recond.core.errors import RecondError
from recond.core.machine import Machine
from recond.core.plan import Plan
from recond.core.progress import Progress
from recond.core.words import _


@dataclass
class Question:
    """A plan that waits for the person. `answer` is there once `asked` is set."""

    name: str
    plan: Plan
    asked: threading.Event = field(default_factory=threading.Event)
    answer: str | None = None


class Desk:
    """The console that the docks share. `stopping`: no answer is waited for any more."""

    def __init__(self, talk: ConsoleTalk, stopping: threading.Event) -> None:
        self.talk = talk
        self.stopping = stopping
        self.questions: queue.SimpleQueue[Question] = queue.SimpleQueue()
        self.lock = threading.RLock()
        self.asking = False

    def ask(self, name: str, plan: Plan) -> str | None:
        """Wait, in the disk's thread, until the person answered; None when everything stops first."""
        question = Question(name, plan)
        self.questions.put(question)
        while not question.asked.wait(0.2):
            if self.stopping.is_set():
                return None
        return question.answer

    def answer_next(self, answer: Callable[[Plan], str | None]) -> None:
        """Show the next plan that waits, and take the answer; returns at once when none waits."""
        try:
            question = self.questions.get_nowait()
        except queue.Empty:
            return
        # While somebody types, no bar may be drawn over the line.
        self.asking = True
        try:
            with self.lock:
                # The other disks of the station are nobody's question here.
                self.talk.show(replace(question.plan, protected=()))
            question.answer = answer(question.plan)
        finally:
            self.asking = False
            question.asked.set()


class DockTalk:
    """A `flow.chain.Talk` for one dock."""

    def __init__(self, desk: Desk, name: str) -> None:
        self._desk = desk
        self._name = name

    def step(self, title: str) -> None:
        """Steps of several disks would only be noise."""

    def note(self, text: str, *, good: bool | None = None) -> None:
        """Say one line."""
        with self._desk.lock:
            self._desk.talk.note(f"{self._name} : {text}", good=good)

    def fault(self, error: RecondError) -> None:
        """Say what stopped it."""
        with self._desk.lock:
            self._desk.talk.fault(type(error)(f"{self._name} : {error.message}", error.hint))

    def machine(self, machine: Machine) -> None:
        """Say the disk's health in one line."""
        for one in machine.disks:
            reasons = " ; ".join(reason.text for reason in one.health.reasons[:2])
            self.note(
                _("{disk}, contient : {contents} ; {reasons}").format(
                    disk=one.disk.describe(), contents=one.disk.contents, reasons=reasons
                )
            )

    def show(self, plan: Plan) -> None:
        """Plans are shown with their question."""

    def confirm(self, plan: Plan) -> str | None:
        """Ask at the desk."""
        return self._desk.ask(self._name, plan)

    def progress(self, progress: Progress) -> None:
        """Show how far it is, unless somebody is typing."""
        if not self._desk.asking:
            with self._desk.lock:
                self._desk.talk.progress(progress)

    def working(self, title: str, share: float | None) -> None:
        """Nothing is installed on a docked disk."""

    def worked(self, title: str) -> None:
        """Nothing is installed on a docked disk."""
