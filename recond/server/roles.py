"""Who may do what on the pages: read, work at the bench, or coordinate; and what each account gets to see."""

from __future__ import annotations

import functools
from collections.abc import Callable
from enum import StrEnum

from django.contrib.auth.models import AnonymousUser, Group, User
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render

from recond.server.models import Card
from recond.server.work import Action, Member, Place

View = Callable[..., HttpResponseBase]


class Role(StrEnum):
    """From the least to the most; each may what those before it may."""

    READER = "lecture"
    VOLUNTEER = "bénévole"
    COORDINATOR = "responsable"


ORDER = tuple(Role)


def role_of(user: User | AnonymousUser) -> Role:
    """Return the role of an account. Nobody logged in = the only visitor of a server without accounts, on this machine:
    `protect.doors` lets no one else through."""
    if user.is_anonymous:
        return Role.COORDINATOR if not User.objects.filter(is_active=True).exists() else Role.READER
    names = set(user.groups.values_list("name", flat=True))
    return next((role for role in reversed(ORDER) if role.value in names), Role.READER)


def give_role(user: User, role: Role) -> None:
    """Give an account this role and no other."""
    user.groups.set([Group.objects.get_or_create(name=role.value)[0]])


def may(user: User | AnonymousUser, role: Role) -> bool:
    """Tell whether the account has that role, or a higher one."""
    return ORDER.index(role_of(user)) >= ORDER.index(role)


def needs(role: Role) -> Callable[[View], View]:
    """Keep a page to those with the role; the others are told whom to ask."""

    def wrap(view: View) -> View:
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: str, **kwargs: str) -> HttpResponseBase:
            if not may(request.user, role):
                return render(request, "recond/not_yours.html", {"role": role.value}, status=403)
            return view(request, *args, **kwargs)

        guarded.role = role  # type: ignore[attr-defined]  # for the test that walks every address as every role
        return guarded

    return wrap


def place_of(user: User | AnonymousUser) -> Place | None:
    """Return the place an account belongs to, None for the coordination."""
    if user.is_anonymous:
        return None
    member = Member.objects.filter(user=user).select_related("place").first()
    return member.place if member else None


def visible(user: User | AnonymousUser) -> QuerySet[Card]:
    """Return the machines an account sees: those at its place, all of them for the coordination."""
    place = place_of(user)
    return Card.objects.all() if place is None else Card.objects.filter(place=place)


def note(request: HttpRequest, what: str, target: str, detail: str = "") -> None:
    """Write down what a person did."""
    name = request.user.get_username() or "cette machine"
    Action.objects.create(by=name, what=what, target=target[:120], detail=detail)
