"""The plan, the question and the last screen of a real practice, on 80x24."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.screens.conftest import Terminal, check_console

pytestmark = pytest.mark.root


def test_an_empty_answer_at_the_plan_changes_nothing_and_says_so(terminal: Callable[..., Terminal]) -> None:
    shown = terminal("practice", "--ask", "--no-serve", "--size", "768", lines=24)
    shown.wait_for("EFFACEMENT - ce qui va se passer")
    shown.read(lambda: shown.raw.endswith(b" > "))
    shown.type("\n")
    assert shown.end() == 4
    check_console(shown)
    text = shown.text()
    assert "contient : ext4, vfat (2)" in text
    assert "ANNULE" in text and "rien n'a été modifié" in text and "c'était un entraînement" in text
    assert "ERASED" not in text and "PRET" not in text
    assert any("A FAIRE" in line for line in shown.screen.display), "the last screen stays"
    assert b"\a" in shown.raw


def test_the_word_wipes_and_what_is_missing_is_said(terminal: Callable[..., Terminal]) -> None:
    # 768 MiB: too small for any system, so the wipe is whole and nothing may be called ready.
    shown = terminal("practice", "--ask", "--no-serve", "--size", "768")
    shown.wait_for("Tapez  DETRUIRE")
    shown.read(lambda: shown.raw.endswith(b" > "))
    shown.type("DETRUIRE\n")
    assert shown.end() == 12
    check_console(shown)
    text = shown.text()
    assert "EFFACE et relu" in text and "SANS SYSTEME" in text and "code de sortie 12" in text
    assert "marques du donateur retrouvées sur le disque brut : 0" in text
    assert "PRET" not in text and "prête" not in text
