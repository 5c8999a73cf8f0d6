"""The figures: what came in and what became of it, in all, by lot, donor and month. Read from indexes, never from the cards.

Only what somebody counted or noted: machines by their cards, hand-overs by their papers, kilograms by the lots' scales.
No CO2: nothing of it is measured here. Kilograms are those of whole lots as received; nobody weighs one machine.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from django.db.models import Count, QuerySet, Sum

from recond.core.words import N_
from recond.server import words
from recond.server.models import Card
from recond.server.work import Handover, Lot

OUTCOMES: Final = (
    ("given", N_("données")),
    ("lent", N_("prêtées")),
    ("ready", N_("prêtes")),
    ("parts", N_("pour pièces")),
    ("repair", N_("à réparer")),
    ("bad", N_("à traiter")),
    ("going", N_("en cours")),
)
GIVEN, LENT = words.HANDED["gift"].text, words.HANDED["loan"].text
BAD: Final = {N_("NON EFFACÉE"), N_("INSTALLATION RATÉE"), N_("INSTALLATION INTERROMPUE")} | {
    word.text for word in (words.TO_CHECK, words.REVIEW, words.UNREADABLE, words.STATES["aside"])
}


@dataclass(slots=True)
class Tally:
    """One line: a lot, a donor, or everything. `outcomes` by the keys of OUTCOMES; `kg` None = nobody weighed it."""

    name: str
    donor: str = ""
    expected: int | None = None
    kg: Decimal | None = None
    outcomes: Counter[str] = field(default_factory=Counter)

    @property
    def seen(self) -> int:
        """Return how many machines came."""
        return self.outcomes.total()

    @property
    def cells(self) -> list[int]:
        """Return the number of each outcome, in the order of OUTCOMES."""
        return [self.outcomes[key] for key, _ in OUTCOMES]


def outcome(word: str, sorting: str) -> str:
    """Return what became of a machine: by its word first, for a machine that left is no machine to repair."""
    if word == GIVEN:
        return "given"
    if word == LENT:
        return "lent"
    if word == N_("PRÊTE"):
        return "ready"
    if sorting in ("parts", "repair"):
        return sorting
    return "bad" if word in BAD else "going"


def by_lot(cards: QuerySet[Card], lots: QuerySet[Lot]) -> list[Tally]:
    """Return every lot, those announced and those that machines name; "" = machines of no lot. The newest name first."""
    rows = {
        row.name: Tally(row.name, row.donor, row.expected, row.weight_kg)
        for row in lots.only("name", "donor", "expected", "weight_kg")
    }
    for lot, word, sorting, number in cards.values_list("lot", "word", "sorting").annotate(n=Count("*")).order_by():
        rows.setdefault(lot, Tally(lot)).outcomes[outcome(word, sorting)] += number
    return [rows[name] for name in sorted(rows, reverse=True)]


def together(name: str, rows: Iterable[Tally]) -> Tally:
    """Return the sum of several lines."""
    whole = Tally(name)
    for row in rows:
        whole.outcomes += row.outcomes
        if row.expected is not None:
            whole.expected = (whole.expected or 0) + row.expected
        if row.kg is not None:
            whole.kg = (whole.kg or Decimal(0)) + row.kg
    return whole


def by_donor(rows: Iterable[Tally]) -> list[Tally]:
    """Return one line a donor, the one of most machines first; lots without a donor are one line."""
    groups: dict[str, list[Tally]] = {}
    for row in rows:
        groups.setdefault(row.donor, []).append(row)
    found = [together(donor, lots) for donor, lots in groups.items()]
    return sorted(found, key=lambda row: (-row.seen, row.name))


@dataclass(frozen=True, slots=True)
class Month:
    """What was handed over in a month. `received_kg`: of the lots received in it."""

    name: str
    given: int = 0
    lent: int = 0
    back: int = 0
    received_kg: Decimal | None = None


def by_month(handed: QuerySet[Handover], lots: QuerySet[Lot]) -> list[Month]:
    """Return the months in which something was handed over, came back, or was weighed; the last first."""
    # Days are counted by the database and months made of them here: a date's month by SQL costs ten times as much.
    out, back, kg = Counter[tuple[str, str]](), Counter[str](), dict[str, Decimal]()
    for at, kind, number in handed.values_list("at", "kind").annotate(n=Count("pk")).order_by():
        out[f"{at:%Y-%m}", kind] += number
    for at, number in handed.exclude(returned_on=None).values_list("returned_on").annotate(n=Count("pk")).order_by():
        back[f"{at:%Y-%m}"] += number
    weighed = lots.exclude(received_on=None).exclude(weight_kg=None)
    for at, weight in weighed.values_list("received_on").annotate(kg=Sum("weight_kg")).order_by():
        kg[f"{at:%Y-%m}"] = kg.get(f"{at:%Y-%m}", Decimal(0)) + weight
    gift, loan = Handover.Kind.GIFT.value, Handover.Kind.LOAN.value
    names = sorted({*(month for month, _ in out), *back, *kg}, reverse=True)
    return [Month(name, out[name, gift], out[name, loan], back[name], kg.get(name)) for name in names]
