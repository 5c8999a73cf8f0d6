"""Where a lot stands, from the cards of its machines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from recond.core.labeldata import LabelOutcome, internal_verdicts, outcome_of

UNDER_WAY = frozenset({"received", "audited", "wiping", "installing"})
"""States of a machine whose run began and has not come to its end."""


@dataclass(frozen=True, slots=True)
class LotSummary:
    """How many machines of a lot are where; each is counted once. `under_way`: their run waits to be gone on with."""

    seen: int = 0
    ready: int = 0
    wiped: int = 0
    not_wiped: int = 0
    without_disk: int = 0
    under_way: int = 0

    def missing(self, expected: int | None) -> int | None:
        """Return how many announced machines were not seen yet; None when nobody said how many there are."""
        return None if expected is None else max(0, expected - self.seen)


def summarise(cards: Iterable[Mapping[str, Any]], lot: str) -> LotSummary:
    """Count the machines of a lot. Ready and wiped are what the label would say, never a state alone."""
    counts = {"seen": 0, "ready": 0, "wiped": 0, "not_wiped": 0, "without_disk": 0, "under_way": 0}
    for card in cards:
        if card.get("lot") == lot:
            counts["seen"] += 1
            counts[_place(card)] += 1
    return LotSummary(**counts)


def _place(card: Mapping[str, Any]) -> str:
    outcome = outcome_of(internal_verdicts(card))
    if card.get("ready"):
        return "ready"
    if card.get("state") in UNDER_WAY:
        return "under_way"
    if outcome is LabelOutcome.ERASED:
        return "wiped"
    return "without_disk" if outcome is LabelOutcome.NO_DISK else "not_wiped"
