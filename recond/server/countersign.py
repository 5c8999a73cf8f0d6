"""The server's word for a certificate: that it had it at that time, whole, signed by the key of the stick that sent it.

The server's key is made at its first use and never leaves its data folder. A countersignature is given once: asked again
for the same certificate, the server gives the same word, with the time of the first.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from recond.core import certificate as certificates
from recond.core import certproof, signing
from recond.core.words import joined
from recond.server import keep, own
from recond.server.models import Countersignature, Stick

NAME = "signing-key"


class Refused(Exception):
    """Why the server does not put its name to a certificate."""


def seed(data: Path) -> bytes:
    """Return this server's private key, made (readable by its user only, flushed) when there is none yet."""
    path = data / NAME
    try:
        found = bytes.fromhex(path.read_text("ascii"))
    except FileNotFoundError:
        import secrets

        found = secrets.token_bytes(signing.SEED_BYTES)
        keep.write(path, found.hex().encode("ascii"))
    signing.public_of(found)
    return found


def public() -> str:
    """Return this server's public key."""
    return signing.public_of(seed(own.data()))


def know(stick: Stick, key: object) -> bool:
    """Note a stick's public key, told by itself. The first one stays: False when another is known already."""
    if not isinstance(key, str) or not signing.HEX_KEY.fullmatch(key):
        return False
    with transaction.atomic():
        Stick.objects.filter(pk=stick.pk, public_key="").update(public_key=key)
        return Stick.objects.filter(pk=stick.pk, public_key=key).exists()


def take(content: dict[str, Any], stick: Stick) -> dict[str, Any]:
    """Return the countersignature of a certificate. Raises Refused."""
    faults = (*certificates.check(content), *certproof.signature_faults(content))
    if faults:
        raise Refused(joined("; ", faults))
    if not know(stick, certproof.key_of(content)):
        raise Refused(certproof.OTHER_KEY)
    received = timezone.now().isoformat(timespec="seconds").replace("+00:00", "Z")
    word = certproof.countersign(content, received, seed(own.data()))
    row, _ = Countersignature.objects.get_or_create(
        certificate=content["sha256"], defaults={"stick": stick, "body": word}
    )
    body: dict[str, Any] = row.body
    return body


def all_keys() -> list[str]:
    """Return one line a key, for `recond verify --key FILE`: this server's, then each stick's."""
    lines = [f"{public()}  serveur {signing.key_id(public())}"]
    for stick in Stick.objects.exclude(public_key="").order_by("name", "pk"):
        rights = ", révoquée" if stick.revoked_at else ""
        lines.append(f"{stick.public_key}  clé {stick.name} ({signing.key_id(stick.public_key)}{rights})")
    return lines
