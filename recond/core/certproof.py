"""Who vouches for a certificate: the signature of the stick that made it, and the countersignature of the server.

A signature proves that the holder of a key made exactly this; whose key it is must be known from elsewhere (the stick's
own folder, the server that enrolled it, a key handed over on paper). None of it proves that the holder was honest.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from recond.core import canonical, signing
from recond.core.words import N_

MADE: Final = b"recond.certificate/1\n"
SEEN: Final = b"recond.countersignature/1\n"
"""Put before what is signed, so that one kind of signature can never be taken for the other."""

COUNTERSIGNATURE: Final = "recond.countersignature/1"
PAPER: Final = "RECOND-CERTIFICATE/1"
"""The first word of what the QR code of a printed certificate says; then its hash and its signature."""

ALGORITHM: Final = "Ed25519"

OTHER_KEY: Final = N_("ce certificat n'est pas signé de la clé que cette clé USB avait d'abord")
"""Why a server countersigns none that a stick signed with a second key."""


def signer(public: str) -> dict[str, str]:
    """Return what a certificate says of the key that signs it. It is part of what is hashed."""
    return {"algorithm": ALGORITHM, "key_id": signing.key_id(public), "public": public}


def sign(certificate: Mapping[str, Any], seed: bytes) -> dict[str, Any]:
    """Return the certificate with its signature. `seed` is the private key whose public one it names."""
    return {**certificate, "signature": signing.sign(seed, MADE + str(certificate["sha256"]).encode())}


def signature_faults(certificate: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what is wrong with a certificate's signature, in French; empty = the key that it names signed its hash."""
    named = certificate.get("signer")
    if not isinstance(named, Mapping) or not certificate.get("signature"):
        return (N_("le certificat n'est pas signé"),)
    public, key_id = str(named.get("public")), named.get("key_id")
    message = MADE + str(certificate.get("sha256")).encode()
    if named.get("algorithm") != ALGORITHM or not signing.is_signed(public, str(certificate["signature"]), message):
        return (N_("la signature n'est pas celle de ce certificat"),)
    return () if key_id == signing.key_id(public) else (N_("le nom de la clé n'est pas celui de la clé qui a signé"),)


def key_of(certificate: Mapping[str, Any]) -> str | None:
    """Return the public key that a certificate names, None when it names none."""
    named = certificate.get("signer")
    public = named.get("public") if isinstance(named, Mapping) else None
    return public if isinstance(public, str) and signing.HEX_KEY.fullmatch(public) else None


def countersign(certificate: Mapping[str, Any], received: str, seed: bytes) -> dict[str, Any]:
    """Return the server's word for having received this certificate at that time (UTC, ISO 8601, the server's clock)."""
    content: dict[str, Any] = {
        "schema": COUNTERSIGNATURE,
        "certificate": str(certificate["sha256"]),
        "stick_key": key_of(certificate),
        "received": received,
        "signer": signer(signing.public_of(seed)),
    }
    return {**content, "signature": signing.sign(seed, SEEN + canonical.encode(content))}


def countersignature_faults(word: Mapping[str, Any], certificate: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what is wrong with a countersignature, in French; empty = the key that it names signed this certificate."""
    if word.get("schema") != COUNTERSIGNATURE:
        return (N_("ce n'est pas un contreseing de recond"),)
    content = {key: value for key, value in word.items() if key != "signature"}
    public = key_of(word)
    if public is None or not signing.is_signed(public, str(word.get("signature")), SEEN + canonical.encode(content)):
        return (N_("le contreseing du serveur a été modifié"),)
    if word.get("certificate") != certificate.get("sha256") or word.get("stick_key") != key_of(certificate):
        return (N_("le contreseing est celui d'un autre certificat"),)
    return ()


def paper_text(certificate: Mapping[str, Any]) -> str:
    """Return what the QR code on a printed certificate says: letters of the QR codes' compact alphabet."""
    return f"{PAPER} {certificate['sha256']} {certificate.get('signature') or '-'}".upper()


def read_paper(text: str) -> tuple[str, str] | None:
    """Return hash and signature of a text read from a printed certificate, None when it is none."""
    words = text.split()
    return (words[1].lower(), words[2].lower()) if len(words) == 3 and words[0].upper() == PAPER else None


def load(data: bytes) -> dict[str, Any]:
    """Read a certificate's file. Raises ValueError for what is not one plain JSON object.

    Two values under one name are refused: a person would read the first, a program the last. So are broken letters,
    which the hash could not tell from each other.
    """
    found = json.loads(data.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant)
    if not isinstance(found, dict):
        raise ValueError(N_("un objet JSON est attendu"))
    canonical.encode_read(found)
    return dict(canonical.loads(data))


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError(N_("deux valeurs sous un même nom"))
    return made


def _no_constant(name: str) -> None:
    raise ValueError(N_("{name} n'est pas du JSON").format(name=name))
