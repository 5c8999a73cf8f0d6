"""Rows that are put together in Python escape what vendors and people wrote, as a template does, and say it in the language."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.utils import translation

pytestmark = pytest.mark.usefixtures("site")

EVIL = "<img src=x onerror=alert(1)>\"'&"
WHEN = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def rows() -> list[str]:
    """Return each kind of row with a hostile text wherever one may come from outside."""
    from recond.server.shown import Row, Tile
    from recond.server.templatetags import rows as made
    from recond.server.words import Word
    from recond.server.work import Handover, Need, Place

    tile = Tile(EVIL, Word(EVIL, "bad"), EVIL, EVIL, ((EVIL, Word(EVIL, "bad")),), EVIL, EVIL, practice=True)
    row = Row("0197a3f0-0000-7000-8000-000000000001", WHEN, tile, [EVIL, EVIL])
    lent = Handover(pk=7, uid=row.uid, tag=EVIL, kind="loan", beneficiary=EVIL, at=date(2026, 11, 2))
    lent.place, lent.due_on = Place(name=EVIL), date(2026, 11, 20)
    need = Need(pk=9, asker=EVIL, kind="family", count=3, chassis="any", min_ram_gib=4, created_at=WHEN)
    return [
        made.palette_tile(row),
        made.machine_tile(row),
        *(made.queue_line(row, queue) for queue in ("bad", "repair", "locked")),
        made.handover_row(lent),
        made.loan_line(lent, date(2026, 11, 30)),
        made.need_row(need, 1),
    ]


def test_what_came_from_outside_is_escaped_in_every_row() -> None:
    for row in rows():
        assert "&lt;img src=x onerror=alert(1)&gt;&quot;&#x27;&amp;" in row, row
        assert "<img" not in row and "\"'" not in row, row


def test_a_row_speaks_the_readers_language_and_writes_days_as_it_does() -> None:
    with translation.override("fr"):
        palette, machine, *_queues, handover, loan, need = rows()
        assert "reçue" in machine and "23/11/2026 10:30" in machine and "entraînement" in machine
        assert 'datetime="2026-11-23T10:30:00+01:00"' in palette and "> 10:30<" not in palette and ">10:30<" in palette
        assert "02/11/2026" in handover and "à rendre le 20/11/2026" in handover and "en retard" in loan
        assert "1 sur 3" in need and "4 Go" in need
    with translation.override("en"):
        _palette, machine, *_queues, handover, loan, need = rows()
        assert "23 Nov 2026, 10:30" in machine and "entraînement" not in machine
        assert "late" in loan.lower() and "rendre" not in loan and "1 of 3" in need and "4 GB" in need


def test_addresses_lead_where_the_page_is() -> None:
    from django.urls import reverse

    uid = "0197a3f0-0000-7000-8000-000000000001"
    palette, *_others, handover, _loan, need = rows()
    assert f'href="{reverse("machine", args=[uid])}"' in palette
    assert all(
        f'href="{reverse(name, args=[7])}"' in handover
        for name in ("handover", "handover-convention", "handover-sheet")
    )
    assert f'href="{reverse("need", args=[9])}"' in need
