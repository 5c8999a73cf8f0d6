"""What every answer goes through: headers that forbid foreign content, and a login where the server is not on loopback."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from recond.server import own

Answer = Callable[[HttpRequest], HttpResponse]

POLICY = "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; connect-src 'self'; form-action 'self'"
"""A hostile vendor string that got past the escaping still could not load or run anything."""


def headers(get_response: Answer) -> Answer:
    """Add the content security policy to every answer."""

    def middleware(request: HttpRequest) -> HttpResponse:
        answer = get_response(request)
        answer["Content-Security-Policy"] = POLICY
        answer["Referrer-Policy"] = "same-origin"
        return answer

    return middleware


def login_unless_loopback(get_response: Answer) -> Answer:
    """Ask for a login before any page, unless this server is open on loopback; the API has its own tokens."""

    def middleware(request: HttpRequest) -> HttpResponse:
        free = request.path.startswith(("/api/", "/static/", str(settings.LOGIN_URL)))
        if not (free or own.pages_are_open() or request.user.is_authenticated):
            return redirect(f"{settings.LOGIN_URL}?next={request.path}")
        return get_response(request)

    return middleware
