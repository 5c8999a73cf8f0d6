"""What every answer goes through: headers that forbid foreign content, and who may read the pages."""

from __future__ import annotations

import sys
from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.models import User
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import split_domain_port
from django.shortcuts import redirect, render
from django.template.loader import render_to_string

from recond.server import own
from recond.server.config import LOOPBACK

Answer = Callable[[HttpRequest], HttpResponse]

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""A hostile vendor string that got past the escaping still could not load or run anything."""


def headers(get_response: Answer) -> Answer:
    """Add the content security policy to every answer, and take the body from an answer to HEAD."""

    def middleware(request: HttpRequest) -> HttpResponse:
        answer = get_response(request)
        if request.method == "HEAD" and not answer.streaming:
            # An answer to HEAD has no body (RFC 9110, 9.3.2); the next answer on the line would be read out of it.
            answer.content = b""
        answer.setdefault("Content-Security-Policy", POLICY)
        answer["Referrer-Policy"] = "same-origin"
        return answer

    return middleware


def failed(request: HttpRequest) -> HttpResponse:
    """Answer for a page that failed: 503 with what to do when the database or the disk is away, else 500."""
    error = sys.exc_info()[1]
    if isinstance(error, DatabaseError | InterfaceError | OSError):
        if request.path.startswith("/api/"):
            reason = "the server cannot keep this now; send it again"
            return JsonResponse({"schema": "recond.error/1", "reason": reason}, status=503)
        answer = HttpResponse(render_to_string("503.html"), status=503)
        answer["Retry-After"] = "30"
        return answer
    return HttpResponse(render_to_string("500.html"), status=500)


def doors(get_response: Answer) -> Answer:
    """Let people in. The API has its own keys; what each account may do is in `roles`.

    As long as no account exists and only this machine can connect, the pages are open to its browser. Once one exists,
    everybody logs in, on this machine too: a relay in front of the server makes every visitor look local.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        free = request.path == "/healthz" or request.path.startswith(
            ("/api/", "/static/", "/langue/", str(settings.LOGIN_URL))
        )
        if free or request.user.is_authenticated:
            return get_response(request)
        if User.objects.filter(is_active=True).exists():
            return redirect(f"{settings.LOGIN_URL}?{urlencode({'next': request.get_full_path()})}")
        # The name the browser asked for: a foreign site that points its name at 127.0.0.1 (DNS rebinding) is shut out.
        name = split_domain_port(request.get_host())[0].strip("[]")
        if not own.is_local() or name not in LOOPBACK:
            return render(request, "recond/shut.html", status=403)
        return get_response(request)

    return middleware
