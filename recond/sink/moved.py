"""A server that is reached at another address: the stick follows it there when the key is the same, and only then."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlsplit

from recond.core.errors import ConfigurationFault, EnvironmentFault, UsageError
from recond.core.words import N_
from recond.sink import files
from recond.sink.enrolment import read_enrolment

WAIT_S = 10.0


def follow(enrolment_file: Path, url: str) -> bool:
    """Send to `url` from now on; False when it was that address already. Nothing is sent there but a question for its health,
    and this only after its public key was compared with the one of the enrolment.

    Raises ConfigurationFault when the stick is not enrolled by a pin or another server answers, EnvironmentFault when
    nobody does, UsageError when it is no address. The enrolment stays as it was then.
    """
    url = url.rstrip("/")
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname or parts.path or parts.query:
        raise UsageError(
            N_("« {url} » n'est pas l'adresse https d'un serveur").format(url=url[:80]), "https://192.168.1.10:8017"
        )
    enrolment = read_enrolment(enrolment_file)
    if enrolment is None or enrolment.pin is None:
        raise ConfigurationFault(
            N_("cette clé ne connaît l'empreinte d'aucun serveur : rien n'a été changé"),
            N_("enrôlez-la avec un code : recond enrol ADRESSE CODE"),
        )
    if enrolment.url == url:
        return False
    _is_the_same(url, enrolment.pin)
    kept = json.loads(enrolment_file.read_bytes())
    files.write(enrolment_file, json.dumps({**kept, "url": url}, ensure_ascii=False, indent=1).encode() + b"\n", 0o600)
    return True


def _is_the_same(url: str, pin: str) -> None:
    import requests

    from recond.sink.pinned import pinned_session

    try:
        with pinned_session(pin) as session:
            answer = session.get(f"{url}/api/v1/health", timeout=WAIT_S, allow_redirects=False)
        schema = answer.json().get("schema")
    except requests.exceptions.SSLError as error:
        raise ConfigurationFault(
            N_("ce n'est pas le serveur de cette clé qui répond à {url} : rien n'a été envoyé ni changé").format(
                url=url
            ),
            N_("vérifiez l'adresse ; pour un autre serveur : recond enrol ADRESSE CODE"),
        ) from error
    except (requests.RequestException, ValueError, AttributeError) as error:
        raise EnvironmentFault(
            N_("le serveur {url} ne répond pas ({name})").format(url=url, name=type(error).__name__),
            N_("vérifiez l'adresse et le réseau"),
        ) from error
    if schema != "recond.health/1":
        raise EnvironmentFault(
            N_("ce n'est pas un serveur recond qui a répondu à {url}").format(url=url), N_("vérifiez l'adresse")
        )
