"""Which erase method for which disk. One function, read from top to bottom, and its reasons in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from recond.core.disk import Disk
from recond.core.verdict import Level


@dataclass(frozen=True, slots=True)
class Offer:
    """A method as it stands for one disk. `rank`: how early it is tried, None = only by name. `unsupported`: why it
    cannot be used on this disk, None = it can. `level`: what it reaches there."""

    name: str
    level: Level
    rank: int | None
    unsupported: str | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """`offer` None = no method may be used, `why` says for what reason. `why` is shown with the plan, and what was asked
    and cannot be reached is in `shortfall`, which goes on the certificate."""

    offer: Offer | None
    why: tuple[str, ...] = ()
    shortfall: str | None = None


def reaches(level: Level, wanted: Level) -> bool:
    """Tell whether a level is at least the wanted one."""
    return level is Level.PURGE or wanted is Level.CLEAR


def choose(disk: Disk, wanted: Level, asked: str | None, offers: Sequence[Offer]) -> Choice:
    """Choose the method for a disk.

    1. A method asked for by name is used or refused, never replaced: the person had a reason. It is refused too when a
       level was asked for that it cannot reach on this disk.
    2. Else the first by rank, among those that this disk supports, that reaches the wanted level.
    3. Else, when purge was asked and nothing reaches it, the first that there is, with the lower level that it really
       reaches in the plan, which the person confirms, and on the certificate.
    """
    if asked is not None:
        return _by_name(disk, wanted, asked, offers)
    ranked = sorted((one for one in offers if one.rank is not None), key=lambda one: one.rank or 0)
    usable = [one for one in ranked if one.unsupported is None]
    why = tuple(f"{one.name} : {one.unsupported}" for one in ranked if one.unsupported is not None)
    for one in usable:
        if reaches(one.level, wanted):
            return Choice(one, why)
    if usable:
        return Choice(
            usable[0], why, f"niveau {wanted} demandé, non atteignable sur ce disque : {'; '.join(why) or '-'}"
        )
    return Choice(None, why or ("aucune méthode d'effacement pour ce disque",))


def _by_name(disk: Disk, wanted: Level, asked: str, offers: Sequence[Offer]) -> Choice:
    offer = next((one for one in offers if one.name == asked), None)
    if offer is None:
        return Choice(None, (f"{asked} : méthode inconnue",))
    if offer.unsupported is not None:
        return Choice(None, (f"{asked} : {offer.unsupported}",))
    if not reaches(offer.level, wanted):
        return Choice(None, (f"{asked} n'atteint que le niveau {offer.level} sur ce disque, pas {wanted}",))
    return Choice(offer, ("méthode demandée",))
