"""Pushing the outbox: in batches, an answer for each event, and only what the server says it has leaves the outbox."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from recond.core.errors import ConfigurationFault
from recond.sink.outbox import Outbox

BATCH = 100
BATCH_BYTES = 4 << 20
CONNECT_S, ANSWER_S = 3.0, 30.0
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Enrolment:
    """Where to push and with which key. `plain_http`: the workshop accepted an unprotected line on its own network."""

    url: str
    token: str
    plain_http: bool = False


@dataclass(frozen=True, slots=True)
class Pushed:
    """What became of a push. `why`: in French, why events still wait; None when none does."""

    stored: int
    refused: int
    pending: int
    enrolled: bool
    why: str | None = None

    @property
    def text(self) -> str:
        """Return one French sentence."""
        parts = [f"{self.stored} envoyé(s)"] if self.stored else []
        if self.refused:
            parts.append(f"{self.refused} REFUSE(S) par le serveur, gardé(s) à part")
        if self.pending:
            parts.append(f"{self.pending} en attente sur la clé ({self.why})")
        return ", ".join(parts) or "rien à envoyer"


def read_enrolment(path: Path) -> Enrolment | None:
    """Read the enrolment file; None when there is none. Raises ConfigurationFault when it is wrong or unsafe."""
    try:
        data = json.loads(path.read_bytes())
        url, token = str(data["url"]).rstrip("/"), str(data["token"])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigurationFault(f"{path} ne se lit pas : {error}", "demandez un nouveau fichier au serveur") from error
    made = Enrolment(url, token, data.get("plain_http") is True)
    parts = urlsplit(url)
    if parts.scheme == "http" and parts.hostname not in LOOPBACK and not made.plain_http:
        raise ConfigurationFault(
            f"{url} n'est pas protégé (http) : rien ne sera envoyé",
            "utilisez https, ou refaites l'enrôlement avec --plain-http sur un réseau fermé",
        )
    return made


def push(outbox: Outbox, enrolment_file: Path) -> Pushed:
    """Send what waits. An unreachable, slow or ill server is no error: the events wait, and the result says why."""
    enrolment = read_enrolment(enrolment_file)
    if enrolment is None:
        return Pushed(0, 0, len(outbox.waiting()), False, "clé non enrôlée : aucun serveur")
    stored = refused = 0
    why: str | None = None
    for batch in _batches(outbox.waiting()):
        why, answers = _send(enrolment, [data for _, data in batch])
        if why is not None:
            break
        for (path, _), answer in zip(batch, answers, strict=False):
            stored, refused = _settle(outbox, path, answer, stored, refused)
        if len(answers) < len(batch):
            why = "le serveur n'a pas répondu pour chaque événement"
            break
    return Pushed(stored, refused, len(outbox.waiting()), True, why or "à renvoyer")


def _settle(outbox: Outbox, path: Path, answer: Mapping[str, Any], stored: int, refused: int) -> tuple[int, int]:
    status = answer.get("status")
    if answer.get("id") != path.stem:
        # An answer about another event says nothing about this one: it stays, and is sent again.
        return stored, refused
    if status in ("stored", "duplicate"):
        outbox.sent(path)
        return stored + 1, refused
    if status in ("conflict", "rejected"):
        outbox.quarantine(path, f"{status}: {answer.get('reason')}")
        return stored, refused + 1
    return stored, refused


def _batches(paths: list[Path]) -> Iterator[list[tuple[Path, bytes]]]:
    batch: list[tuple[Path, bytes]] = []
    size = 0
    for path in paths:
        data = path.read_bytes().strip()
        if batch and (len(batch) == BATCH or size + len(data) > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append((path, data))
        size += len(data)
    if batch:
        yield batch


def _send(enrolment: Enrolment, lines: list[bytes]) -> tuple[str | None, list[dict[str, Any]]]:
    import requests  # 100 ms of imports: only when something is sent

    headers = {
        "Authorization": f"Bearer {enrolment.token}",
        "Content-Type": "application/x-ndjson",
        "Content-Encoding": "gzip",
    }
    body = gzip.compress(b"\n".join(lines) + b"\n", mtime=0)
    try:
        with requests.Session() as session:
            # A proxy of the surroundings must not see the token, and a redirect must not carry it elsewhere.
            session.trust_env = False
            answer = session.post(
                f"{enrolment.url}/api/v1/events",
                data=body,
                headers=headers,
                timeout=(CONNECT_S, ANSWER_S),
                allow_redirects=False,
            )
    except requests.RequestException as error:
        return f"serveur injoignable ({type(error).__name__})", []
    if answer.status_code == 401:
        return "clé non enrôlée : le serveur ne la connaît pas ou plus", []
    if answer.status_code != 200:
        return f"le serveur a répondu {answer.status_code}", []
    try:
        results = answer.json()["results"]
        return None, [result for result in results if isinstance(result, dict)]
    except (ValueError, KeyError, TypeError):
        return "le serveur a répondu autre chose qu'un serveur recond", []
