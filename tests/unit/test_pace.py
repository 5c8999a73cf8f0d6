"""How far an installation is as a whole: never back, one at the end; and the time left only when it can be said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recond.core.pace import Whole, left_s
from recond.install import steps, weights
from recond.ui.progress import work_line


@given(st.lists(st.tuples(st.sampled_from(["a", "b", "c", "?"]), st.none() | st.floats(-1, 2)), max_size=30))
def test_the_whole_never_goes_back_nor_beyond_its_end(told: list[tuple[str, float | None]]) -> None:
    whole, before = Whole({"a": 1, "b": 8, "c": 1}), 0.0
    for title, share in told:
        now = whole.share(title, share)
        assert before <= now <= 1
        before = now
    assert whole.share("c", 1.0) == 1.0


def test_steps_count_by_their_weight() -> None:
    whole = Whole({"a": 1, "b": 8, "c": 1})
    assert [whole.share("a", 1.0), whole.share("b", 0.5), whole.share("c", None)] == pytest.approx([0.1, 0.5, 0.9])


def test_every_step_has_a_weight_and_some_only_where_they_are_run() -> None:
    assert set(weights(live=True, network=True)) == {step.TITLE for step in steps()}
    assert set(weights(live=True)) - set(weights(live=False)) == {"Système live"}
    more = set(weights(live=False, network=True)) - set(weights(live=False))
    assert more == {"Réception du système", "Rangement"}


def test_the_time_left_is_said_only_when_it_can_be() -> None:
    assert left_s(60, 0.25) == 180
    assert left_s(2, 0.5) is None and left_s(60, 0.01) is None
    assert work_line("Installation, en tout", 0.25, 180).endswith(" 25 % reste 3 min 00")
    assert len(work_line("x" * 99, 1.0, 3599)) <= 79
    assert work_line("Partitions", None) == " Partitions"
