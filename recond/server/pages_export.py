"""The machines for other tools: a table for a spreadsheet, and the exports that the stick makes as well (French table for
donors, Snipe-IT, GLPI), of one lot or of all that the account sees."""

from __future__ import annotations

import csv
import io
import logging
import zipfile
from collections.abc import Iterator
from typing import Any, Final

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from recond.core import projection
from recond.server.models import Card
from recond.server.roles import Role, needs, note, visible
from recond.sink.exports import Export, all_exports

LOG = logging.getLogger(__name__)
BATCH = 500
IN_ONE_FILE = 2000
"""Machines of an export with one file each (GLPI): all of them are packed before the first byte leaves."""

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


@require_safe
@needs(Role.VOLUNTEER)
def page(request: HttpRequest) -> HttpResponse:
    """Show what can be taken along."""
    lots = visible(request.user).exclude(lot="").order_by("-lot").values_list("lot", flat=True).distinct()[:500]
    known = {"exports": all_exports(), "lots": lots, "most": IN_ONE_FILE, "title": _("Exporter")}
    return render(request, "recond/exports.html", known)


@require_safe
@needs(Role.VOLUNTEER)
def export(request: HttpRequest, key: str) -> HttpResponseBase:
    """Hand out an export. `lot`: of this lot only."""
    chosen = next((one for one in all_exports() if one.key == key), None)
    if chosen is None:
        raise Http404("cet export n'existe pas")
    lot = request.GET.get("lot", "").replace("\0", "")[:60]
    cards = visible(request.user).order_by("tag", "uid")
    cards = cards.filter(lot=lot) if lot else cards
    name = f"recond-{key}-{slugify(lot) or 'toutes'}-{timezone.localdate():%Y-%m-%d}"
    if chosen.one_a_machine:
        number = cards.count()
        if number > IN_ONE_FILE:
            why = _("%(n)d machines : choisissez un lot (%(most)d au plus)") % {"n": number, "most": IN_ONE_FILE}
            return render(request, "recond/refused.html", {"why": why, "title": _("Impossible")}, status=400)
        answer: HttpResponseBase = HttpResponse(_packed(chosen, cards), content_type="application/zip")
        answer["Content-Disposition"] = f'attachment; filename="{name}.zip"'
    else:
        answer = StreamingHttpResponse(_streamed(chosen, cards), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    answer["Cache-Control"] = "no-store"
    note(request, "export", chosen.key, f"lot {lot}" if lot else "toutes les machines")
    return answer


def _bodies(cards: QuerySet[Card]) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    for body in cards.values_list("body", flat=True).iterator(BATCH):
        batch.append(body)
        if len(batch) == BATCH:
            yield batch
            batch = []
    yield batch


def _made(chosen: Export, bodies: list[dict[str, Any]]) -> list[tuple[str, bytes]]:
    """Return the files of these machines; one whose card cannot be read is there with its tag and nothing else."""
    try:
        return chosen.make(bodies)
    except Exception:  # the payload is not ours: one machine must not hide the others
        return chosen.make([_readable(chosen, body) for body in bodies])


def _readable(chosen: Export, body: dict[str, Any]) -> dict[str, Any]:
    try:
        chosen.make([body])
    except Exception as error:
        LOG.warning("export %s of %s: %r", chosen.key, body.get("uid"), error)
        told = {key: str(body[key])[:60] for key in ("uid", "tag", "lot") if body.get(key)}
        return {**projection.project([]), "grade_reason": "fiche illisible", **told}
    return body


def _streamed(chosen: Export, cards: QuerySet[Card]) -> Iterator[bytes]:
    first = True
    for bodies in _bodies(cards):
        ((_name, data),) = _made(chosen, bodies)
        # Every table begins with its headings: one line, for cells have no line ends.
        yield data if first else data.partition(b"\r\n")[2]
        first = False


def _packed(chosen: Export, cards: QuerySet[Card]) -> bytes:
    out, names = io.BytesIO(), set[str]()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for bodies in _bodies(cards):
            for name, data in _made(chosen, bodies):
                # A tag is a stick's text, and two machines may bear one.
                plain = slugify(name.removesuffix(".json")) or "machine"
                while plain in names:
                    plain += "-bis"
                names.add(plain)
                archive.writestr(f"{plain}.json", data)
    return out.getvalue()
