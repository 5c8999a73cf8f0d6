"""Which erase method for which disk. One function, read from top to bottom, and its reasons in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from recond.core.disk import Disk
from recond.core.verdict import Level
from recond.core.words import N_, joined


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
    and cannot be reached is in `shortfall`, which goes on the certificate. `then`: what is tried, in order, when the
    drive refuses or fails the first; a method that reaches less than was asked for says so on the certificate."""

    offer: Offer | None
    why: tuple[str, ...] = ()
    shortfall: str | None = None
    then: tuple[Offer, ...] = ()


CONDEMNED = N_("à détruire : {why} (pour l'effacer quand même, nommez-le : recond wipe {name})")


def reaches(level: Level, wanted: Level) -> bool:
    """Tell whether a level is at least the wanted one."""
    return level is Level.PURGE or wanted is Level.CLEAR


def choose(
    disk: Disk,
    wanted: Level,
    asked: str | None,
    offers: Sequence[Offer],
    *,
    failing: str | None = None,
    named: bool = False,
) -> Choice:
    """Choose the method for a disk, and what follows if it fails. `failing`: why SMART condemns it, None = it does not;
    `named`: the person asked for this very disk.

    1. A disk that SMART condemns is not worked on for hours: it goes to "à détruire", unless it was named.
    2. A method asked for by name is used or refused, never replaced: the person had a reason. It is refused too when a
       level was asked for that it cannot reach on this disk. (What medium and transport allow is in each offer: behind
       a USB adapter every command to the drive's own firmware is unsupported, and flash never gets purge by overwrite.)
    3. Else the first by rank, among those that this disk supports, that reaches the wanted level: the drive's own
       erase before hours of writing, a change of key before an erase of blocks, an overwrite last.
    4. If it fails, the next that reaches the wanted level; then, so that the donor's data does not stay, the others.
    5. When purge was asked and nothing reaches it, the first that there is, with the lower level that it really reaches
       in the plan, which a person confirms (an armed lot does not), and on the certificate.
    """
    if failing is not None and not named:
        return Choice(None, (CONDEMNED.format(why=failing, name=disk.name),))
    if asked is not None:
        return _by_name(disk, wanted, asked, offers)
    ranked = sorted((one for one in offers if one.rank is not None), key=lambda one: one.rank or 0)
    usable = [one for one in ranked if one.unsupported is None]
    why = tuple(joined(": ", (one.name, one.unsupported)) for one in ranked if one.unsupported is not None)
    order = [one for one in usable if reaches(one.level, wanted)]
    lower = [one for one in usable if not reaches(one.level, wanted)]
    if order:
        return Choice(order[0], why, then=(*order[1:], *lower))
    if lower:
        short = N_("niveau {wanted} demandé, non atteignable sur ce disque : {why}").format(
            wanted=wanted, why=joined("; ", why) or "-"
        )
        return Choice(lower[0], why, short, tuple(lower[1:]))
    return Choice(None, why or (N_("aucune méthode d'effacement pour ce disque"),))


def _by_name(disk: Disk, wanted: Level, asked: str, offers: Sequence[Offer]) -> Choice:
    offer = next((one for one in offers if one.name == asked), None)
    if offer is None:
        return Choice(None, (N_("{asked} : méthode inconnue").format(asked=asked),))
    if offer.unsupported is not None:
        return Choice(None, (joined(": ", (asked, offer.unsupported)),))
    if not reaches(offer.level, wanted):
        return Choice(
            None,
            (
                N_("{asked} n'atteint que le niveau {level} sur ce disque, pas {wanted}").format(
                    asked=asked, level=offer.level, wanted=wanted
                ),
            ),
        )
    return Choice(offer, (N_("méthode demandée"),))
