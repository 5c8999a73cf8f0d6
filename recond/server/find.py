"""Searching machines: every word somewhere in what a machine is searched by, the machines met last first."""

from __future__ import annotations

from django.db.models import QuerySet

from recond.core.identity import parse_tag
from recond.server.models import Card, Words

LONGEST = 100
MOST = 1200
"""Machines that a search shows, twenty pages: nobody reads more, and who looks for one adds a word."""


def asked(text: str) -> str:
    """Return what a person typed as it is searched: small letters, one space between words."""
    return " ".join(text.replace("\0", "").lower().split())[:LONGEST]


def found(cards: QuerySet[Card], wanted: str) -> list[str]:
    """Return the uids of those of `cards` that fit, newest first (a uid begins with the time at which it was made); of more
    than MOST one more than that.

    A whole tag is looked up. Anything else is looked for through the narrow table of words, from the newest machine back, and
    no further than to the last one that is shown: the count and the page come from the same pass.
    """
    tag = parse_tag(wanted)
    if tag:
        return sorted(cards.filter(tag=tag).values_list("pk", flat=True), reverse=True)
    rows = Words.objects.all()
    if cards.query.where:
        rows = rows.filter(card__in=cards)
    for word in wanted.split():
        rows = rows.filter(text__contains=word)
    return list(rows.order_by("-pk").values_list("pk", flat=True)[: MOST + 1])
