"""A machine's page says where it goes and what was tried on it."""

from __future__ import annotations

from recond.server.shown import sheet
from tests.unit.test_label_card import Story, disk


def test_sorting_and_tests_are_on_the_page() -> None:
    story = Story().audit(disk(1))
    story.add(
        "grade.set",
        grade="C",
        reason="test raté",
        sorting="repair",
        repairs=["remplacer le clavier"],
        **{"raise": None},
    )
    before = dict(sheet(story.card).facts)
    assert before["Tri"] == "À RÉPARER : remplacer le clavier" and before["Essais"] == "aucun"
    story.add("test.result", name="keyboard", outcome="fail", reasons=["2 touches muettes"], facts={})
    story.add("test.result", name="screen", outcome="pass", reasons=[], facts={})
    story.add("test.result", name="lid", outcome="na", reasons=[], facts={})
    told = dict(sheet(story.card).facts)["Essais"]
    assert told.startswith("RATÉS : clavier ; bons : écran ; à faire : ") and "capot" not in told
