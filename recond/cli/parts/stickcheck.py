"""What `recond doctor` says of the stick that this system was started from: whole, signed, its own, with room and a clock."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime

from recond import __version__
from recond.cli.context import Context
from recond.core.words import _

Line = tuple[bool | None, str, str | None]
"""Good (None = worth knowing), the text, and what to do when it is not good."""

WORDS = {
    "altered": _("n'a plus son contenu"),
    "unreadable": _("ne se lit pas"),
    "missing": _("manque"),
    "added": _("a été ajouté depuis (il n'est pas de l'image)"),
}
REMAKE = _("refaites la clé (scripts/write-stick --update garde ses fiches), ou prenez-en une autre")
FULL = _("copiez les fiches (recond push --to-file) puis faites de la place, ou prenez une clé plus grande")
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
    where = _("copie en mémoire") if found.from_memory else _("clé")
    yield True, f"{where} : recond {image.version}, image {image.image}", None
    if image.version != __version__:
        yield (
            False,
            _("recond {version} tourne, l'image est celle de recond {version2}").format(
                version=__version__, version2=image.version
            ),
            REMAKE,
        )
    for finding in found.findings:
        text = finding.what if finding.rule == "unsigned" else f"{finding.what} {WORDS[finding.rule]}"
        yield (None if finding.rule == "added" else False), text, REMAKE
    if not found.damaged:
        by = (
            _(", signée par la clé {signer}").format(signer=found.signer) if found.signer else _(", sans clé d'atelier")
        )
        yield (
            True,
            _("{files} fichiers relus ({decimal_bytes}) : tous ceux de l'image{by}").format(
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
            _("dossier {data} : {strerror}").format(data=context.data, strerror=error.strerror),
            _("la clé ne répond plus : rebranchez-la et redémarrez"),
        )
        return
    level = False if free < 20_000_000 else None if free < 200_000_000 else True
    yield (
        level,
        _("dossier {data} : {decimal_bytes} libres").format(data=context.data, decimal_bytes=decimal_bytes(free)),
        FULL,
    )
    if now < BUILT:
        yield (
            None,
            _("l'horloge de ce PC dit {now:%d/%m/%Y} : sa pile est vide").format(now=now),
            _("les fiches gardent leur ordre sans elle ; remplacez la pile (CR2032) avant de donner le PC"),
        )


def copied_line(copied_from: str | None, enrolled: bool) -> Iterator[Line]:
    """Say that this stick was copied from another and still has to become one of the workshop's own."""
    if copied_from and not enrolled:
        yield (
            None,
            _(
                "cette clé est une copie de {copied_from} : elle a pris son propre nom, ses numéros et sa clé de signature"
            ).format(copied_from=copied_from),
            _("enrôlez-la (recond enrol) et donnez-lui son préfixe d'étiquettes (tag_prefix dans recond.toml)"),
        )
