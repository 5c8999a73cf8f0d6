"""A server's pin: the SHA-256 of its public key (SubjectPublicKeyInfo, as in RFC 7469, here in hexadecimal)."""

from __future__ import annotations

import hashlib
import re

PIN = re.compile(r"[0-9a-f]{64}")

LETTERS = "BCDFGHJKLNPRSTVXY3456789"
"""What one-time codes are written with: no letter that is read for another, nothing that makes a word."""

PIN_LETTERS = 10
"""Of a pin in a typed code: 24^10, that is 45 bits, which nobody tries through within the quarter of an hour it lives."""


def pin_of_certificate(der: bytes) -> str:
    """Return the pin of a certificate in DER. Raises ValueError when it is none."""
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    key = x509.load_der_x509_certificate(der).public_key()
    return hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()


def typed(pin: str) -> str:
    """Return the beginning of a pin in the letters of a code, for a stick that is enrolled by typing."""
    number = int(pin, 16)
    found = ""
    for _ in range(PIN_LETTERS):
        number, rest = divmod(number, len(LETTERS))
        found += LETTERS[rest]
    return found
