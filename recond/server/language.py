"""The language of the pages: French unless a person chose another, remembered by the account and by the browser.

The browser's own wish (Accept-Language) is not asked: the workshop's posts are shared, and French comes first.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from recond.server.work import Speaks

COOKIE_AGE_S: Final = 365 * 24 * 3600
SESSION: Final = "language"

Answer = Callable[[HttpRequest], HttpResponse]


def chosen(get_response: Answer) -> Answer:
    """Answer each request in its person's language; the API answers sticks, in French."""

    def middleware(request: HttpRequest) -> HttpResponse:
        language = settings.LANGUAGE_CODE if request.path.startswith("/api/") else of(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            answer = get_response(request)
        answer.headers.setdefault("Content-Language", language)
        return answer

    return middleware


def of(request: HttpRequest) -> str:
    """Return the language of a request: the account's, else the browser's choice, else French."""
    # The session is only opened where there is one: a visitor of no account has none to be read.
    ours = request.session.get(SESSION) if settings.SESSION_COOKIE_NAME in request.COOKIES else None
    return next(
        (one for one in (ours, request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)) if one in known()),
        settings.LANGUAGE_CODE,
    )


def known() -> tuple[str, ...]:
    """Return the codes of the languages that the pages speak."""
    return tuple(code for code, _ in settings.LANGUAGES)


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Take a person's choice and go back to the page it was made on."""
    language, back = request.POST.get("language", ""), request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        back = "/"
    answer = HttpResponseRedirect(back)
    if language in known():
        if isinstance(request.user, User):
            Speaks.objects.update_or_create(user=request.user, defaults={"language": language})
            request.session[SESSION] = language
        answer.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=COOKIE_AGE_S,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return answer


def recall(request: HttpRequest, user: Any) -> None:
    """Give a session that begins the language that its person chose the last time."""
    found = Speaks.objects.filter(user=user).values_list("language", flat=True).first()
    if found in known():
        request.session[SESSION] = found
    elif (here := request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)) in known():
        request.session[SESSION] = here
