"""What `recond doctor` says of the stick that this system was started from: whole, signed, its own, with room and a clock."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime

from recond import __version__
from recond.cli.context import Context

Line = tuple[bool | None, str, str | None]
"""Good (None = worth knowing), the text, and what to do when it is not good."""

WORDS = {
    "altered": "n'a plus son contenu",
    "unreadable": "ne se lit pas",
    "missing": "manque",
    "added": "a été ajouté depuis (il n'est pas de l'image)",
}
REMAKE = "refaites la clé (scripts/write-stick --update garde ses fiches), ou prenez-en une autre"
FULL = "copiez les fiches (recond push --to-file) puis faites de la place, ou prenez une clé plus grande"
BUILT = datetime(2026, 1, 1, tzinfo=UTC)
"""No recond is older: a clock before this day has lost its battery."""


def stick_lines(context: Context) -> Iterator[Line]:
    """Read the whole stick and say what is wrong with it. Nothing at all on a system that is no stick."""
    from recond.core.errors import RecondError
    from recond.core.text import decimal_bytes
    from recond.flow import integrity

    if not integrity.on_a_stick(context.host):
        return
    try:
        found = integrity.check(context.host)
    except RecondError as error:
        yield False, error.message, error.hint
        return
    image = found.image
    where = "copie en mémoire" if found.from_memory else "clé"
    yield True, f"{where} : recond {image.version}, image {image.image}", None
    if image.version != __version__:
        yield False, f"recond {__version__} tourne, l'image est celle de recond {image.version}", REMAKE
    for finding in found.findings:
        text = finding.what if finding.rule == "unsigned" else f"{finding.what} {WORDS[finding.rule]}"
        yield (None if finding.rule == "added" else False), text, REMAKE
    if not found.damaged:
        by = f", signée par la clé {found.signer}" if found.signer else ", sans clé d'atelier"
        yield True, f"{found.files} fichiers relus ({decimal_bytes(found.bytes_read)}) : tous ceux de l'image{by}", None


def room_and_clock(context: Context, now: datetime) -> Iterator[Line]:
    """Say whether the data folder has room for a day's records, and whether the clock can be right."""
    from recond.core.text import decimal_bytes

    try:
        free = shutil.disk_usage(context.data).free
    except OSError as error:
        yield False, f"dossier {context.data} : {error.strerror}", "la clé ne répond plus : rebranchez-la et redémarrez"
        return
    level = False if free < 20_000_000 else None if free < 200_000_000 else True
    yield level, f"dossier {context.data} : {decimal_bytes(free)} libres", FULL
    if now < BUILT:
        yield (
            None,
            f"l'horloge de ce PC dit {now:%d/%m/%Y} : sa pile est vide",
            "les fiches gardent leur ordre sans elle ; remplacez la pile (CR2032) avant de donner le PC",
        )


def copied_line(copied_from: str | None, enrolled: bool) -> Iterator[Line]:
    """Say that this stick was copied from another and still has to become one of the workshop's own."""
    if copied_from and not enrolled:
        yield (
            None,
            f"cette clé est une copie de {copied_from} : elle a pris son propre nom, ses numéros et sa clé de signature",
            "enrôlez-la (recond enrol) et donnez-lui son préfixe d'étiquettes (tag_prefix dans recond.toml)",
        )
