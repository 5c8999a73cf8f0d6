"""What a system's image is vouched for by, before anything is written: the workshop's signature over its description."""

from __future__ import annotations

import json
from pathlib import Path

from recond.core.errors import ConfigurationFault
from recond.core.liveimage import FACTS
from recond.core.ports import Host
from recond.core.profile import ProfileImage, read_image
from recond.core.vouch import ENDING, KEY_FILE, check_image_signature, read_key
from recond.core.words import N_

UNSIGNED = N_("image non vérifiée par signature : ce système n'a pas de clé d'atelier")
"""Recorded with an installation where no key demands a signature (development, practice)."""


def demand_signature(host: Host, image: ProfileImage) -> str:
    """Return by whom the image is vouched for, as a note for the record.

    Raises ConfigurationFault when this system has a workshop's key and the image's description is not signed by it, or does
    not describe the image that is about to be installed; without a key, when the image would come over the network.
    """
    key = read_key(host.read(KEY_FILE, 4096))
    if key is None and image.origin is None:
        return UNSIGNED
    place = described_in(image)
    described = host.read(str(place), 16 << 20)
    if described is None:
        raise ConfigurationFault(N_("{place} ne se lit plus").format(place=place), N_("recopiez l'image sur la clé"))
    signature = host.read(f"{place}{ENDING}", 4096)
    if image.origin is not None:
        signer = demand_key(host, image.name, described, signature)
    else:
        signer = check_image_signature(image.name, described, signature, key) or ""
    if not _describes(described, str(place), image):
        raise ConfigurationFault(
            N_("la description signée de {name} n'est pas celle de l'image choisie").format(name=image.name),
            N_("relancez recond"),
        )
    return N_("image signée par la clé {signer}").format(signer=signer)


def demand_key(host: Host, name: str, described: bytes, signature: bytes | None) -> str:
    """Return the short id of the workshop's key, which signed this description that came over the network.

    Raises ConfigurationFault when it did not, or when this system has no key to know it by.
    """
    key = read_key(host.read(KEY_FILE, 4096))
    signer = check_image_signature(name, described, signature, key)
    if signer is None:
        raise ConfigurationFault(
            N_("{name} vient du réseau, et ce système n'a pas de clé d'atelier pour le reconnaître").format(name=name),
            N_("installez depuis une clé recond, ou démarrez ce PC par le réseau (recond serve --netboot)"),
        )
    return signer


def refusal(host: Host, image: ProfileImage) -> str | None:
    """Return why this image would be refused, None when it would not: asked before the wipe, not only after it."""
    try:
        demand_signature(host, image)
    except ConfigurationFault as error:
        return error.message
    return None


def described_in(image: ProfileImage) -> Path:
    """Return the file that holds the SHA-256 of everything in the image, and so the one that is signed."""
    path = Path(image.path)
    return path.with_name(FACTS) if image.live else path.with_suffix(".json")


def _describes(described: bytes, place: str, image: ProfileImage) -> bool:
    try:
        told = json.loads(described)
    except ValueError:
        return False
    if not isinstance(told, dict):
        return False
    if image.live is None:
        return read_image(place, told)[0] == image
    marks = (image.sha256, image.live.manifest_sha256, image.live.kit_sha256)
    return (told.get("sha256"), told.get("manifest_sha256"), told.get("kit_sha256")) == marks
