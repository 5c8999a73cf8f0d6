"""Who may do what on the pages: read, work at the bench, or coordinate; and what each account gets to see."""

from __future__ import annotations

import functools
from collections.abc import Callable
from enum import StrEnum

from django.contrib.auth.models import AnonymousUser, Group, User
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render

from recond.core.words import N_
from recond.server.models import Card
from recond.server.work import Action, Handover, Lot, Member, Move, Need, Place

View = Callable[..., HttpResponseBase]


class Role(StrEnum):
    """From the least to the most; each may what those before it may."""

    READER = N_("lecture")
    VOLUNTEER = N_("bénévole")
    COORDINATOR = N_("responsable")


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


def needs_of(user: User | AnonymousUser) -> QuerySet[Need]:
    """Return the needs an account sees: those of its place and those that any place may answer; all for the coordination."""
    place = place_of(user)
    return Need.objects.all() if place is None else Need.objects.filter(Q(place=place) | Q(place=None))


def handovers_of(user: User | AnonymousUser) -> QuerySet[Handover]:
    """Return the hand-overs an account sees: made at its place, or of its machines; all for the coordination."""
    place = place_of(user)
    if place is None:
        return Handover.objects.all()
    return Handover.objects.filter(Q(place=place) | Q(uid__in=visible(user).values("pk")))


def moves_of(user: User | AnonymousUser) -> QuerySet[Move]:
    """Return the moves an account sees: from or to its place; all for the coordination."""
    place = place_of(user)
    return Move.objects.all() if place is None else Move.objects.filter(Q(source=place) | Q(target=place))


def lots_of(user: User | AnonymousUser) -> QuerySet[Lot]:
    """Return the announced lots at an account's place; all for the coordination."""
    place = place_of(user)
    return Lot.objects.all() if place is None else Lot.objects.filter(place=place)


def has_lot(user: User | AnonymousUser, name: str) -> bool:
    """Tell whether a lot is the account's to change: it is at its place, or nobody said where it is and no machine of it
    is elsewhere; every lot for the coordination."""
    place = place_of(user)
    if place is None:
        return True
    row = Lot.objects.filter(name=name).first()
    if row is not None and row.place_id is not None:
        return row.place_id == place.pk
    return not Card.objects.filter(lot=name).exclude(place=place).exists()


def sees_lot(user: User | AnonymousUser, name: str) -> bool:
    """Tell whether an account sees a lot: its own, and those of which a machine is at its place."""
    return has_lot(user, name) or visible(user).filter(lot=name).exists()


def note(request: HttpRequest, what: str, target: str, detail: str = "") -> None:
    """Write down what a person did."""
    name = request.user.get_username() or N_("cette machine")
    Action.objects.create(by=name, what=what, target=target[:120], detail=detail)
