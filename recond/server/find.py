"""Searching machines: every word somewhere in what a machine is searched by, the machines met last first."""

from __future__ import annotations

from django.db import connection
from django.db.models import F, QuerySet, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import StrIndex

from recond.core.identity import parse_tag
from recond.server.models import Card, Words

LONGEST = 100
MOST = 1200
"""Machines that a search shows, twenty pages: nobody reads more, and who looks for one adds a word."""


def asked(text: str) -> str:
    """Return what a person typed as it is searched: small letters, one space between words."""
    return " ".join(text.replace("\0", "").lower().split())[:LONGEST]


def found(cards: QuerySet[Card], wanted: str) -> tuple[list[str], bool]:
    """Return the uids of those of `cards` that fit, newest first (a uid begins with the time at which it was made), and whether
    there are more than these: of more than MOST they are those that came last.

    A whole tag is looked up. Anything else is looked for through the narrow table of words, from the newest machine back, and
    no further than to the last one that is shown: the count and the page come from the same pass.
    """
    tag = parse_tag(wanted)
    if tag:
        return sorted(cards.filter(tag=tag).values_list("pk", flat=True), reverse=True), False
    rows = Words.objects.all()
    if cards.query.where:
        rows = _among(rows, cards)
    for number, word in enumerate(wanted.split()):
        # A word's place in the text: both databases find it several times as fast as they compare with a pattern (LIKE).
        rows = rows.alias(**{f"place{number}": StrIndex("text", Value(word))}).filter(**{f"place{number}__gt": 0})
    # SQLite's rows lie in the order in which they came; going through them by their key means looking each one up.
    newest = RawSQL("recond_words.rowid", []).desc() if connection.vendor == "sqlite" else F("pk").desc()
    uids = list(rows.order_by(newest).values_list("pk", flat=True)[: MOST + 1])
    return sorted(uids[:MOST], reverse=True), len(uids) > MOST


def _among(rows: QuerySet[Words], cards: QuerySet[Card]) -> QuerySet[Words]:
    if connection.vendor == "sqlite":
        return rows.filter(card__in=cards)
    # As a list made first: PostgreSQL then looks at the words of these machines, and not at everybody's to sort theirs out.
    sql, values = cards.order_by().values("pk").query.sql_with_params()
    return rows.extra(where=[f"recond_words.card_id = ANY(ARRAY({sql}))"], params=values)
