"""The pages: the machines, one machine, and its pieces. Everything a vendor or a stick wrote is escaped by the templates."""

from __future__ import annotations

import logging
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from recond.core.identity import parse_tag
from recond.label.media import all_media
from recond.server import blobs, find, identity, shown, timeline
from recond.server.accept import SHA256
from recond.server.forms import MoveForm
from recond.server.models import Card
from recond.server.roles import Role, may, visible
from recond.server.work import Handover, Move

LOG = logging.getLogger(__name__)

PER_PAGE = 60


@require_safe
def machines(request: HttpRequest) -> HttpResponse:
    """Show the machines, the one seen last first; `q` searches tag, model, lot and serial numbers."""
    wanted = find.asked(request.GET.get("q", ""))
    cards = visible(request.user)
    found, more = find.found(cards, wanted) if wanted else ([], False)
    among = found if wanted else cards.order_by("-seen_at", "pk").values_list("pk", flat=True)
    page = Paginator(among, PER_PAGE).get_page(request.GET.get("page"))
    rows = {row.uid: row for row in rows_of(Card.objects.filter(pk__in=list(page)))}
    tiles = [rows[uid] for uid in page if uid in rows]
    known = {
        "tiles": tiles,
        "page": page,
        "q": wanted,
        "more": more,
        "total": cards.count() if wanted else page.paginator.count,
    }
    return render(request, "recond/machines.html", known)


def rows_of(cards: QuerySet[Card]) -> list[shown.Row]:
    """Return machines as lists show them, in the order of the query."""
    found = cards.values_list("uid", "seen_at", "tile")
    return [shown.Row(uid, seen_at, shown.tile_of_kept(tile), tile["repairs"]) for uid, seen_at, tile in found]


@require_safe
def by_tag(request: HttpRequest, tag: str) -> HttpResponse:
    """Lead from the label's QR code (/M/TAG, upper case) to the machine; a tag on two machines leads to both."""
    wanted = parse_tag(tag) or tag
    rows = visible(request.user).filter(tag=wanted).order_by("-seen_at")[:2]
    if not rows:
        raise Http404(_("l'étiquette {tag} n'est pas encore arrivée au serveur").format(tag=wanted[:40]))
    return redirect("machine", uid=rows[0].uid) if len(rows) == 1 else redirect(f"/?q={wanted}")


@require_safe
def machine(request: HttpRequest, uid: str) -> HttpResponse:
    """Show one machine: what it is, its disks and what became of them, its system, its pieces, and all that happened."""
    row = visible(request.user).filter(pk=uid).first()
    if row is None:
        kept = identity.card_of(uid)
        if kept != uid and visible(request.user).filter(pk=kept).exists():
            return redirect("machine", uid=kept)
        raise Http404(_("cette machine n'est pas sur ce serveur"))
    events, uids = identity.events_of(uid), identity.uids_of(uid)
    pieces = timeline.pieces(events)
    return render(
        request,
        "recond/machine.html",
        {
            "sheet": _sheet(row),
            "row": row,
            "events": [timeline.moment(event) for event in events],
            "pieces": pieces,
            "handovers": Handover.objects.filter(uid__in=uids).order_by("-at", "-id"),
            "moves": Move.objects.filter(Q(uid__in=uids) | (Q(lot=row.lot) & ~Q(lot="")))
            .select_related("target")
            .order_by("-at"),
            "media": all_media(),
            "medium": "dk62",
            "move": MoveForm() if may(request.user, Role.VOLUNTEER) else None,
            "label": next((one for one in pieces if one.is_label and one.held and _is_png(one.name)), None),
        },
    )


def _sheet(row: Card) -> shown.Sheet:
    try:
        return shown.sheet(row.body)
    except Exception as error:  # the payload is not ours
        LOG.warning("card of %s: %r", row.uid, error)
        return shown.Sheet(shown.broken(row.tag), notes=_notes(row.body))


def _notes(card: dict[str, Any]) -> tuple[str, ...]:
    return tuple(shown.line(note) for note in card.get("notes") or ())


def _is_png(name: str) -> bool:
    return name.lower().endswith(".png")


@require_safe
def piece(request: HttpRequest, sha256: str) -> HttpResponse:
    """Hand out an attachment: a picture is shown, anything else is only saved."""
    found = blobs.read(sha256) if SHA256.fullmatch(sha256) else None
    if found is None:
        raise Http404(_("cette pièce n'est pas encore arrivée au serveur"))
    data, kind = found
    answer = HttpResponse(data, content_type=kind)
    if not kind.startswith("image/"):
        answer["Content-Disposition"] = f'attachment; filename="{sha256[:12]}"'
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cache-Control"] = "private, max-age=31536000, immutable"
    return answer
