"""Places, sticks, people, the journal of actions, and the figures."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from recond.core.words import N_
from recond.server import own, tls, tokens
from recond.server.forms import PlaceForm, StickForm, WorkshopForm
from recond.server.manage import grouped
from recond.server.models import Stick
from recond.server.roles import Role, moves_of, needs, note
from recond.server.work import Place, Workshop


@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """Show the network of places, with who to call."""
    moves = moves_of(request.user).select_related("source", "target").order_by("-at")[:20]
    return render(request, "recond/places.html", {"places": Place.objects.all(), "moves": moves, "title": _("Lieux")})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Role.COORDINATOR)
def place(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Add a place, or correct what is known of it."""
    row = get_object_or_404(Place, pk=pk) if pk is not None else None
    form = PlaceForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        saved = form.save()
        note(request, N_("lieu"), saved.name, N_("créé") if row is None else N_("modifié"))
        return redirect("places")
    return render(request, "recond/form.html", {"form": form, "title": _("Lieu")})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Role.COORDINATOR)
def workshop(request: HttpRequest) -> HttpResponse:
    """Set what is printed on the papers."""
    row = Workshop.objects.first() or Workshop()
    form = WorkshopForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        form.save()
        note(request, N_("association"), row.name or N_("sans nom"), N_("modifiée"))
        return redirect("places")
    return render(request, "recond/form.html", {"form": form, "title": _("L'association, sur les papiers")})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Role.COORDINATOR)
def sticks(request: HttpRequest) -> HttpResponse:
    """Show the sticks, and give a one-time code to enrol one."""
    form, code = StickForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["name"]
        pin = tls.pin(own.data()) if request.is_secure() else None
        code = grouped(tokens.new_code(name), pin)
        note(request, N_("clé"), name, N_("code d'enrôlement donné"))
    known = {"sticks": Stick.objects.order_by("-created_at"), "form": form, "code": code, "title": _("Clés")}
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
    note(request, N_("clé"), row.name, N_("droits retirés"))
    return redirect("sticks")
