"""What a coordinator does from the command line: sticks' keys, accounts, and everything stored, in and out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from urllib.parse import urlsplit

from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from recond.core import parcel
from recond.core.errors import ConfigurationFault, EnvironmentFault, UsageError
from recond.core.pin import typed
from recond.core.words import N_
from recond.server import blobs, countersign, ingest, keep, own, tokens
from recond.server.config import LOOPBACK
from recond.server.models import Event, Stick
from recond.server.roles import Role, give_role
from recond.server.work import Member, Place

IMPORT_LINES = 200


def enrolment(name: str, url: str, plain_http: bool, pin: str | None = None) -> dict[str, object]:
    """Enrol a stick and return what its enrolment.json holds; the key is in it and nowhere else.

    `pin`: this server's, see `tls.pin`; None = the address is that of a relay with a certificate of an authority.

    Raises ConfigurationFault for an address over which the key would travel unprotected, unless `plain_http`.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ConfigurationFault(
            N_("{url} n'est pas l'adresse d'un serveur").format(url=url), N_("par exemple --url https://atelier.lan")
        )
    if parts.scheme == "http" and parts.hostname not in LOOPBACK and not plain_http:
        raise ConfigurationFault(
            N_("{url} n'est pas protégé (http) : la clé d'enrôlement passerait en clair").format(url=url),
            N_("donnez une adresse https, ou --plain-http sur un réseau fermé"),
        )
    return {
        "schema": "recond.enrolment/1",
        "url": url.rstrip("/"),
        "token": tokens.new_stick(name),
        "pin": pin if parts.scheme == "https" else None,
        "name": name,
        "plain_http": plain_http,
        "signing_key": countersign.public(),
    }


def write_private(path: Path, text: str) -> None:
    """Write a file that holds a key, readable by its owner only. Raises EnvironmentFault."""
    try:
        keep.write(path, f"{text}\n".encode())
    except OSError as error:
        raise EnvironmentFault(
            N_("impossible d'écrire {path} : {error}").format(path=path, error=error.strerror),
            N_("donnez un autre chemin"),
        ) from error


def code(name: str, pin: str | None = None) -> str:
    """Return a one-time enrolment code; with the server's pin, its letters follow so that the stick knows this server."""
    return grouped(tokens.new_code(name), pin)


def grouped(secret: str, pin: str | None) -> str:
    """Return a code as it is read out: the secret, the letters of this server's pin, in groups of five."""
    plain = secret.replace("-", "") + (typed(pin) if pin else "")
    return "-".join(plain[at : at + 5] for at in range(0, len(plain), 5))


def revoke(name: str) -> int:
    """Take their rights from the sticks of this name; return how many. Raises UsageError when there is none."""
    count = Stick.objects.filter(name=name, revoked_at=None).update(revoked_at=timezone.now())
    if not count:
        known = ", ".join(Stick.objects.filter(revoked_at=None).values_list("name", flat=True)) or "aucune"
        raise UsageError(f"aucune clé « {name} » n'a de droits", f"clés enrôlées : {known}")
    return count


def create_user(name: str, password: str, role: str = "responsable", place: str | None = None) -> None:
    """Make an account for the pages. `role`: see `roles.Role`; `place`: it then sees only what is there.

    Raises UsageError for a name that is taken, a weak password, an unknown role or place.
    """
    if role not in tuple(Role):
        raise UsageError(f"pas de rôle « {role} »", f"rôles : {', '.join(Role)}")
    at = Place.objects.filter(name=place).first() if place else None
    if place and at is None:
        known = ", ".join(Place.objects.values_list("name", flat=True)) or "aucun"
        raise UsageError(f"pas de lieu « {place} »", f"lieux : {known}")
    user = User(username=name)
    try:
        user.clean_fields(exclude=["password"])
        validate_password(password, user)
    except ValidationError as error:
        raise UsageError(" ".join(error.messages), "choisissez une phrase d'au moins 10 caractères") from error
    if User.objects.filter(username=name).exists():
        raise UsageError(f"le compte « {name} » existe déjà", "choisissez un autre nom")
    user.set_password(password)
    with transaction.atomic():
        user.save()
        give_role(user, Role(role))
        Member.objects.create(user=user, place=at)


def dump() -> Iterator[str]:
    """Return every event as received, oldest first."""
    return iter(Event.objects.order_by("received_at", "run", "seq").values_list("body", flat=True).iterator())


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of a parcel: events by status, why some were refused, attachments added, and the receipt to carry back."""

    counts: Counter[str]
    reasons: list[str]
    blobs: int
    receipt: dict[str, object]


def load(path: Path, name: str | None = None) -> Loaded:
    """Take in a file of `recond push --to-file`: attachments first, then its events.

    `name`: what the file is called when something is said of it. Raises EnvironmentFault when the file cannot be read,
    UsageError when it is no such file; what came before a damage is kept, and taken as "duplicate" the next time.
    """
    counts: Counter[str] = Counter()
    reasons: list[str] = []
    held: list[str] = []
    added = 0
    try:
        with path.open("rb") as file:
            for sha256, data in parcel.blobs(file):
                added += blobs.store(sha256, data)
            lines = parcel.events(file)
            while part := list(islice(lines, IMPORT_LINES)):
                for answer in ingest.take(b"\n".join(part), None):
                    counts[answer.status] += 1
                    if answer.reason:
                        reasons.append(f"{answer.id or 'sans identifiant'} : {answer.reason}")
                    elif answer.id is not None:
                        held.append(answer.id)
    except parcel.ParcelFault as fault:
        raise UsageError(f"{name or path} : {fault}", N_("refaites-le sur la clé : recond push --to-file F")) from fault
    except OSError as error:
        raise EnvironmentFault(
            N_("{file} ne se lit pas : {error}").format(file=name or path, error=error.strerror),
            N_("vérifiez le chemin"),
        ) from error
    now = timezone.now().isoformat(timespec="seconds").replace("+00:00", "Z")
    return Loaded(counts, reasons, added, parcel.receipt(held, now, countersign.seed(own.data())))
