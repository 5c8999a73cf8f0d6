"""Every hand-over, by place and by day, with its papers; and the register of a place as a PDF."""

from __future__ import annotations

from django import forms
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from django.views.decorators.http import require_safe

from recond.server import papers_handover
from recond.server.pages_papers import pdf
from recond.server.roles import Role, handovers_of, needs, place_of
from recond.server.work import Handover, Place

PER_PAGE = 60
A_REGISTER = 2000


class FilterForm(forms.Form):
    """Which hand-overs."""

    place = forms.ModelChoiceField(
        Place.objects.all(), label=gettext_lazy("lieu"), required=False, empty_label=gettext_lazy("tous les lieux")
    )
    since = forms.DateField(
        label=gettext_lazy("depuis le"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label=gettext_lazy("jusqu'au"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    out = forms.BooleanField(label=gettext_lazy("prêts non rendus seulement"), required=False)


def _asked(request: HttpRequest) -> tuple[FilterForm, QuerySet[Handover], str]:
    """Return the form, the hand-overs asked for that the account sees, and in words which they are."""
    form = FilterForm(request.GET)
    own = place_of(request.user)
    if own is not None:
        form.fields["place"].queryset = Place.objects.filter(pk=own.pk)  # type: ignore[attr-defined]
    rows = handovers_of(request.user).select_related("place", "need")
    if not form.is_valid():
        return form, rows.none(), ""
    told = form.cleaned_data
    said = [str(told["place"] or own or _("tous les lieux"))]
    if told["place"]:
        rows = rows.filter(place=told["place"])
    if told["since"]:
        rows = rows.filter(at__gte=told["since"])
        said.append(_("depuis le %(day)s") % {"day": f"{told['since']:%d/%m/%Y}"})
    if told["until"]:
        rows = rows.filter(at__lte=told["until"])
        said.append(_("jusqu'au %(day)s") % {"day": f"{told['until']:%d/%m/%Y}"})
    if told["out"]:
        rows = rows.filter(kind=Handover.Kind.LOAN, returned_on=None)
        said.append(_("prêts non rendus"))
    return form, rows.order_by("-at", "-pk"), ", ".join(said)


@require_safe
@needs(Role.VOLUNTEER)
def page(request: HttpRequest) -> HttpResponse:
    """Show the hand-overs with their papers, of one place or all that the account sees."""
    form, rows, said = _asked(request)
    found = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    asked = request.GET.copy()
    asked.pop("page", None)
    known = {"form": form, "page": found, "asked": asked.urlencode(), "said": said, "title": _("Remises")}
    return render(request, "recond/handovers.html", known)


@require_safe
@needs(Role.VOLUNTEER)
def register(request: HttpRequest) -> HttpResponse:
    """Hand out the register: every hand-over asked for, one line each."""
    form, rows, said = _asked(request)
    chosen = list(rows[: A_REGISTER + 1])
    if not form.is_valid() or len(chosen) > A_REGISTER:
        why = _("ce registre a plus de %(n)d lignes : choisissez un lieu ou des dates") % {"n": A_REGISTER}
        why = why if form.is_valid() else _("une date ou un lieu n'est pas valable")
        return render(request, "recond/refused.html", {"why": why, "title": _("Impossible")}, status=400)
    with override("fr"):  # what was asked for is printed too, and papers are French
        _form, _rows, said = _asked(request)
    return pdf(papers_handover.register(chosen, said), "registre des remises")
