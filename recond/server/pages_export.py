"""The machines as a table for a spreadsheet: `;` between cells, a byte order mark, French headings."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any, Final

from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from recond.server.roles import Role, needs, visible

HEADS: Final = (
    "Étiquette",
    "Modèle",
    "Lot",
    "Lieu",
    "État",
    "Prête",
    "Note",
    "Type",
    "Mémoire (Mio)",
    "Vue le",
    "Identifiant",
)
COLUMNS: Final = (
    "tag", "model", "lot", "place__name", "word", "ready", "grade", "laptop", "ram_mib", "seen_at", "uid",
)  # fmt: skip
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


@require_safe
@needs(Role.VOLUNTEER)
def machines_csv(request: HttpRequest) -> StreamingHttpResponse:
    """Hand out every machine that the account sees."""
    rows = visible(request.user).order_by("tag", "uid").values_list(*COLUMNS)
    answer = StreamingHttpResponse(_lines(rows.iterator(2000)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="machines-{timezone.localdate():%Y-%m-%d}.csv"'
    answer["Cache-Control"] = "no-store"
    return answer


def _lines(rows: Iterator[tuple[Any, ...]]) -> Iterator[str]:
    yield "\ufeff" + _line(HEADS)
    for tag, model, lot, place, word, ready, grade, laptop, ram, seen, uid in rows:
        kind = "portable" if laptop else "autre"
        when = f"{timezone.localtime(seen):%d/%m/%Y %H:%M}"
        yield _line((tag, model, lot, place or "", word, "oui" if ready else "non", grade, kind, ram or "", when, uid))


def _line(cells: tuple[object, ...]) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerow([inert(cell) for cell in cells])
    return out.getvalue()


def inert(cell: object) -> str:
    """Return a cell that no spreadsheet takes for a formula: vendors' and donors' texts are anybody's."""
    text = str(cell)
    return "'" + text if text.startswith(FORMULA) else text
