"""Searching machines: every word somewhere in what a machine is searched by, the machines met last first."""

from __future__ import annotations

from django.db.models import QuerySet

from recond.core.identity import parse_tag
from recond.server.models import Card, Words

LONGEST = 100


def asked(text: str) -> str:
    """Return what a person typed as it is searched: small letters, one space between words."""
    return " ".join(text.replace("\0", "").lower().split())[:LONGEST]


def found(cards: QuerySet[Card], wanted: str) -> list[str]:
    """Return the uids of those of `cards` that fit, newest first (a uid begins with the time at which it was made).

    A whole tag is looked up. Anything else is looked for once through the narrow table of words: the count and the page
    come from the same pass.
    """
    tag = parse_tag(wanted)
    if tag:
        return sorted(cards.filter(tag=tag).values_list("pk", flat=True), reverse=True)
    rows = Words.objects.all()
    if cards.query.where:
        rows = rows.filter(card__in=cards)
    for word in wanted.split():
        rows = rows.filter(text__contains=word)
    return sorted(rows.values_list("card_id", flat=True), reverse=True)
