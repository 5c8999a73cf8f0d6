"""The functional tests on the console: each result behind its status word, and what is left to do."""

from __future__ import annotations

from collections.abc import Iterable

from recond.core.functional import TITLES, Outcome, TestResult, tally
from recond.core.words import _
from recond.ui.console import fold, safe

WORDS = {Outcome.PASS: "[ OK ]", Outcome.FAIL: _("[ECHEC]"), Outcome.NA: "[ -- ]", Outcome.NOT_DONE: _("[ATT.]")}
STYLES = {Outcome.PASS: "green", Outcome.FAIL: "bold red", Outcome.NA: None, Outcome.NOT_DONE: "yellow"}
PREFIX = {Outcome.NA: _("sans objet, "), Outcome.NOT_DONE: _("pas fait, ")}


def result_lines(found: TestResult) -> list[str]:
    """Return one result in lines of at most 79 columns."""
    why = PREFIX.get(found.outcome, "") + " ; ".join(found.reasons)
    return fold(safe(f" {WORDS[found.outcome]:7} {_(TITLES[found.name])} : {why}"), " " * 9)


def summary(results: Iterable[TestResult]) -> str:
    """Return in one sentence how the tests of a machine stand."""
    by = tally(results)
    words = [_("{count} bons").format(count=len(by[Outcome.PASS]))]
    if by[Outcome.FAIL]:
        words.append(_("RATES : {names}").format(names=_names(by[Outcome.FAIL])))
    if by[Outcome.NOT_DONE]:
        words.append(_("à faire : {names}").format(names=_names(by[Outcome.NOT_DONE])))
    return ", ".join(words)


def _names(names: list[str]) -> str:
    return ", ".join(_(TITLES[name]).lower() for name in names)
