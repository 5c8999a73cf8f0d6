"""Lots, their Palette (the grid that hangs on the workshop's wall), and the queues of what waits for a person."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from recond.core.words import N_
from recond.server.cards import doubled
from recond.server.forms import LotForm, MoveForm
from recond.server.models import Card
from recond.server.pages import rows_of
from recond.server.pages_identity import waiting
from recond.server.roles import Role, has_lot, needs, note, place_of, sees_lot, visible
from recond.server.work import Lot, Move, Place, Whereabouts

LOTS_A_PAGE = 60
QUEUE = 60
"""Machines of a queue on the page, the ones seen last; whoever empties it comes to the others."""


@dataclass(frozen=True, slots=True)
class Line:
    """A lot in the list. `row` None = known only by the machines that name it."""

    name: str
    seen: int
    row: Lot | None


@require_safe
def lots(request: HttpRequest) -> HttpResponse:
    """Show every lot: those that were announced, and those that sticks named."""
    cards = visible(request.user).exclude(lot="")
    place = place_of(request.user)
    announced = Lot.objects.all() if place is None else Lot.objects.filter(place=place)
    named = cards.values_list("lot", flat=True).distinct()
    names = sorted({*announced.values_list("name", flat=True), *named}, reverse=True)
    page = Paginator(names, LOTS_A_PAGE).get_page(request.GET.get("page"))
    # Only the lots on this page are counted: counting all of them is half of its time with a hundred thousand machines.
    counts = dict(cards.filter(lot__in=list(page)).values_list("lot").annotate(n=Count("*")))
    rows = {row.name: row for row in Lot.objects.filter(name__in=list(page)).select_related("place")}
    lines = [Line(name, counts.get(name, 0), rows.get(name)) for name in page]
    return render(request, "recond/lots.html", {"lots": lines, "page": page, "title": _("Lots")})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Role.VOLUNTEER)
def edit(request: HttpRequest, name: str = "") -> HttpResponse:
    """Announce a lot or complete what is known of it."""
    if name and not has_lot(request.user, name):
        raise Http404(_("le lot {lot} n'est pas de votre lieu").format(lot=name[:60]))
    own = place_of(request.user)
    row = Lot.objects.filter(name=name).select_related("place").first() or (Lot(name=name) if name else None)
    before = row.place if row else None
    form = LotForm(request.POST or None, instance=row, initial={"place": before or own})
    if request.method == "POST" and form.is_valid() and not has_lot(request.user, form.cleaned_data["name"]):
        form.add_error("name", _("ce lot est d'un autre lieu : prenez un autre nom"))
    if request.method == "POST" and form.is_valid():
        saved = form.save(commit=False)
        saved.place = saved.place or own
        with transaction.atomic():
            saved.save()
            if saved.place and saved.place != before:
                Move.objects.create(lot=saved.name, source=before, target=saved.place, by=request.user.get_username())
        note(request, N_("lot"), saved.name, N_("créé") if row is None else N_("modifié"))
        return redirect("lot", name=saved.name)
    return render(
        request,
        "recond/form.html",
        {"form": form, "title": _("Lot {lot}").format(lot=name) if name else _("Nouveau lot")},
    )


@require_safe
def lot(request: HttpRequest, name: str) -> HttpResponse:
    """Show a lot as the Palette: every machine's state as colour, word and sign, readable from three metres."""
    known = _pallet(request, name)
    return render(request, "recond/lot.html", {**known, "move": MoveForm(), "title": _("Lot {lot}").format(lot=name)})


@require_safe
def fragment(request: HttpRequest, name: str) -> HttpResponse:
    """Return the part of the Palette that changes; the page asks for it again every few seconds."""
    answer = render(request, "recond/lot_grid.html", _pallet(request, name))
    answer["Cache-Control"] = "no-store"
    return answer


def _pallet(request: HttpRequest, name: str) -> dict[str, object]:
    row = Lot.objects.filter(name=name).first() if sees_lot(request.user, name) else None
    tiles = rows_of(visible(request.user).filter(lot=name).order_by("tag"))
    if row is None and not tiles:
        raise Http404(_("le lot {lot} n'est pas connu de ce serveur").format(lot=name[:60]))
    words = Counter((one.tile.state.text, one.tile.state.colour) for one in tiles)
    counts = [{"text": text, "colour": colour, "count": count} for (text, colour), count in words.most_common()]
    missing = max(0, (row.expected or 0) - len(tiles)) if row else 0
    return {"name": name, "row": row, "tiles": tiles, "counts": counts, "seen": len(tiles), "missing": missing}


@require_POST
@needs(Role.VOLUNTEER)
def move_lot(request: HttpRequest, name: str) -> HttpResponse:
    """Take a whole lot somewhere else."""
    if not has_lot(request.user, name):
        raise Http404(_("le lot {lot} n'est pas de votre lieu").format(lot=name[:60]))
    form = MoveForm(request.POST)
    if form.is_valid():
        target = form.cleaned_data["place"]
        with transaction.atomic():
            # Machines that stood elsewhere one by one go with their lot, as far as the account sees them.
            uids = list(visible(request.user).filter(lot=name).values_list("uid", flat=True))
            row = Lot.objects.get_or_create(name=name)[0]
            Move.objects.create(lot=name, source=row.place, target=target, by=request.user.get_username())
            row.place = target
            row.save()
            for start in range(0, len(uids), 500):
                Whereabouts.objects.filter(uid__in=uids[start : start + 500]).delete()
        note(request, N_("déplacement"), N_("lot {lot}").format(lot=name), N_("vers {target}").format(target=target))
    return redirect("lot", name=name) if sees_lot(request.user, name) else redirect("lots")


@require_POST
@needs(Role.VOLUNTEER)
def move_machine(request: HttpRequest, uid: str) -> HttpResponse:
    """Take one machine somewhere else."""
    card = visible(request.user).filter(pk=uid).first()
    if card is None:
        raise Http404(_("cette machine n'est pas sur ce serveur"))
    form = MoveForm(request.POST)
    if form.is_valid():
        target = form.cleaned_data["place"]
        with transaction.atomic():
            Move.objects.create(uid=uid, source=where(card), target=target, by=request.user.get_username())
            Whereabouts.objects.update_or_create(uid=uid, defaults={"place": target})
        note(request, N_("déplacement"), card.tag or uid, N_("vers {target}").format(target=target))
    seen = visible(request.user).filter(pk=uid).exists()
    return redirect("machine", uid=uid) if seen else redirect("machines")


def where(card: Card) -> Place | None:
    """Return where a machine is: where it was taken, else where its lot is."""
    own = Whereabouts.objects.filter(pk=card.uid).select_related("place").first()
    if own is not None:
        return own.place
    row = Lot.objects.filter(name=card.lot).select_related("place").first() if card.lot else None
    return row.place if row else None


@require_safe
def queues(request: HttpRequest) -> HttpResponse:
    """Show what waits for a person: to put aside, to repair, blocked, possibly the same machine twice."""
    cards = visible(request.user)
    newest = cards.order_by("-seen_at")
    bad, repair = newest.filter(colour="bad"), newest.filter(sorting__in=("repair", "parts"))
    locked = newest.filter(locked=True)
    known: dict[str, object] = {
        name: rows_of(rows[:QUEUE]) for name, rows in (("bad", bad), ("repair", repair), ("locked", locked))
    }
    counts = {f"{name}_count": rows.count() for name, rows in (("bad", bad), ("repair", repair), ("locked", locked))}
    return render(
        request,
        "recond/queues.html",
        {
            **known,
            **counts,
            "title": _("À traiter"),
            "shown": QUEUE,
            "twice": _twice(cards),
            "doubles": waiting(request).count(),
        },
    )


def _twice(cards: QuerySet[Card]) -> list[dict[str, object]]:
    """Return the tags that two machines bear: a person must say which sticker is wrong."""
    found: dict[str, list[Card]] = {tag: [] for tag in doubled(cards)[:QUEUE]}
    for card in cards.filter(tag__in=list(found)).defer("body"):
        found[card.tag].append(card)
    return [{"tag": tag, "rows": rows} for tag, rows in found.items()]
