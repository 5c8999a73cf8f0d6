"""The same machine twice, or two machines in one card: a person looks, says, and may take it back."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import F, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from recond.core.identity import parse_tag
from recond.core.words import N_
from recond.server import identity, joining, timeline
from recond.server.models import Card, Event, Pair, Print, Reassigned
from recond.server.roles import Role, needs, note, place_of, visible

SHOWN = 30
KINDS = {
    "system-uuid": N_("UUID"),
    "system-serial": N_("n° de série"),
    "board-serial": N_("n° de carte mère"),
    "chassis-serial": N_("n° de châssis"),
    "mac": N_("adresse réseau"),
    "battery-serial": N_("n° de batterie"),
}


@dataclass(frozen=True, slots=True)
class Doubt:
    """Two cards to compare, and the values that both have."""

    pair: Pair
    cards: tuple[Card, Card]
    equal: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """One passage of a machine at a bench."""

    run: str
    wall: str
    who: str
    events: int


def waiting(request: HttpRequest) -> QuerySet[Pair]:
    """Return the pairs that wait for a person who sees both cards."""
    rows = Pair.objects.filter(said=Pair.Said.OPEN)
    if place_of(request.user) is None:
        return rows
    seen = Subquery(visible(request.user).values("pk"))
    return rows.filter(one__in=seen, other__in=seen)


def open_pairs(request: HttpRequest) -> list[Doubt]:
    """Return the first of them, with what both cards have in common."""
    rows = list(waiting(request).order_by(F("score").desc(), "pk")[:SHOWN])
    cards = Card.objects.defer("body").in_bulk([uid for row in rows for uid in (row.one, row.other)])
    prints: dict[str, set[tuple[str, str]]] = {uid: set() for uid in cards}
    for uid, kind, value in Print.objects.filter(uid__in=list(cards)).values_list("uid", "kind", "value"):
        prints[uid].add((kind, value))
    return [
        Doubt(row, (cards[row.one], cards[row.other]), tuple(
            f"{KINDS.get(kind, kind)} {value}" for kind, value in sorted(prints[row.one] & prints[row.other])
        ))
        for row in rows if row.one in cards and row.other in cards
    ]  # fmt: skip


@require_safe
def doubles(request: HttpRequest) -> HttpResponse:
    """Show the cards that may be one machine, side by side."""
    known = {"doubts": open_pairs(request), "title": _("Doubles possibles")}
    return render(request, "recond/doubles.html", known)


@require_POST
@needs(Role.VOLUNTEER)
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a person's word: `keep` the uid of the card that stays, or nothing for two machines."""
    pair = get_object_or_404(Pair, pk=pk, said=Pair.Said.OPEN)
    uids = (pair.one, pair.other)
    if visible(request.user).filter(pk__in=uids).count() < 2:
        raise Http404(_("ces machines ne sont pas sur ce serveur"))
    keep = request.POST.get("keep", "")
    if keep not in uids:
        joining.two(*uids)
        note(request, N_("identité"), _tags(*uids), N_("deux machines"))
        return redirect("doubles")
    return _merge(request, keep, uids[0] if keep == uids[1] else uids[1])


def _merge(request: HttpRequest, keep: str, other: str) -> HttpResponse:
    tags = _tags(keep, other)
    try:
        said = joining.merge(keep, other, request.user.get_username())
    except joining.Impossible as error:
        return _refused(request, str(error))
    note(request, N_("identité"), tags, N_("réunies en {uid} ({event})").format(uid=keep, event=said))
    return redirect("identity", uid=keep)


def _tags(*uids: str) -> str:
    return ", ".join(tag or uid for uid, tag in Card.objects.filter(pk__in=uids).values_list("uid", "tag"))


def _refused(request: HttpRequest, why: str) -> HttpResponse:
    return render(request, "recond/refused.html", {"why": why, "title": _("Impossible")}, status=409)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Role.VOLUNTEER)
def card(request: HttpRequest, uid: str) -> HttpResponse:
    """Show what a card is made of; join another card to it, or give some of its runs to a card of their own."""
    row = visible(request.user).filter(pk=uid).defer("body").first()
    if row is None:
        raise Http404(_("cette machine n'est pas sur ce serveur"))
    if request.method == "POST" and "runs" in request.POST:
        return _split(request, row)
    if request.method == "POST":
        return _join(request, row)
    runs = _runs(identity.events_of(uid))
    given = Reassigned.objects.filter(into__in=identity.uids_of(uid)) | Reassigned.objects.filter(
        uid__in=identity.uids_of(uid)
    )
    said = Event.objects.filter(pk__in=given.values("event")).order_by("received_at")
    known = {"row": row, "runs": runs, "said": [(event, timeline.moment(event)) for event in said]}
    return render(
        request, "recond/identity.html", {**known, "title": _("Identité de {tag}").format(tag=row.tag or uid)}
    )


def _runs(events: list[Event]) -> list[Run]:
    found: dict[str, list[Event]] = {}
    for event in events:
        if not event.type.startswith(("identity.", "handover.")):
            found.setdefault(event.run, []).append(event)
    firsts = {run: timeline.moment(rows[0]) for run, rows in found.items()}
    return [Run(run, firsts[run].wall, firsts[run].who, len(rows)) for run, rows in found.items()]


def _split(request: HttpRequest, row: Card) -> HttpResponse:
    try:
        new, said = joining.split(row.uid, request.POST.getlist("runs")[:1000], request.user.get_username())
    except joining.Impossible as error:
        return _refused(request, str(error))
    note(request, N_("identité"), row.tag or row.uid, N_("séparée en {uid} ({event})").format(uid=new, event=said))
    return redirect("identity", uid=new)


def _join(request: HttpRequest, row: Card) -> HttpResponse:
    wanted = request.POST.get("other", "").strip()[:40].replace("\0", "")
    cards = visible(request.user).exclude(pk=row.pk)
    found = list((cards.filter(tag=parse_tag(wanted) or wanted) if wanted else cards.none())[:2]) or list(
        cards.filter(pk=wanted)
    )
    if len(found) != 1:
        how = (
            _("plusieurs machines ont l'étiquette « {tag} » : vérifiez-la, son dernier chiffre aussi")
            if found
            else _("aucune machine n'a l'étiquette « {tag} » : vérifiez-la, son dernier chiffre aussi")
        )
        return _refused(request, how.format(tag=wanted))
    return _merge(request, row.uid, found[0].uid)


@require_POST
@needs(Role.VOLUNTEER)
def undo(request: HttpRequest, event_id: str) -> HttpResponse:
    """Take back a joining or a separation."""
    event = Event.objects.filter(pk=event_id).first()
    if event is None or not visible(request.user).filter(pk=identity.card_of(event.uid)).exists():
        raise Http404(_("cela n'est pas sur ce serveur"))
    try:
        uid = joining.undo(event_id, request.user.get_username())
    except joining.Impossible as error:
        return _refused(request, str(error))
    note(request, N_("identité"), event.tag or uid, N_("annulé, {event}").format(event=event_id))
    return redirect("identity", uid=uid)
