"""Enrolling this stick with a server by the one-time code that its coordinator reads out."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from recond.core.errors import ConfigurationFault, EnvironmentFault, UsageError
from recond.core.pin import LETTERS, PIN_LETTERS, pin_of_certificate, typed
from recond.core.words import N_
from recond.sink.enrolment import LOOPBACK

CODE_LETTERS = 10
WAIT_S = 10.0
AGAIN = N_("demandez un nouveau code au serveur : recond serve --enrol-code")


@dataclass(frozen=True, slots=True)
class Code:
    """A typed code: the secret, and the letters of the server's pin ("" when its certificate is an authority's)."""

    secret: str
    pin: str


def read_code(text: str) -> Code:
    """Read a code as typed, with or without its dashes. Raises UsageError for one that cannot be."""
    plain = "".join(text.upper().split()).replace("-", "")
    if len(plain) not in (CODE_LETTERS, CODE_LETTERS + PIN_LETTERS) or any(letter not in LETTERS for letter in plain):
        raise UsageError(
            N_(
                "« {text} » n'est pas un code d'enrôlement : {code_letters} ou {code_letters2} signes sont "
                "attendus, parmi {letters}"
            ).format(
                text=text[:40], code_letters=CODE_LETTERS, code_letters2=CODE_LETTERS + PIN_LETTERS, letters=LETTERS
            ),
            AGAIN,
        )
    return Code(plain[:CODE_LETTERS], plain[CODE_LETTERS:])


def enrol(url: str, code: Code, stick: str, plain_http: bool = False, extra: dict[str, str] | None = None) -> bytes:
    """Trade the code for a key and return the enrolment file's bytes. The code is sent to the right server only.

    `extra`: more that the server should know of this stick. Raises UsageError, ConfigurationFault (unprotected address,
    wrong server, refused code) or EnvironmentFault (no answer).
    """
    url = url.rstrip("/")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query:
        raise UsageError(
            N_("« {url} » n'est pas l'adresse d'un serveur").format(url=url[:80]),
            N_("par exemple https://192.168.1.10:8017"),
        )
    if parts.scheme == "http" and parts.hostname not in LOOPBACK and not plain_http:
        raise ConfigurationFault(
            N_("{url} n'est pas protégé (http) : le code n'a pas été envoyé").format(url=url),
            N_("utilisez l'adresse https du serveur"),
        )
    pin = _seen_pin(parts.hostname, parts.port or 443) if code.pin and parts.scheme == "https" else None
    if pin is not None and typed(pin) != code.pin:
        raise ConfigurationFault(
            N_("ce n'est pas le serveur du code qui répond à {url} : rien n'a été envoyé").format(url=url), AGAIN
        )
    if code.pin and pin is None:
        raise ConfigurationFault(
            N_("ce code est celui d'un serveur en https, pas de {url}").format(url=url), N_("mettez https:// devant")
        )
    said = _ask(url, pin, {"code": code.secret, "stick": stick, **(extra or {})})
    kept = {
        "schema": "recond.enrolment/1",
        "url": url,
        "token": str(said["token"]),
        "pin": pin,
        "name": str(said.get("name") or stick),
        "plain_http": plain_http,
        "signing_key": said.get("signing_key"),
    }
    return json.dumps(kept, ensure_ascii=False, indent=1).encode() + b"\n"


def _seen_pin(host: str, port: int) -> str:
    import socket
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        with (
            socket.create_connection((host, port), timeout=WAIT_S) as plain,
            context.wrap_socket(plain, server_hostname=host) as line,
        ):
            return pin_of_certificate(line.getpeercert(binary_form=True) or b"")
    except (OSError, ValueError) as error:
        raise EnvironmentFault(
            N_("le serveur {host}:{port} ne répond pas ({error})").format(host=host, port=port, error=error),
            N_("vérifiez l'adresse et le réseau"),
        ) from error


def _ask(url: str, pin: str | None, asked: dict[str, str]) -> dict[str, Any]:
    import requests

    from recond.sink.pinned import pinned_session

    try:
        # The session compares the whole pin again on the connection that carries the code.
        with pinned_session(pin) if pin else requests.Session() as session:
            session.trust_env = False
            answer = session.post(f"{url}/api/v1/enrol", json=asked, timeout=WAIT_S, allow_redirects=False)
        said = answer.json()
    except requests.exceptions.SSLError as error:
        raise ConfigurationFault(
            N_("le serveur {url} n'est pas reconnu : rien n'a été envoyé").format(url=url), AGAIN
        ) from error
    except (requests.RequestException, ValueError) as error:
        raise EnvironmentFault(
            N_("le serveur {url} n'a pas répondu ({name})").format(url=url, name=type(error).__name__),
            N_("vérifiez l'adresse et le réseau"),
        ) from error
    if answer.status_code == 403:
        raise ConfigurationFault(
            N_("le serveur refuse ce code : faux, déjà utilisé, ou vieux de plus de 15 minutes"), AGAIN
        )
    if answer.status_code != 200 or not isinstance(said, dict) or not isinstance(said.get("token"), str):
        raise EnvironmentFault(
            N_("ce n'est pas un serveur recond qui a répondu ({status_code})").format(status_code=answer.status_code),
            N_("vérifiez l'adresse"),
        )
    return said
