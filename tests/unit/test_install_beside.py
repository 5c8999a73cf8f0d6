"""Steps of an installation that only read run at the same time, and what they found reads as if they had not."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

import pytest

from recond.core.errors import InstallFailed
from recond.core.installing import Check
from recond.flow import install
from recond.install.context import Access


@dataclass
class Ctx:
    """As much of a `Context` as these steps use."""

    checks: list[Check] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    share: float = 0.0
    tell: Callable[[float], None] = lambda share: None


def step(name: str, run: Callable[[Any], None]) -> Any:
    return SimpleNamespace(NAME=name, TITLE=name, ORDER=1, ACCESS=Access.READING, run=run)


def test_each_waits_for_the_other_and_the_order_of_the_checks_stays() -> None:
    files_done = threading.Event()
    told: list[tuple[str, float | None]] = []

    def slow(ctx: Any) -> None:
        assert files_done.wait(10), "they ran one after the other"
        ctx.checks.append(Check("fsck", False, "bad"))

    def files(ctx: Any) -> None:
        ctx.tell(0.5)
        ctx.checks.append(Check("files", True, "good"))
        threading.Timer(0.2, files_done.set).start()

    ctx = Ctx()
    install._run_beside(
        cast(Any, ctx), (step("fsck", slow), step("files", files)), lambda title, share: told.append((title, share))
    )
    assert [(check.name, check.ok) for check in ctx.checks] == [("fsck", False), ("files", True)]
    assert told == [("files", None), ("files", 0.5), ("fsck", None)], (
        "what goes on is named, the share is the last one's"
    )


@pytest.mark.parametrize("broken", ["fsck", "files"])
def test_one_that_cannot_go_on_is_told_and_the_other_is_not_left_running(broken: str) -> None:
    ended: list[str] = []

    def run(name: str) -> Callable[[Any], None]:
        def body(ctx: Any) -> None:
            if name == broken:
                raise InstallFailed(f"{name} cannot", "again")
            threading.Event().wait(0.2)
            ended.append(name)

        return body

    with pytest.raises(InstallFailed, match=f"{broken} cannot"):
        install._run_beside(
            cast(Any, Ctx()), tuple(step(name, run(name)) for name in ("fsck", "files")), lambda title, share: None
        )
    assert len(ended) == 1
