"""The bars of an installation: one step's and the whole's, and none left standing once it is over, however it ended."""

from __future__ import annotations

from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any, cast

import pytest

from recond.flow import install_step


class Bars:
    """A talk that knows which lines stand."""

    def __init__(self) -> None:
        self.standing: list[str] = []
        self.most = 0

    def working(self, title: str, share: float | None) -> None:
        self.standing += [title] if title not in self.standing else []
        self.most = max(self.most, len(self.standing))

    def worked(self, title: str) -> None:
        self.standing.remove(title)


@pytest.mark.parametrize("fails", [False, True])
def test_no_bar_stands_at_the_end(fails: bool) -> None:
    bars = Bars()
    chain, image = SimpleNamespace(talk=bars), SimpleNamespace(live=None, origin=None)
    with (
        pytest.raises(OSError, match="unplugged") if fails else nullcontext(),
        install_step._with_whole(cast(Any, chain), cast(Any, image)) as tell,
    ):
        tell("Partitions", None)
        tell("Copie du système", 0.5)
        assert bars.standing == [install_step.WHOLE, "Copie du système"]
        if fails:
            raise OSError("unplugged")
        tell("Entrée de démarrage", None)
    assert bars.standing == [] and bars.most == 2


def test_nothing_is_taken_away_that_was_never_told() -> None:
    bars = Bars()
    with install_step._with_whole(
        cast(Any, SimpleNamespace(talk=bars)), cast(Any, SimpleNamespace(live=None, origin=None))
    ):
        pass
    assert bars.standing == []
