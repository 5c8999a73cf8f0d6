"""Where this stick pushes, and with which key: DATA/enrolment.json, written by the server (`recond serve --enrol-file`)."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

from recond.core.errors import ConfigurationFault, UsageError
from recond.core.pin import PIN
from recond.core.words import N_

LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A server and this stick's key for it. `plain_http`: the workshop accepted an unprotected line on a network of its own.

    `pin`: the SHA-256 of the server's public key (`recond.core.pin`); None = its certificate is of a public authority.
    """

    url: str
    token: str = field(repr=False)
    plain_http: bool = False
    pin: str | None = None


def read_enrolment(path: Path) -> Enrolment | None:
    """Read the enrolment file; None when there is none. Raises ConfigurationFault when it is wrong or unsafe."""
    again = N_("demandez un nouveau fichier au serveur : recond serve --enrol-file")
    try:
        data = json.loads(path.read_bytes())
        url, token = str(data["url"]).rstrip("/"), str(data["token"])
        parts = urlsplit(url)
        pin, plain = data.get("pin"), data.get("plain_http") is True
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConfigurationFault(N_("{path} ne se lit pas : {error}").format(path=path, error=error), again) from error
    if parts.scheme not in ("http", "https") or not parts.hostname or not token.isascii() or not token.isprintable():
        raise ConfigurationFault(N_("{path} : ce n'est pas l'adresse et la clé d'un serveur").format(path=path), again)
    if pin is not None and (not isinstance(pin, str) or not PIN.fullmatch(pin) or parts.scheme != "https"):
        raise ConfigurationFault(
            N_("{path} : l'empreinte du serveur n'en est pas une, rien ne sera envoyé").format(path=path), again
        )
    if parts.scheme == "http" and parts.hostname not in LOOPBACK and not plain:
        raise ConfigurationFault(
            N_("{url} n'est pas protégé (http) : rien ne sera envoyé").format(url=url),
            N_("utilisez https, ou refaites l'enrôlement avec --plain-http sur un réseau fermé"),
        )
    return Enrolment(url, token, plain, pin)


def reached_at(enrolment: Enrolment, url: str) -> Enrolment:
    """Return the enrolment with the server's address of this time. Raises UsageError, ConfigurationFault.

    The stick's key goes to its own server only: one known by its pin, or on an unprotected line that the enrolment allows too.
    """
    url = url.rstrip("/")
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        parts, host = urlsplit(""), None
    if parts.scheme not in ("http", "https") or not host or parts.path or parts.query or parts.username:
        raise UsageError(
            N_("« {url} » n'est pas l'adresse d'un serveur").format(url=url[:80]), "https://192.168.1.10:8017"
        )
    if parts.scheme == "https" and enrolment.pin is not None:
        return replace(enrolment, url=url)
    if parts.scheme == "http" and enrolment.url.startswith("http:") and (enrolment.plain_http or host in LOOPBACK):
        return replace(enrolment, url=url)
    if url == enrolment.url:
        return enrolment
    raise ConfigurationFault(
        N_("rien ne prouverait que {url} est le serveur de cette clé : rien n'a été envoyé").format(url=url),
        N_("enrôlez-la avec un code : recond enrol ADRESSE CODE"),
    )
