"""Accounts, and the journal of what people did."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django import forms
from django.contrib.auth.models import User
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from recond.core.words import N_
from recond.server import accounts
from recond.server.roles import Role, needs, note, role_of
from recond.server.work import Action, Member, Place

PER_PAGE = 100


class AccountForm(forms.Form):
    """An account's role and place."""

    role = forms.ChoiceField(
        label=gettext_lazy("rôle"), choices=[(role.value, gettext_lazy(role.value)) for role in Role]
    )
    place = forms.ModelChoiceField(
        Place.objects.all(),
        label=gettext_lazy("lieu"),
        required=False,
        empty_label=gettext_lazy("toute la coordination"),
    )


class NewAccountForm(AccountForm):
    """A new account: no password is asked, its owner chooses it."""

    name = forms.CharField(label=gettext_lazy("nom du compte"), max_length=150)
    field_order = ("name", "role", "place")


class CodeForm(forms.Form):
    """What the owner of an account types."""

    name = forms.CharField(label=gettext_lazy("nom du compte"), max_length=150)
    code = forms.CharField(
        label=gettext_lazy("code reçu"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    password = forms.CharField(
        label=gettext_lazy("mot de passe : une phrase d'au moins 10 caractères"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=gettext_lazy("le même, encore une fois"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_again(self) -> str:
        """The same twice: nobody sees what is typed."""
        said: str = self.cleaned_data["again"]
        if said != self.cleaned_data.get("password"):
            raise forms.ValidationError(_("les deux mots de passe ne sont pas les mêmes"))
        return said


class JournalForm(forms.Form):
    """What is looked for in the journal."""

    who = forms.CharField(label=gettext_lazy("qui"), required=False, max_length=150)
    what = forms.CharField(label=gettext_lazy("quoi, ou sur quoi"), required=False, max_length=120)
    since = forms.DateField(
        label=gettext_lazy("depuis le"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label=gettext_lazy("jusqu'au"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Role.COORDINATOR)
def people(request: HttpRequest) -> HttpResponse:
    """Show the accounts, and make one: its one-time code is shown this once."""
    form = NewAccountForm(request.POST or None, initial={"role": Role.VOLUNTEER.value})
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            user, code = accounts.make(told["name"], Role(told["role"]), told["place"])
        except accounts.Refused as refused:
            form.add_error(None, str(refused))
        else:
            place = told["place"] or N_("toute la coordination")
            note(
                request,
                N_("compte"),
                user.username,
                N_("créé ({role}, {place})").format(role=told["role"], place=place),
            )
            return _listed(request, NewAccountForm(initial={"role": Role.VOLUNTEER.value}), user, code)
    return _listed(request, form)


def _listed(request: HttpRequest, form: NewAccountForm, user: User | None = None, code: str = "") -> HttpResponse:
    members = {row.user_id: row.place for row in Member.objects.select_related("place")}
    rows = [
        {"user": row, "role": role_of(row), "place": members.get(row.pk), "until": accounts.waiting(row)}
        for row in User.objects.prefetch_related("groups").order_by("username")
    ]
    known = {"people": rows, "form": form, "code": code, "code_for": user, "hours": accounts.CODE_HOURS}
    where = f"{request.scheme}://{request.get_host()}"
    answer = render(request, "recond/accounts.html", {**known, "address": where, "title": _("Personnes")})
    answer["Cache-Control"] = "no-store"
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Role.COORDINATOR)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change an account's role or place."""
    user = get_object_or_404(User, pk=pk)
    member = Member.objects.filter(user=user).first()
    start = {"role": role_of(user).value, "place": member.place if member else None}
    form = AccountForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            accounts.change(user, Role(told["role"]), told["place"])
        except accounts.Refused as refused:
            form.add_error(None, str(refused))
        else:
            note(
                request, N_("compte"), user.username, f"{told['role']}, {told['place'] or N_('toute la coordination')}"
            )
            return redirect("people")
    return render(
        request, "recond/form.html", {"form": form, "title": _("Compte de %(name)s") % {"name": user.username}}
    )


@require_POST
@needs(Role.COORDINATOR)
def shut(request: HttpRequest, pk: int) -> HttpResponse:
    """Shut an account at once."""
    user = get_object_or_404(User, pk=pk)
    try:
        accounts.shut(user)
    except accounts.Refused as refused:
        return render(request, "recond/refused.html", {"why": str(refused), "title": _("Impossible")}, status=409)
    note(request, N_("compte"), user.username, N_("fermé"))
    return redirect("people")


@require_POST
@needs(Role.COORDINATOR)
def code(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a one-time code with which the owner chooses a password: a new account, a forgotten one, one that was shut."""
    user = get_object_or_404(User, pk=pk)
    given = accounts.new_code(user)
    note(request, N_("compte"), user.username, N_("code à usage unique donné"))
    return _listed(request, NewAccountForm(initial={"role": Role.VOLUNTEER.value}), user, given)


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def first(request: HttpRequest) -> HttpResponse:
    """Let the owner of a code choose a password. Open to all: the code, fifteen random letters (68 bits), is the key."""
    form = CodeForm(request.POST or None, initial={"name": request.GET.get("nom", "")[:150]})
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            user = accounts.redeem(told["name"], told["code"], told["password"])
        except accounts.Refused as refused:
            form.add_error(None, str(refused))
        else:
            Action.objects.create(
                by=user.username, what=N_("compte"), target=user.username, detail=N_("mot de passe choisi")
            )
            return redirect("login")
    return render(request, "recond/form.html", {"form": form, "title": _("Choisir son mot de passe")})


@require_safe
@needs(Role.COORDINATOR)
def journal(request: HttpRequest) -> HttpResponse:
    """Show who did what, and when; the newest first."""
    form = JournalForm(request.GET)
    rows = Action.objects.all()
    if form.is_valid():
        told = form.cleaned_data
        rows = rows.filter(by__icontains=told["who"]) if told["who"] else rows
        for word in told["what"].split():
            rows = rows.filter(Q(what__icontains=word) | Q(target__icontains=word) | Q(detail__icontains=word))
        rows = rows.filter(at__gte=_midnight(told["since"])) if told["since"] else rows
        rows = rows.filter(at__lt=_midnight(told["until"] + timedelta(days=1))) if told["until"] else rows
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    asked = request.GET.copy()
    asked.pop("page", None)
    known = {"form": form, "page": page, "asked": asked.urlencode(), "title": _("Journal")}
    return render(request, "recond/journal.html", known)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
