"""The figures as charts, each with its table: what came in, what became of it, by lot, donor and month."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, Final

from django.core.cache import cache
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from recond.core.words import N_
from recond.server import counts
from recond.server.models import Card
from recond.server.roles import handovers_of, lots_of, place_of, visible
from recond.server.work import Handover, Lot

LOTS, DONORS, MONTHS, BARS = 60, 30, 24, 24
COLOURS: Final = {"given": "c1", "lent": "c2", "ready": "c3", "parts": "c4", "repair": "c5", "bad": "c6", "going": "c7"}
WIDTH: Final = 1000
MANY: Final = 1000
KEPT_S: Final = 60
"""With that many machines the figures are counted once a minute, and the page says when."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a stacked bar, in thousandths of the bar's whole length."""

    x: int
    width: int
    colour: str


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Show the figures of the machines that the account sees."""
    place = place_of(request.user)
    key = f"figures-{place.pk if place else 0}-{get_language()}"
    known: dict[str, Any] | None = cache.get(key)
    if known is None:
        known = figures(visible(request.user), lots_of(request.user), handovers_of(request.user))
        if known["whole"].seen >= MANY:
            known["counted_at"] = timezone.now()
            cache.set(key, known, KEPT_S)
    return render(request, "recond/statistics.html", {**known, "title": _("Chiffres")})


def figures(cards: QuerySet[Card], lots: QuerySet[Lot], handed: QuerySet[Handover]) -> dict[str, Any]:
    """Return what the page shows."""
    tallies = counts.by_lot(cards, lots)
    whole = counts.together("", tallies)
    donors = counts.by_donor(tallies)
    grades, states = (
        Counter(
            {str(name or N_("inconnue")): n for name, n in cards.values_list(column).annotate(n=Count("*")).order_by()}
        )
        for column in ("grade", "word")
    )
    months = counts.by_month(handed, lots)[:MONTHS]
    most = max((one.given + one.lent for one in months), default=0) or 1
    return {
        "whole": whole,
        "outcomes": [
            {"name": _(name), "count": whole.outcomes[key], "colour": COLOURS[key]} for key, name in counts.OUTCOMES
        ],
        "heads": [_(name) for _key, name in counts.OUTCOMES],
        "stack": stacked(whole, whole.seen),
        "lots": [{"row": row, "stack": stacked(row, _most(tallies[:LOTS]))} for row in tallies[:LOTS]],
        "more_lots": max(0, len(tallies) - LOTS),
        "donors": [{"row": row, "stack": stacked(row, _most(donors[:DONORS]))} for row in donors[:DONORS]],
        "more_donors": max(0, len(donors) - DONORS),
        "months": [
            {
                "row": one,
                "given": one.given * WIDTH // most,
                "lent": one.lent * WIDTH // most,
                "from": one.given * WIDTH // most,
            }
            for one in months
        ],
        "charts": [
            {"title": _("Par état"), "bars": bars(states)[:BARS]},
            {"title": _("Par note"), "bars": bars(grades)[:BARS]},
        ],
    }


def _most(rows: list[counts.Tally]) -> int:
    return max((row.seen for row in rows), default=0)


def stacked(row: counts.Tally, longest: int) -> list[Piece]:
    """Return the pieces of a line's bar; `longest`: how many machines fill the whole length."""
    found, before = [], 0
    for key, _name in counts.OUTCOMES:
        number = row.outcomes[key]
        if number and longest:
            x, end = before * WIDTH // longest, (before + number) * WIDTH // longest
            found.append(Piece(x, max(1, end - x), COLOURS[key]))
        before += number
    return found


def bars(numbers: Counter[str]) -> list[dict[str, object]]:
    """Return the bars of a chart, their length in percent of the longest."""
    longest = max(numbers.values(), default=1)
    return [
        {"name": name, "count": number, "length": max(1, round(100 * number / longest))}
        for name, number in numbers.most_common()
    ]
