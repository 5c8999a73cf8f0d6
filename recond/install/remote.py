"""Reading a file of the workshop's server over plain HTTP: what comes is worth nothing until its SHA-256 was compared.

The network is not trusted, only the signed description is; so there is no TLS here, which a boot server could not offer.
"""

from __future__ import annotations

import http.client
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import quote, urlsplit

from recond.core.words import N_

SILENCE_S = 15.0
"""Without a single byte for that long, the connection is taken for dead and made again."""

RANGE = re.compile(r"bytes (\d+)-\d+/(\d+)")
PIECE = 1 << 20


class Unreachable(Exception):
    """The server cannot be reached, or broke off: worth another try. The text says why, in French."""


class Wrong(Exception):
    """The server answers something that no other try will mend. The text says what, in French."""


class Arriving:
    """An answer while it arrives: `start` where its first byte lies in the file, `whole` how long the file is."""

    def __init__(self, answer: http.client.HTTPResponse, start: int, whole: int) -> None:
        self.start, self.whole = start, whole
        self._answer = answer

    def pieces(self) -> Iterator[bytes]:
        """Yield what comes as it comes. Raises Unreachable when it breaks off before its announced end."""
        left = self.whole - self.start
        while left > 0:
            try:
                piece = self._answer.read1(PIECE)
            except (OSError, http.client.HTTPException) as error:
                raise Unreachable(_why(error)) from error
            if not piece:
                raise Unreachable(N_("le serveur a coupé avant la fin"))
            left -= len(piece)
            yield piece


@contextmanager
def opened(url: str, start: int = 0) -> Iterator[Arriving]:
    """Ask for a file from byte `start` on; a server that knows no ranges begins at 0, which `Arriving.start` says.

    Raises Unreachable or Wrong.
    """
    parts = urlsplit(url)
    if parts.scheme != "http" or not parts.hostname:
        raise Wrong(N_("{url} n'est pas une adresse http").format(url=url))
    line = http.client.HTTPConnection(parts.hostname, parts.port or 80, timeout=SILENCE_S)
    try:
        try:
            line.request("GET", quote(parts.path), headers={"Range": f"bytes={start}-"} if start else {})
            answer = line.getresponse()
        except (OSError, http.client.HTTPException) as error:
            raise Unreachable(_why(error)) from error
        yield _understood(answer, start)
    finally:
        line.close()


def small(url: str, limit: int, clock: Callable[[], float], deadline_s: float = 20.0) -> bytes:
    """Return a small file. Raises Unreachable, also when it takes too long, or Wrong, also when it is over `limit` bytes."""
    until = clock() + deadline_s
    body = b""
    with opened(url) as arriving:
        if arriving.whole > limit:
            raise Wrong(N_("{url} est trop grand ({whole} octets)").format(url=url, whole=arriving.whole))
        for piece in arriving.pieces():
            body += piece
            if clock() > until:
                raise Unreachable(N_("le serveur ne finit pas de répondre"))
    return body


def _understood(answer: http.client.HTTPResponse, start: int) -> Arriving:
    if answer.status == 206:
        found = RANGE.fullmatch(answer.getheader("Content-Range") or "")
        if found is None or int(found[1]) != start:
            raise Wrong(N_("le serveur envoie un autre morceau que celui demandé"))
        return Arriving(answer, start, int(found[2]))
    if answer.status == 200:
        length = answer.getheader("Content-Length") or ""
        if not length.isdecimal():
            raise Wrong(N_("le serveur ne dit pas la taille de ce qu'il envoie"))
        return Arriving(answer, 0, int(length))
    if answer.status in (429, 500, 502, 503, 504):
        raise Unreachable(N_("le serveur est occupé ({status})").format(status=answer.status))
    if answer.status == 416:
        raise Wrong(N_("le fichier du serveur est plus court qu'annoncé"))
    if answer.status == 404:
        raise Wrong(N_("le serveur n'a pas, ou plus, ce fichier"))
    raise Wrong(N_("le serveur a répondu {status}").format(status=answer.status))


def _why(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return N_("le serveur ne répond plus")
    if isinstance(error, OSError) and error.strerror:
        return N_("serveur injoignable ({name})").format(name=error.strerror)
    return N_("serveur injoignable ({name})").format(name=type(error).__name__)
