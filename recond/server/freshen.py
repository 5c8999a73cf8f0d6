"""Cards that new events have overtaken: noted with the events, in their transaction, and made soon after, for many requests
at once. A note outlives whatever happens to the server, for it is as durable as the event.

No page and no lookup reads a card before those noted when it was asked for are made, so that what a stick was told "stored"
is on the pages. That never takes long: when too many cards wait, who brings more makes some before being answered.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Final

from django.db import (
    DatabaseError,
    DataError,
    IntegrityError,
    InterfaceError,
    close_old_connections,
    connection,
    transaction,
)
from django.http import HttpRequest, HttpResponse

from recond.server import bulk, cards, identity
from recond.server.accept import Line
from recond.server.models import Stale

LOG = logging.getLogger(__name__)

NOTES: Final = bulk.Table("recond_stale", (("uid", "text"), ("run", "text")))
QUIET_S, LATEST_S = 0.1, 10.0
"""When nobody looks, cards are made once nothing came for so long, and never later than that: in a rush the processor takes
events in, and a machine's events come in several requests."""
PART: Final = 100
"""Notes done in one transaction: a twentieth of a second, for which SQLite lets nobody else write."""
MOST: Final = 2000
"""Notes that may wait, for each process that takes events in: one or two seconds of work for the page that is asked for then."""
RECENT: Final = 4 << 20
"""Bytes of events kept at hand for their cards: those of some 400 machines."""
AGAIN_S: Final = 5.0

_TURN: Final = threading.Lock()
_ONE: Final = threading.Lock()
_news: Final = threading.Event()
_last = 0.0
"""When events came last, by the monotonic clock."""
_waiting = 0
"""Notes of this process that nobody did yet, about: it decides only who makes cards, never whether they are made."""


class _Recent:
    """Events that came a moment ago, by id: what was read from a request is not read again to make the card."""

    def __init__(self) -> None:
        self._known: dict[str, Line] = {}
        self._size = 0
        self._lock = threading.Lock()

    def add(self, lines: Collection[Line]) -> None:
        with self._lock:
            for line in lines:
                if line.id is not None and line.id not in self._known and identity.NUL not in line.body:
                    self._known[line.id] = line
                    self._size += len(line.body)
            while self._size > RECENT:
                self._size -= len(self._known.pop(next(iter(self._known))).body)

    def now(self) -> dict[str, Mapping[str, Any]]:
        with self._lock:
            return {name: line.item for name, line in self._known.items() if line.item is not None}


_recent: Final = _Recent()


def turn() -> AbstractContextManager[object]:
    """Wait for this process's other writers. SQLite has one: who waits here is woken when it may go; who waits there sleeps
    and tries again, and is overtaken."""
    return _TURN if connection.vendor == "sqlite" else nullcontext()


def whose(line: Line) -> tuple[str, str]:
    """Return the uid and the run of an event."""
    assert line.item is not None
    return str(line.item["machine"]["uid"]), str(line.item["run"])


def note(lines: Collection[Line]) -> None:
    """Note, within the caller's transaction, whose events came. `told` says when it is committed.

    A row a request and machine, never one that is shared: who makes the card at the same time takes away only the notes that
    it saw, and of these it saw the events.
    """
    bulk.put(NOTES, sorted({whose(line) for line in lines}))


def told(lines: Collection[Line]) -> None:
    """Have the cards made of notes that were just committed, with these events; here and now when too many wait."""
    global _last, _waiting
    if not lines:
        return
    _last = time.monotonic()
    _recent.add(lines)
    _waiting += len({whose(line) for line in lines})
    _news.set()
    if _waiting > MOST and _ONE.acquire(blocking=_waiting > 2 * MOST):
        # Some, not all: a request brings a tenth of what is done here, so what waits gets less, and no stick is kept waiting
        # for the cards of all. Whoever comes while another does it is answered at once, until it is twice too many.
        try:
            if _waiting > MOST:  # who waited here may find that the one before did enough
                done = _part()
                _waiting = _waiting - done if done else 0
        finally:
            _ONE.release()


def catch_up() -> None:
    """Make the cards of all that was noted before now. Raises DatabaseError when the database cannot do it now."""
    global _waiting
    last = Stale.objects.order_by("-pk").values_list("pk", flat=True).first()
    if last is None:
        _waiting = 0
        return
    while True:
        with _ONE:  # let go after each part: whoever brings events meanwhile waits for one, not for all
            done = _part(last)
            _waiting = max(0, _waiting - done)
        if not done:
            return


def _part(last: int | None = None) -> int:
    """Make the cards of the oldest notes, up to `last` if given; returns how many notes were done."""
    with turn(), transaction.atomic(durable=True):
        cards.lock_pass()
        notes = Stale.objects.filter(pk__lte=last) if last is not None else Stale.objects.all()
        rows = list(notes.order_by("pk")[:PART].values_list("pk", "uid", "run"))
        if not rows:
            return 0
        hands = identity.Hands({uid for _, uid, _ in rows})
        _make({hands.card_of(uid, run) for _, uid, run in rows}, hands, _recent.now())
        Stale.objects.filter(pk__in=[pk for pk, _, _ in rows]).delete()
    return len(rows)


def _make(uids: Collection[str], hands: identity.Hands, read: Mapping[str, Mapping[str, Any]]) -> None:
    try:
        with transaction.atomic():
            cards.rebuild(uids, hands, read)
    except (DataError, IntegrityError):
        # One that the database does not take must not hold up the others, nor be shown as it was before.
        for uid in sorted(uids):
            try:
                with transaction.atomic():
                    cards.rebuild([uid], hands)
            except (DataError, IntegrityError) as error:
                cards.give_up(uid, error)


def start() -> None:
    """Make cards from now on in a thread of this process, beginning with those noted before it was started."""
    _news.set()
    threading.Thread(target=_work, name="cards", daemon=True).start()


def _work() -> None:
    while _news.wait():
        latest = time.monotonic() + LATEST_S
        while (now := time.monotonic()) < latest and now - _last < QUIET_S:
            time.sleep(QUIET_S)
        _news.clear()
        try:
            catch_up()
        except (DatabaseError, InterfaceError, OSError):
            LOG.exception("cards wait")
            time.sleep(AGAIN_S)
            _news.set()
        finally:
            close_old_connections()


def first(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Have every page read cards that are up to date. The API's answers that read cards see to it themselves."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(("/api/", "/static/", "/healthz")):
            catch_up()
        return get_response(request)

    return middleware
