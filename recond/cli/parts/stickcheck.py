"""What `recond doctor` says of the stick that this system was started from: whole, signed, its own, with room and a clock."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime

from recond import __version__
from recond.cli.context import Context
from recond.core.words import N_, joined

Line = tuple[bool | None, str, str | None]
"""Good (None = worth knowing), the text, and what to do when it is not good."""

WORDS = {
    "altered": N_("n'a plus son contenu"),
    "unreadable": N_("ne se lit pas"),
    "missing": N_("manque"),
    "added": N_("a été ajouté depuis (il n'est pas de l'image)"),
}
REMAKE = N_("refaites la clé (scripts/write-stick --update garde ses fiches), ou prenez-en une autre")
FULL = N_("copiez les fiches (recond push --to-file) puis faites de la place, ou prenez une clé plus grande")
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
    where = N_("copie en mémoire") if found.from_memory else N_("clé")
    yield True, joined(": ", (where, f"recond {image.version}, image {image.image}")), None
    if image.version != __version__:
        yield (
            False,
            N_("recond {version} tourne, l'image est celle de recond {version2}").format(
                version=__version__, version2=image.version
            ),
            REMAKE,
        )
    for finding in found.findings:
        text = finding.what if finding.rule == "unsigned" else joined(" ", (finding.what, WORDS[finding.rule]))
        yield (None if finding.rule == "added" else False), text, REMAKE
    if not found.damaged:
        by = (
            N_(", signée par la clé {signer}").format(signer=found.signer)
            if found.signer
            else N_(", sans clé d'atelier")
        )
        yield (
            True,
            N_("{files} fichiers relus ({decimal_bytes}) : tous ceux de l'image{by}").format(
                files=found.files, decimal_bytes=decimal_bytes(found.bytes_read), by=by
            ),
            None,
        )


def room_and_clock(context: Context, now: datetime) -> Iterator[Line]:
    """Say whether the data folder has room for a day's records, and whether the clock can be right."""
    from recond.core.text import decimal_bytes

    try:
        free = shutil.disk_usage(context.data).free
    except OSError as error:
        yield (
            False,
            N_("dossier {data} : {strerror}").format(data=context.data, strerror=error.strerror),
            N_("la clé ne répond plus : rebranchez-la et redémarrez"),
        )
        return
    level = False if free < 20_000_000 else None if free < 200_000_000 else True
    yield (
        level,
        N_("dossier {data} : {decimal_bytes} libres").format(data=context.data, decimal_bytes=decimal_bytes(free)),
        FULL,
    )
    if now < BUILT:
        yield (
            None,
            N_("l'horloge de ce PC dit {now} : sa pile est vide").format(now=f"{now:%d/%m/%Y}"),
            N_("les fiches gardent leur ordre sans elle ; remplacez la pile (CR2032) avant de donner le PC"),
        )


def copied_line(copied_from: str | None, enrolled: bool) -> Iterator[Line]:
    """Say that this stick was copied from another and still has to become one of the workshop's own."""
    if copied_from and not enrolled:
        yield (
            None,
            N_(
                "cette clé est une copie de {copied_from} : elle a pris son propre nom, ses numéros et sa clé de signature"
            ).format(copied_from=copied_from),
            N_("enrôlez-la (recond enrol) et donnez-lui son préfixe d'étiquettes (tag_prefix dans recond.toml)"),
        )
