"""Who asks for machines, which ones answer, and the hand-over: a loan or a gift, and back."""

from __future__ import annotations

from django.db.models import Count, F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from recond.core.identity import parse_tag
from recond.core.words import N_
from recond.server import identity, stock
from recond.server.forms import HandoverForm, NeedForm, ReturnForm
from recond.server.roles import Role, handovers_of, needs, needs_of, note, place_of, visible
from recond.server.work import Handover, Need

SHOWN = 30
LOANS = 60
"""Loans out on the page of needs, those due first; the list of hand-overs has them all."""


@require_safe
@needs(Role.VOLUNTEER)
def needs_list(request: HttpRequest) -> HttpResponse:
    """Show the open needs, and what was handed over last."""
    rows = needs_of(request.user).filter(closed_at=None).order_by("created_at").annotate(given=Count("handover"))
    out = (
        handovers_of(request.user)
        .filter(returned_on=None, kind=Handover.Kind.LOAN)
        .order_by(F("due_on").asc(nulls_last=True))
    )
    loans = list(out[: LOANS + 1])
    known = {
        "needs": rows,
        "loans": loans[:LOANS],
        "more": len(loans) > LOANS,
        "today": timezone.localdate(),
        "title": _("Besoins et remises"),
    }
    return render(request, "recond/needs.html", known)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Role.VOLUNTEER)
def edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Write down what somebody asks for."""
    row = get_object_or_404(needs_of(request.user), pk=pk) if pk is not None else None
    form = NeedForm(request.POST or None, instance=row, initial={"place": place_of(request.user)})
    if request.method == "POST" and form.is_valid():
        saved = form.save()
        note(request, N_("besoin"), str(saved), N_("créé") if row is None else N_("modifié"))
        return redirect("need", pk=saved.pk)
    return render(request, "recond/form.html", {"form": form, "title": _("Besoin")})


@require_safe
@needs(Role.VOLUNTEER)
def need(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one need, the ready machines that answer it, and those already given for it."""
    row = get_object_or_404(needs_of(request.user), pk=pk)
    found, count = stock.fits(row, visible(request.user), SHOWN)
    given = row.handover_set.order_by("at")
    among = visible(request.user)
    wrong = stock.misfits(row, among, SHOWN)
    # The memory is named so that SQLite counts through the index of ready machines.
    wrong_count = max(len(wrong), among.filter(ready=True, ram_mib__gte=0).count() - count)
    known = {
        "need": row,
        "fits": found,
        "more": max(0, count - SHOWN),
        "given": given,
        "misfits": wrong,
        "misfit_count": wrong_count,
        "more_misfits": max(0, wrong_count - SHOWN),
        **_asked_about(request, row),
    }
    return render(request, "recond/need.html", {**known, "left": row.count - given.count(), "title": str(row)})


def _asked_about(request: HttpRequest, need: Need) -> dict[str, object]:
    """Return why the machine whose tag a person typed is given for this need, or not."""
    wanted = request.GET.get("etiquette", "").replace("\0", "").strip()[:40]
    if not wanted:
        return {}
    cards = list(visible(request.user).filter(tag=parse_tag(wanted) or wanted)[:2])
    if len(cards) != 1:
        return {"asked_tag": wanted, "asked_many": len(cards)}
    return {"asked_tag": wanted, "asked_card": cards[0], "asked_why": stock.explain(need, cards[0])}


@require_POST
@needs(Role.VOLUNTEER)
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a need: answered, or given up."""
    row = get_object_or_404(needs_of(request.user), pk=pk)
    row.closed_at = timezone.now()
    row.save()
    note(request, N_("besoin"), str(row), N_("fermé"))
    return redirect("needs")


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Role.VOLUNTEER)
def hand_over(request: HttpRequest, uid: str) -> HttpResponse:
    """Lend or give a machine. What is not ready does not leave."""
    card = visible(request.user).filter(pk=uid).first()
    if card is None:
        raise Http404(_("cette machine n'est pas sur ce serveur"))
    number = request.GET.get("besoin", "")
    known_number = number.isascii() and number.isdigit() and len(number) < 10
    asked = needs_of(request.user).filter(pk=int(number)).first() if known_number else None
    start = {
        "at": timezone.localdate(),
        "beneficiary": asked.asker if asked else "",
        "place": place_of(request.user) or card.place,
    }
    form = HandoverForm(request.POST or None, initial=start)
    why = stock.why_not_ready(card)
    if request.method == "POST" and form.is_valid():
        given = form.save(commit=False)
        given.need = asked
        try:
            stock.hand_over(card, given, request.user.get_username())
        except ValueError as error:
            why = str(error)
        else:
            told = N_("don à {who}") if given.kind == Handover.Kind.GIFT else N_("prêt à {who}")
            note(request, N_("remise"), card.tag or uid, told.format(who=given.beneficiary))
            return redirect("handover", pk=given.pk)
    known = {"form": form, "card": card, "why": why, "need": asked, "title": _("Remettre {tag}").format(tag=card.tag)}
    return render(request, "recond/hand_over.html", known, status=409 if why and request.method == "POST" else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Role.VOLUNTEER)
def handover(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a hand-over with its papers, and take back a loan."""
    row = get_object_or_404(handovers_of(request.user), pk=pk)
    form = ReturnForm(request.POST or None, initial={"on": timezone.localdate()})
    if request.method == "POST" and form.is_valid() and form.cleaned_data["on"] < row.at:
        form.add_error("on", _("cette date est avant la remise"))
    if request.method == "POST" and form.is_valid() and row.returned_on is None:
        row.returned_on = form.cleaned_data["on"]
        stock.take_back(row, request.user.get_username())
        note(request, N_("retour"), row.tag or row.uid, N_("de {who}").format(who=row.beneficiary))
        return redirect("handover", pk=pk)
    card = visible(request.user).filter(pk=identity.card_of(row.uid)).first()
    return render(
        request,
        "recond/handover.html",
        {"row": row, "card": card, "form": form, "title": _("Remise {tag}").format(tag=row.tag)},
    )
