"""Signatures against the test vectors of RFC 8032, 7.1, and against every kind of tampering."""

from __future__ import annotations

from recond.core.signing import is_signed, key_id, public_of, sign

SEED = bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
PUBLIC = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
SIGNATURE = (
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
)


def test_the_published_vector() -> None:
    assert public_of(SEED) == PUBLIC
    assert sign(SEED, b"\x72") == SIGNATURE
    assert is_signed(PUBLIC, SIGNATURE, b"\x72")


def test_nothing_else_is_signed() -> None:
    assert not is_signed(PUBLIC, SIGNATURE, b"\x73")
    assert not is_signed(public_of(bytes(32)), SIGNATURE, b"\x72")
    for broken in ("", "zz", SIGNATURE[:-2], SIGNATURE.upper(), SIGNATURE + "00", "0" * 128, SIGNATURE[:-2] + "é0"):
        assert not is_signed(PUBLIC, broken, b"\x72"), broken
    for broken in ("", PUBLIC[:-1], "f" * 64, PUBLIC + "\n"):
        assert not is_signed(broken, SIGNATURE, b"\x72"), broken


def test_a_key_has_a_short_name() -> None:
    assert len(key_id(PUBLIC)) == 16 and key_id(PUBLIC) != key_id(public_of(bytes(32)))
