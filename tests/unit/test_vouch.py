"""Signatures of images: what a stick with a key takes, and what it refuses with which words."""

from __future__ import annotations

import json

import pytest

from recond.core.errors import ConfigurationFault, ExitCode
from recond.core.signing import key_id, public_of
from recond.core.stickimage import read_stick_image
from recond.core.vouch import check_image_signature, read_key, signature_file

SEED, OTHER = bytes(range(32)), bytes(range(1, 33))
KEY = public_of(SEED)
DESCRIBED = b'{"schema":"recond.profile-image/1","sha256":"00"}'


def refusal(described: bytes, signature: bytes | None, key: str | None = KEY) -> str:
    with pytest.raises(ConfigurationFault) as told:
        check_image_signature("debian-base", described, signature, key)
    assert told.value.code is ExitCode.CONFIGURATION
    assert told.value.hint
    return told.value.message


def test_what_the_workshop_signed_is_taken() -> None:
    assert check_image_signature("debian-base", DESCRIBED, signature_file(SEED, DESCRIBED), KEY) == key_id(KEY)


def test_one_flipped_bit_in_the_description_is_refused() -> None:
    signature = signature_file(SEED, DESCRIBED)
    for place in range(len(DESCRIBED)):
        changed = bytearray(DESCRIBED)
        changed[place] ^= 1
        assert "fausse" in refusal(bytes(changed), signature)


def test_a_wrong_signature_is_refused() -> None:
    value = json.loads(signature_file(SEED, DESCRIBED))
    value["signature"] = ("0" if value["signature"][0] != "0" else "1") + value["signature"][1:]
    assert "fausse" in refusal(DESCRIBED, json.dumps(value).encode())


def test_no_signature_is_refused() -> None:
    assert "pas signé" in refusal(DESCRIBED, None)


def test_another_key_is_refused_and_named() -> None:
    said = refusal(DESCRIBED, signature_file(OTHER, DESCRIBED))
    assert key_id(public_of(OTHER)) in said
    assert key_id(KEY) in said


def test_another_keys_signature_under_our_keys_name_is_refused() -> None:
    value = json.loads(signature_file(OTHER, DESCRIBED))
    assert "fausse" in refusal(DESCRIBED, json.dumps({**value, "key": KEY}).encode())


@pytest.mark.parametrize("junk", [b"", b"[]", b"{}", b"null", b"\xff", b'{"schema":"recond.signature/1"}'])
def test_junk_is_no_signature(junk: bytes) -> None:
    assert "ne se lit pas" in refusal(DESCRIBED, junk)


def test_without_a_key_of_its_own_a_machine_demands_none() -> None:
    assert read_key(None) is None
    assert check_image_signature("debian-base", DESCRIBED, None, None) is None


@pytest.mark.parametrize("text", [b"", b"\n", b"abc", b"\0" * 64])
def test_a_key_file_without_a_key_is_not_the_same_as_none(text: bytes) -> None:
    with pytest.raises(ConfigurationFault):
        read_key(text)


@pytest.mark.parametrize("path", ["/etc/passwd", "../x", "a/../../x", ""])
def test_a_description_that_leads_out_of_the_stick_is_refused(path: str) -> None:
    mark = {"sha256": "0" * 64, "size_bytes": 1}
    told = {"schema": "recond.image/1", "image": "x", "disk": "y", "version": "1", "files": {path: mark}}
    with pytest.raises(ConfigurationFault):
        read_stick_image(json.dumps(told).encode())
