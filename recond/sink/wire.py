"""The line to the server: one question, one answer, within a time and a size. Whatever goes wrong is an answer too."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from recond.core import canonical
from recond.core.words import N_
from recond.sink import servertime
from recond.sink.enrolment import Enrolment

CONNECT_S, SILENCE_S, WHOLE_S = 3.0, 30.0, 60.0
MAX_ANSWER = 4 << 20
BUSY = (429, 502, 503, 504)
UNREADABLE = (400, 413, 422)


@dataclass(frozen=True, slots=True)
class Reply:
    """`why`: in French, why nothing can be sent now; None when the server answered the question.

    `refused`: the server will not take this, now or later; `reason` is its own word for it.
    """

    body: dict[str, Any]
    status: int = 0
    why: str | None = None
    refused: bool = False
    reason: str | None = None


class Wire:
    """A session with the enrolled server. `clock` gives monotonic seconds; `connect_s`, `whole_s`: how long it may take."""

    def __init__(
        self,
        enrolment: Enrolment,
        clock: Callable[[], float],
        *,
        connect_s: float = CONNECT_S,
        whole_s: float = WHOLE_S,
    ) -> None:
        import requests  # 100 ms of imports: only when something is sent

        from recond.sink.pinned import pinned_session

        self._enrolment = enrolment
        self._clock = clock
        self._connect_s, self._whole_s = connect_s, whole_s
        self._session = pinned_session(enrolment.pin) if enrolment.pin else requests.Session()
        # A proxy of the surroundings must not see the key, nor a .netrc replace it.
        self._session.trust_env = False
        self._session.headers["Authorization"] = f"Bearer {enrolment.token}"

    def __enter__(self) -> Wire:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._session.close()

    def events(self, lines: list[bytes]) -> Reply:
        """Send events; the answer's `results` say of each what became of it."""
        headers = {"Content-Type": "application/x-ndjson", "Content-Encoding": "gzip"}
        return self._ask("POST", "/api/v1/events", gzip.compress(b"\n".join(lines) + b"\n", mtime=0), headers)

    def has_blob(self, sha256: str) -> Reply:
        """Ask whether an attachment is there: status 200 or 404."""
        return self._ask("HEAD", f"/api/v1/blobs/{sha256}", None, {})

    def put_blob(self, sha256: str, data: bytes) -> Reply:
        """Send an attachment."""
        return self._ask("PUT", f"/api/v1/blobs/{sha256}", data, {"Content-Type": "application/octet-stream"})

    def certificate(self, data: bytes) -> Reply:
        """Send a certificate; the answer is the server's countersignature."""
        return self._ask("POST", "/api/v1/certificates", data, {"Content-Type": "application/json"})

    def ask(self, path: str, asked: list[tuple[str, str]]) -> Reply:
        """Ask for something by a path of the API and its parameters."""
        return self._ask("GET", path, None, {}, asked)

    def _ask(
        self,
        method: str,
        path: str,
        data: bytes | None,
        headers: dict[str, str],
        asked: list[tuple[str, str]] | None = None,
    ) -> Reply:
        import requests

        deadline = self._clock() + self._whole_s
        try:
            # A redirect is not followed: it would carry the key elsewhere.
            with self._session.request(
                method,
                self._enrolment.url + path,
                data=data,
                params=asked,
                headers=headers,
                timeout=(self._connect_s, min(SILENCE_S, self._whole_s)),
                allow_redirects=False,
                stream=True,
            ) as answer:
                body = b""
                for piece in answer.iter_content(65536):
                    body += piece
                    if len(body) > MAX_ANSWER or self._clock() > deadline:
                        return Reply({}, why=N_("le serveur ne finit pas de répondre"))
                status = answer.status_code
                date = answer.headers.get("Date")
        except requests.exceptions.SSLError:
            # Whoever answers at this address, it is not the server that enrolled this stick; the key was not sent.
            return Reply({}, why=N_("le serveur n'est pas reconnu (empreinte ou certificat) : rien n'a été envoyé"))
        except requests.RequestException as error:
            return Reply({}, why=N_("serveur injoignable ({name})").format(name=type(error).__name__))
        reply = _read(method, status, body)
        if reply.why is None and self._enrolment.url.startswith("https:"):
            # By TLS it is the server itself that says so: what a PC with a dead clock battery can be set by.
            servertime.note(date)
        return reply


def _read(method: str, status: int, body: bytes) -> Reply:
    try:
        said = canonical.loads(body) if body else {}
    except (ValueError, RecursionError):
        said = {}
    said = said if isinstance(said, dict) else {}
    ours = str(said.get("schema", "")).startswith("recond.")
    if status == 401:
        return Reply(said, status, why=N_("clé non enrôlée : le serveur ne la connaît pas, ou plus"))
    if status in BUSY:
        return Reply(said, status, why=N_("le serveur est occupé ou plein ({status})").format(status=status))
    if method == "HEAD" and status in (200, 404):
        return Reply({}, status)
    if not ours:
        return Reply(
            {}, status, why=N_("ce n'est pas un serveur recond qui a répondu ({status})").format(status=status)
        )
    if status in UNREADABLE:
        return Reply(said, status, refused=True, reason=str(said.get("reason"))[:200])
    if status not in (200, 201):
        return Reply(said, status, why=N_("le serveur a répondu {status}").format(status=status))
    return Reply(said, status)
