"""Every safety rule of the eraser is needed: with any one of them broken, a fixed history notices."""

from __future__ import annotations

import pytest

from tests.drives import histories
from tests.drives.mutants import MUTANTS, Mutant


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda one: one.__name__)
def test_a_broken_rule_is_noticed(mutant: Mutant, monkeypatch: pytest.MonkeyPatch) -> None:
    mutant(monkeypatch)
    assert any(histories.live(history) for history in histories.fixed()), mutant.__doc__
