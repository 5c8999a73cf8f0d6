"""Ed25519 signatures (RFC 8032): of certificates by the stick's key, of system images by the workshop's key.

Keys are raw 32-byte values written in hexadecimal; where they are kept is the business of `sink` and of the builders.
"""

from __future__ import annotations

import hashlib
import re

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

SEED_BYTES = 32
HEX_KEY = re.compile(r"[0-9a-f]{64}")
HEX_SIGNATURE = re.compile(r"[0-9a-f]{128}")


def public_of(seed: bytes) -> str:
    """Return the public key of a private key, in hexadecimal. Raises ValueError when the seed is not of 32 bytes."""
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw().hex()


def key_id(public: str) -> str:
    """Return a short name of a public key for screens and records: the first 16 digits of its SHA-256."""
    return hashlib.sha256(bytes.fromhex(public)).hexdigest()[:16]


def sign(seed: bytes, message: bytes) -> str:
    """Return the signature of the message, in hexadecimal. Raises ValueError when the seed is not of 32 bytes."""
    return Ed25519PrivateKey.from_private_bytes(seed).sign(message).hex()


def is_signed(public: str, signature: str, message: bytes) -> bool:
    """Tell whether the signature is the key's own over these very bytes; anything malformed is simply not a signature."""
    if not HEX_KEY.fullmatch(public) or not HEX_SIGNATURE.fullmatch(signature):
        return False
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(bytes.fromhex(signature), message)
    except (InvalidSignature, ValueError):
        return False
    return True
