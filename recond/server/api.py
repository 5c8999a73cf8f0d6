"""The API of docs/contracts.md. Every answer is JSON with its `schema`; a refused request stores nothing."""

from __future__ import annotations

import functools
import json
import logging
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from recond import __version__
from recond.core import canonical, certproof
from recond.core.identity import parse_tag
from recond.core.words import joined
from recond.server import beside, blobs, countersign, freshen, identity, tokens
from recond.server.accept import SHA256
from recond.server.intake import refusal
from recond.server.models import Card, Stick
from recond.server.work import Lot

MAX_PRINTS, MAX_LOTS = 40, 200
LOG = logging.getLogger(__name__)

View = Callable[..., HttpResponse]


def refuse(status: int, reason: str) -> JsonResponse:
    """Return an error that a program and a person can read."""
    return JsonResponse(refusal(canonical.free(reason)), status=status)


def endpoint(*methods: str) -> Callable[[View], View]:
    """Make an API view: no CSRF (there is no cookie), these methods only, a body that is too large is a 413."""

    def wrap(view: View) -> View:
        @csrf_exempt
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: str, **kwargs: str) -> HttpResponse:
            if request.method not in methods:
                answer = refuse(405, f"use {' or '.join(methods)}")
                answer["Allow"] = ", ".join(methods)
                return answer
            try:
                return view(request, *args, **kwargs)
            except RequestDataTooBig:
                return refuse(413, f"a request holds at most {settings.DATA_UPLOAD_MAX_MEMORY_SIZE} bytes")
            except (DatabaseError, InterfaceError, OSError):
                # The disk is full, the database is busy: nothing of this request is stored, the stick sends it again.
                LOG.exception("%s %s", request.method, request.path)
                return refuse(503, "the server cannot keep this now; send it again")

        return guarded

    return wrap


def for_sticks(view: Callable[..., HttpResponse]) -> View:
    """Let in enrolled sticks only; the view is handed the stick."""

    @functools.wraps(view)
    def checked(request: HttpRequest, *args: str, **kwargs: str) -> HttpResponse:
        stick = tokens.stick_of(request)
        if stick is None:
            answer = refuse(401, "this stick is not enrolled here, or its key was revoked")
            answer["WWW-Authenticate"] = "Bearer"
            return answer
        return view(request, stick, *args, **kwargs)

    return checked


@endpoint("GET", "HEAD")
def health(request: HttpRequest) -> HttpResponse:
    """Say that the server and its database answer."""
    Stick.objects.exists()
    return JsonResponse({"schema": "recond.health/1", "status": "ok", "version": __version__})


@endpoint("POST")
@for_sticks
def events(request: HttpRequest, stick: Stick) -> HttpResponse:
    """Take events in; the answer says of each what became of it, in the order sent."""
    encoding = request.headers.get("Content-Encoding", "identity").lower()
    status, said = beside.handed(request.body, encoding, stick)
    return HttpResponse(said, content_type="application/json", status=status)


@endpoint("HEAD", "PUT")
@for_sticks
def blob(request: HttpRequest, stick: Stick, sha256: str) -> HttpResponse:
    """Keep an attachment under its hash, or say whether it is kept."""
    if not SHA256.fullmatch(sha256):
        return refuse(400, "the name of a blob is its SHA-256 in 64 lower-case hexadecimal digits")
    if request.method == "HEAD":
        return HttpResponse(status=200 if blobs.held(sha256) else 404)
    try:
        new = blobs.store(sha256, request.body)
    except OverflowError:
        return refuse(413, f"an attachment holds at most {blobs.MAX_BYTES} bytes")
    except ValueError as error:
        return refuse(400, str(error))
    status = "stored" if new else "duplicate"
    return JsonResponse({"schema": "recond.blob-answer/1", "status": status}, status=201 if new else 200)


@endpoint("POST")
@for_sticks
def certificate(request: HttpRequest, stick: Stick) -> HttpResponse:
    """Countersign a certificate of this stick; 422 with the reason when it is not whole, or signed by another key."""
    try:
        content = certproof.load(request.body)
        word = countersign.take(content, stick)
    except countersign.Refused as refused:
        return refuse(422, str(refused))
    except (ValueError, RecursionError) as error:
        return refuse(400, joined(": ", ("a certificate is expected", error)))
    return JsonResponse(word)


@endpoint("POST")
def enrol(request: HttpRequest) -> HttpResponse:
    """Trade a one-time code for a key."""
    try:
        asked = json.loads(request.body)
        code, stick, key = asked["code"], asked["stick"], asked.get("key")
        if not isinstance(code, str) or not isinstance(stick, str):
            raise TypeError
    except (ValueError, KeyError, TypeError, RecursionError):
        return refuse(400, 'a JSON object {"code": …, "stick": …} is expected')
    given = tokens.redeem(code, stick, key)
    if given is None:
        return refuse(403, "this code is wrong, used or older than a quarter of an hour")
    name, token = given
    url = f"{request.scheme}://{request.get_host()}"
    said = {"url": url, "token": token, "pin": None, "name": name, "signing_key": countersign.public()}
    return JsonResponse({"schema": "recond.enrolment/1", **said})


@endpoint("GET")
@for_sticks
def lookup(request: HttpRequest, stick: Stick) -> HttpResponse:
    """Say what is known of a machine by its tag, or else by its fingerprints: "déjà vue".

    `sole` True: this is the machine, by the rules of `recond.core.same`; with several that are not sole, a person says.
    """
    said, prints = request.GET.get("tag", ""), request.GET.getlist("print")
    tag = parse_tag(said)
    if (said or not prints) and tag is None:
        return refuse(400, "tag: a tag with its check character is expected")
    pairs = [tuple(one.split(":", 1)) for one in prints]
    if len(pairs) > MAX_PRINTS or any(len(one) != 2 or len(one[1]) > 120 or "\0" in "".join(one) for one in pairs):
        return refuse(400, f"print: at most {MAX_PRINTS} of KIND:VALUE are expected")
    freshen.catch_up()
    if tag is not None and (tagged := list(Card.objects.filter(tag=tag).defer("body")[:10])):
        return _looked_up([(card, len(tagged) == 1, None) for card in tagged])
    matches = identity.lookup(frozenset((kind, value.lower()) for kind, value in pairs), request.GET.get("model", ""))[
        :10
    ]
    cards = Card.objects.defer("body").in_bulk([match.uid for match in matches])
    return _looked_up([(cards[match.uid], match.sole, match.score) for match in matches if match.uid in cards])


def _looked_up(found: list[tuple[Card, bool, int | None]]) -> JsonResponse:
    machines = [
        {
            "uid": card.uid,
            "tag": card.tag,
            "model": card.model,
            "state": card.state,
            "lot": card.lot,
            "sole": sole,
            "score": score,
        }
        for card, sole, score in found
    ]
    return JsonResponse({"schema": "recond.lookup/1", "machines": machines})


@endpoint("GET")
@for_sticks
def lots(request: HttpRequest, stick: Stick) -> HttpResponse:
    """Return the lots that machines may still join, the ones announced last first; no donor's address is in it."""
    rows = Lot.objects.order_by("-received_on", "-pk")[:MAX_LOTS].values("name", "donor", "expected")
    return JsonResponse({"schema": "recond.lots/1", "lots": [dict(row) for row in rows]})
