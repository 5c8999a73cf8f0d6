"""Functional tests: what a machine has decides what is asked, and each answer is pass, fail, na or not_done.

NA = this machine has no such part. NOT_DONE = nobody tested it, or the test could not be made; it is never read as a pass.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Protocol

from recond.core.machine import Chassis
from recond.core.words import N_


class Outcome(StrEnum):
    """How one test ended."""

    PASS = "pass"
    FAIL = "fail"
    NA = "na"
    NOT_DONE = "not_done"


@dataclass(frozen=True, slots=True)
class TestResult:
    """One test's result, always with reasons in French. `facts`: what was measured, numbers and short codes only.

    Never what identifies a person: no network names, no pictures, no sounds.
    """

    __test__ = False  # not a test class of pytest

    name: str
    outcome: Outcome
    reasons: tuple[str, ...]
    facts: tuple[tuple[str, int | str], ...] = ()

    @property
    def measured(self) -> dict[str, int | str]:
        """Return the facts by name."""
        return dict(self.facts)


TITLES: Final = {
    "screen": N_("Écran"),
    "keyboard": N_("Clavier"),
    "touchpad": N_("Pavé tactile ou souris"),
    "sound": N_("Son"),
    "camera": N_("Caméra"),
    "wifi": "Wi-Fi",
    "usb": N_("Ports USB"),
    "battery": N_("Batterie"),
    "lid": N_("Capot"),
    "condition": N_("Aspect"),
}
"""Every test in the order asked: first what needs eyes and hands, the look of the machine last."""

PORTABLE: Final = (Chassis.LAPTOP, Chassis.TABLET)
OWN_SCREEN: Final = (*PORTABLE, Chassis.AIO, Chassis.UNKNOWN)
"""Machines whose screen is part of what is given. Of an unknown machine everything is asked."""

REPAIRS: Final = {
    "screen": N_("remplacer la dalle"),
    "keyboard": N_("remplacer le clavier"),
    "touchpad": N_("remplacer le pavé tactile"),
    "sound": N_("réparer le son (haut-parleurs, micro, prise)"),
    "camera": N_("remplacer la caméra, ou la débrancher"),
    "wifi": N_("remplacer la carte Wi-Fi (ou ses antennes)"),
    "usb": N_("réparer les ports USB"),
    "battery": N_("remplacer la batterie"),
    "lid": N_("réparer le capteur du capot"),
    "condition": N_("remplacer les pièces de la coque"),
}
"""What a failed test asks to be repaired."""


def expected(name: str, chassis: Chassis) -> str | None:
    """Return None when a machine of this kind has the part, else the reason why the test does not apply."""
    if name == "screen" and chassis not in OWN_SCREEN:
        return N_("pas d'écran intégré")
    if name in ("keyboard", "touchpad") and chassis not in (*PORTABLE, Chassis.UNKNOWN):
        return N_("pas de clavier ni de pavé intégrés")
    if name == "keyboard" and chassis is Chassis.TABLET:
        return N_("tablette sans clavier intégré")
    if name in ("battery", "lid") and chassis not in (*PORTABLE, Chassis.UNKNOWN):
        return N_("pas un portable")
    return None


OUTCOMES: Final = frozenset(outcome.value for outcome in Outcome)


def results_of_json(tests: Mapping[str, Mapping[str, Any]] | None) -> tuple[TestResult, ...]:
    """Return the results kept on a card (`core.projection`), those of unknown tests or outcomes left out."""
    found = []
    for name, one in (tests or {}).items():
        outcome, reasons, facts = one.get("outcome"), one.get("reasons"), one.get("facts")
        if name not in TITLES or not isinstance(outcome, str) or outcome not in OUTCOMES:
            continue
        said = tuple(str(reason) for reason in reasons) if isinstance(reasons, list | tuple) else ()
        kept = tuple(
            (str(key), value)
            for key, value in (facts.items() if isinstance(facts, Mapping) else ())
            if isinstance(value, int | str)
        )
        found.append(TestResult(name, Outcome(outcome), said, kept))
    return tuple(found)


def tally(results: Iterable[TestResult]) -> dict[Outcome, list[str]]:
    """Return the tests' names by outcome, every test that has no result under NOT_DONE."""
    by_name = {one.name: one.outcome for one in results}
    found: dict[Outcome, list[str]] = {outcome: [] for outcome in Outcome}
    for name in TITLES:
        found[by_name.get(name, Outcome.NOT_DONE)].append(name)
    return found


class Person(Protocol):
    """Who does the tests: sees, hears, presses. Implemented by `recond.ui`; `present` False = nobody is there to answer."""

    @property
    def present(self) -> bool: ...
    @property
    def can_draw(self) -> bool:
        """Tell whether the screen in front is the machine's own: not a serial line, not a pipe."""
        ...

    def say(self, text: str) -> None:
        """Show a sentence."""

    def ask(self, question: str, choices: Mapping[str, str]) -> str | None:
        """Ask, with letters and what they mean; return the letter, None when the person skipped."""
        ...

    def number(self, question: str) -> int | None:
        """Ask for a number; None when the person skipped."""
        ...

    def pressed(self, wait_s: float) -> bool:
        """Wait so long; return True as soon as the person pressed Enter."""
        ...

    def picture(self, lines: tuple[str, ...]) -> None:
        """Draw these lines in the place of those drawn before."""

    def colour(self, name: str) -> None:
        """Fill the screen with a colour until Enter is pressed."""
