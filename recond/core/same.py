"""Are two cards one machine? Scores of equal fingerprints, for the server's lookup and its queue of possible doubles.

Rules of `recond.core.identity.resolve`, over what cards hold: a value met under two tags is "shared" and identifies nobody
any more (fleets with one serial, boards of one batch); what then remains must be enough, and nothing may contradict it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from recond.core.identity import STRONG

SERIALS: Final = frozenset({"system-serial", "board-serial"})

Prints = frozenset[tuple[str, str]]
"""Good fingerprints as (kind, value)."""


@dataclass(frozen=True, slots=True)
class Met:
    """A machine met before."""

    uid: str
    tag: str
    model: str
    prints: Prints


@dataclass(frozen=True, slots=True)
class Match:
    """A machine met before that is likely this one. `sole`: nobody else scores as much, so no person needs to say."""

    uid: str
    score: int
    sole: bool


def contradicts(mine: Prints, theirs: Prints) -> bool:
    """Tell whether a serial or UUID that firmware keeps for life is good on both sides and differs."""
    for kind in STRONG:
        one, other = ({value for name, value in side if name == kind} for side in (mine, theirs))
        if one and other and not one & other:
            return True
    return False


def enough(equal: Prints, mine: Prints, theirs: Prints, same_model: bool) -> bool:
    """Tell whether the equal fingerprints make one machine likely: two, or one serial with the same model and no contradiction."""
    if len(equal) >= 2:
        return True
    return len(equal) == 1 and same_model and next(iter(equal))[0] in SERIALS and not contradicts(mine, theirs)


def matches(mine: Prints, model: str, known: Iterable[Met], shared: Prints = frozenset()) -> list[Match]:
    """Return the likely machines, best first. A tie has no `sole` one: a person says."""
    scored = []
    for card in known:
        equal = (mine & card.prints) - shared
        if enough(equal, mine, card.prints, bool(model) and model == card.model):
            scored.append((len(equal), card.uid))
    scored.sort(key=lambda one: (-one[0], one[1]))
    best = [score for score, _ in scored[:2]]
    alone = len(best) == 1 or (len(best) == 2 and best[0] > best[1])
    return [Match(uid, score, alone and place == 0) for place, (score, uid) in enumerate(scored)]


def doubles(mine: Met, known: Iterable[Met]) -> list[tuple[int, str]]:
    """Return (score, uid) of the cards that a person should compare with this one: they bear out one machine and nothing of
    what firmware keeps for life speaks against it. Other tags do not: a sticker is lost, and the machine gets a second one.
    """
    found = []
    for card in known:
        equal = mine.prints & card.prints
        likely = enough(equal, mine.prints, card.prints, bool(mine.model) and mine.model == card.model)
        if card.uid != mine.uid and likely and not contradicts(mine.prints, card.prints):
            found.append((len(equal), card.uid))
    return sorted(found, reverse=True)
