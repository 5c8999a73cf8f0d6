"""Places, sticks, people, the journal of actions, and the figures."""

from __future__ import annotations

from collections import Counter

from django.contrib.auth.models import User
from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from recond.server import own, tls, tokens
from recond.server.forms import PlaceForm, StickForm, WorkshopForm
from recond.server.manage import grouped
from recond.server.models import Stick
from recond.server.roles import Role, handovers_of, moves_of, needs, note, role_of, visible
from recond.server.work import Action, Handover, Lot, Member, Place, Workshop

LAST = 200


@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """Show the network of places, with who to call."""
    moves = moves_of(request.user).select_related("source", "target").order_by("-at")[:20]
    return render(request, "recond/places.html", {"places": Place.objects.all(), "moves": moves, "title": "Lieux"})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Role.COORDINATOR)
def place(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Add a place, or correct what is known of it."""
    row = get_object_or_404(Place, pk=pk) if pk is not None else None
    form = PlaceForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        saved = form.save()
        note(request, "lieu", saved.name, "créé" if row is None else "modifié")
        return redirect("places")
    return render(request, "recond/form.html", {"form": form, "title": "Lieu"})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Role.COORDINATOR)
def workshop(request: HttpRequest) -> HttpResponse:
    """Set what is printed on the papers."""
    row = Workshop.objects.first() or Workshop()
    form = WorkshopForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        form.save()
        note(request, "association", row.name or "sans nom", "modifiée")
        return redirect("places")
    return render(request, "recond/form.html", {"form": form, "title": "L'association, sur les papiers"})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Role.COORDINATOR)
def sticks(request: HttpRequest) -> HttpResponse:
    """Show the sticks, and give a one-time code to enrol one."""
    form, code = StickForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["name"]
        pin = tls.pin(own.data()) if request.is_secure() else None
        code = grouped(tokens.new_code(name), pin)
        note(request, "clé", name, "code d'enrôlement donné")
    known = {"sticks": Stick.objects.order_by("-created_at"), "form": form, "code": code, "title": "Clés"}
    answer = render(request, "recond/sticks.html", {**known, "address": f"{request.scheme}://{request.get_host()}"})
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
@needs(Role.COORDINATOR)
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a stick's rights away."""
    row = get_object_or_404(Stick, pk=pk)
    row.revoked_at = row.revoked_at or timezone.now()
    row.save()
    note(request, "clé", row.name, "droits retirés")
    return redirect("sticks")


@require_safe
@needs(Role.COORDINATOR)
def people(request: HttpRequest) -> HttpResponse:
    """Show the accounts and what was done lately. Accounts are made on the server: recond serve --create-user."""
    places_of = dict(Member.objects.values_list("user_id", "place__name"))
    users = [
        {"user": user, "role": role_of(user), "place": places_of.get(user.pk)}
        for user in User.objects.order_by("username")
    ]
    return render(
        request, "recond/people.html", {"people": users, "actions": Action.objects.all()[:LAST], "title": "Personnes"}
    )


@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """Show what came in, what is ready, and what left."""
    cards = visible(request.user)
    states, grades, months = (
        Counter({str(name or "inconnue"): n for name, n in cards.values_list(column).annotate(n=Count("*"))})
        for column in ("word", "grade", "month")
    )
    total = states.total()
    handed = handovers_of(request.user)
    facts = [
        ("Machines", total),
        ("Remises (dons)", handed.filter(kind=Handover.Kind.GIFT).count()),
        ("Prêts en cours", handed.filter(kind=Handover.Kind.LOAN, returned_on=None).count()),
        ("Prêts rendus", handed.exclude(returned_on=None).count()),
        ("Poids reçu (kg)", Lot.objects.aggregate(kg=Sum("weight_kg"))["kg"] or 0),
    ]
    charts = [
        {"title": "Par état", "bars": bars(states)},
        {"title": "Par note", "bars": bars(grades)},
        {"title": "Par mois (dernière visite)", "bars": bars(months, by_name=True)},
    ]
    return render(request, "recond/figures.html", {"facts": facts, "charts": charts, "title": "Chiffres"})


def bars(counts: Counter[str], *, by_name: bool = False) -> list[dict[str, object]]:
    """Return the bars of a chart, their length in percent of the longest."""
    longest = max(counts.values(), default=1)
    rows = sorted(counts.items()) if by_name else counts.most_common()
    return [{"name": name, "count": count, "length": max(1, round(100 * count / longest))} for name, count in rows]
