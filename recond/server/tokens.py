"""Keys of sticks: 256 random bits, kept as a hash, named and revocable; and the one-time codes that give them."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from recond.core import signing
from recond.core.pin import LETTERS
from recond.server.models import EnrolCode, Stick

CODE_LENGTH = 10
CODE_MINUTES = 15


def hashed(secret: str) -> str:
    """Return how a key or code is kept. They are random and long: no salt or slow hash is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()


def new_stick(name: str) -> str:
    """Enrol a stick and return its key, which is shown this once."""
    token = secrets.token_urlsafe(32)
    Stick.objects.create(name=name[:80], token_sha256=hashed(token))
    return token


def new_code(name: str) -> str:
    """Return a one-time code with which a stick can ask for its key within a quarter of an hour."""
    code = "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))
    until = timezone.now() + timedelta(minutes=CODE_MINUTES)
    EnrolCode.objects.create(code_sha256=hashed(code), name=name[:80], expires_at=until)
    return f"{code[:5]}-{code[5:]}"


def redeem(code: str, stick: str, public_key: object = None) -> tuple[str, str] | None:
    """Trade a code for a stick's name and key; None when it is unknown, used or too old.

    `public_key`: the one that signs its certificates, when it tells it.
    """
    plain = code.strip().upper().replace("-", "")
    with transaction.atomic():
        held = EnrolCode.objects.filter(code_sha256=hashed(plain), used_at=None, expires_at__gt=timezone.now()).first()
        if held is None:
            return None
        held.used_at = timezone.now()
        held.save()
        name = held.name or stick[:80]
        token = new_stick(name)
        if isinstance(public_key, str) and signing.HEX_KEY.fullmatch(public_key):
            Stick.objects.filter(token_sha256=hashed(token)).update(public_key=public_key)
        return name, token


def stick_of(request: HttpRequest) -> Stick | None:
    """Return the stick whose key the request carries, None when there is none or it was revoked."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        return None
    # In plain SQL: every request asks this, and putting the question together takes Django longer than the database the answer.
    asked = "SELECT * FROM recond_stick WHERE token_sha256 = %s AND revoked_at IS NULL"
    return next(iter(Stick.objects.raw(asked, [hashed(token.strip())])), None)
