"""Who vouches for an image: the workshop's signature over its description, checked against the key that a stick carries.

A description (NAME.json of a system, image.json of a stick) holds the SHA-256 of what it describes, so one signature over it
covers all. Beside it lies NAME.json.sig: `{"schema":"recond.signature/1","key":…,"signature":…}`, Ed25519 over its bytes.
"""

from __future__ import annotations

import json

from recond.core import signing
from recond.core.errors import ConfigurationFault
from recond.core.words import N_

KEY_FILE = "/etc/recond-signing.pub"
"""The public key of the workshop that made this stick's image, in the stick's read-only system; absent elsewhere."""

SCHEMA = "recond.signature/1"
ENDING = ".sig"


def signature_file(seed: bytes, described: bytes) -> bytes:
    """Return the bytes of NAME.json.sig for these bytes of NAME.json."""
    value = {"key": signing.public_of(seed), "schema": SCHEMA, "signature": signing.sign(seed, described)}
    return (json.dumps(value, sort_keys=True) + "\n").encode()


def read_key(text: bytes | None) -> str | None:
    """Return the public key that KEY_FILE holds; None when there is no such file (a development machine, practice).

    Raises ConfigurationFault for a file that is there and holds no key: that must not count as "no key".
    """
    if text is None:
        return None
    key = text.decode("ascii", "replace").strip()
    if not signing.HEX_KEY.fullmatch(key):
        raise ConfigurationFault(
            N_("{key_file} n'est pas une clé").format(key_file=KEY_FILE), N_("la clé USB est abîmée : refaites-la")
        )
    return key


def check_image_signature(what: str, described: bytes, signature: bytes | None, key: str | None) -> str | None:
    """Return the short id of the key that signed this description; None when this machine demands no signature.

    `what`: the object's name for messages. `key`: the only public key that counts, None = none is demanded. Raises
    ConfigurationFault when the signature is missing, is another key's, or does not fit the bytes.
    """
    if key is None:
        return None
    ours = signing.key_id(key)
    if signature is None:
        raise ConfigurationFault(
            N_("{what} n'est pas signé : cette clé n'installe que ce que l'atelier a signé (clé {ours})").format(
                what=what, ours=ours
            ),
            N_("signez-le sur le poste qui fait les clés : scripts/sign-image ; ou refaites la clé : make image"),
        )
    try:
        value = json.loads(signature)
        signer, words = str(value["key"]), str(value["signature"])
        if value["schema"] != SCHEMA:
            raise ValueError("schema")
    except (ValueError, KeyError, TypeError) as error:
        raise ConfigurationFault(
            N_("la signature de {what} ne se lit pas").format(what=what), N_("recopiez l'image et sa signature")
        ) from error
    if signer != key:
        other = signing.key_id(signer) if signing.HEX_KEY.fullmatch(signer) else N_("inconnue")
        raise ConfigurationFault(
            N_("{what} est signé par une autre clé ({other}) que celle de cette clé USB ({ours})").format(
                what=what, other=other, ours=ours
            ),
            N_("prenez une image faite par votre atelier, ou refaites la clé USB avec celle-ci"),
        )
    if not signing.is_signed(key, words, described):
        raise ConfigurationFault(
            N_("la signature de {what} est fausse : il a été modifié ou abîmé").format(what=what),
            N_("recopiez l'image, ou refaites la clé USB"),
        )
    return ours
