"""How the server itself is: storage, database, cards, attachments, backup. The coordination's page and /healthz say the same."""

from __future__ import annotations

import json
import logging
import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recond.core.text import decimal_bytes
from recond.core.words import N_
from recond.server import cards, keep, own, speech
from recond.server.models import Awaited, Blob, Card, Stick

LOG = logging.getLogger(__name__)

LITTLE_BYTES, TOO_LITTLE_BYTES = 5 << 30, 512 << 20
"""Free space below which the coordination is told, and below which the server is not well."""
LITTLE_SHARE: Final = 0.05
BACKUP_DAYS: Final = 7
LATE_HOURS: Final = 24
"""An attachment travels before its event; one that is missing a day later was lost on its way."""
KEPT_S: Final = 10.0
"""Whoever asks more often gets the answer of before: /healthz is open to all, and looking costs a write to the disk."""
LAST_BACKUP: Final = "last-backup.json"
PIECES: Final = "pieces-check.json"


class Mark(StrEnum):
    """How a thing is: well, to be seen to, or not well."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"

    @property
    def colour(self) -> str:
        """Return the colour of the pages."""
        return {Mark.OK: "good", Mark.WARN: "busy", Mark.FAIL: "bad"}[self]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at. `key` is for programs; `said` and `hint` for people, and never in /healthz."""

    key: str
    mark: Mark
    name: str
    said: str
    hint: str = ""


def checks() -> list[Check]:
    """Look at everything. A check that cannot be made is not well."""
    found = []
    for key, name, look in LOOKS:
        try:
            found.append(look())
        except (DatabaseError, InterfaceError, OSError, ValueError) as error:
            LOG.warning("check %s: %r", key, error)
            found.append(
                Check(key, Mark.FAIL, _(name), _("ne répond pas"), _("voyez le journal du serveur (server.log)"))
            )
    return found


_lock = threading.Lock()
_last: tuple[float, dict[str, Mark]] | None = None


def marks() -> dict[str, Mark]:
    """Return the mark of every check, at most ten seconds old."""
    global _last
    with _lock:
        if _last is None or time.monotonic() - _last[0] > KEPT_S:
            _last = (time.monotonic(), {one.key: one.mark for one in checks()})
        return _last[1]


def worst(found: list[Mark]) -> Mark:
    """Return the worst of them."""
    return max(found, key=list(Mark).index, default=Mark.OK)


def _database() -> Check:
    Stick.objects.exists()
    kind = "PostgreSQL" if connection.vendor == "postgresql" else "SQLite"
    return Check("database", Mark.OK, _("Base de données"), _("%(kind)s, répond") % {"kind": kind})


def _storage() -> Check:
    keep.write(own.data() / "writable", b"recond\n")
    return Check("storage", Mark.OK, _("Dossier des données"), _("s'écrit"))


def _disk() -> Check:
    usage = shutil.disk_usage(own.data())
    said = _("%(free)s libres sur %(total)s") % {"free": decimal_bytes(usage.free), "total": decimal_bytes(usage.total)}
    little = usage.free < LITTLE_BYTES or usage.free < usage.total * LITTLE_SHARE
    mark = Mark.FAIL if usage.free < TOO_LITTLE_BYTES else Mark.WARN if little else Mark.OK
    return Check("disk", mark, _("Place sur le disque"), said, "" if mark is Mark.OK else _("faites de la place"))


def _migrations() -> Check:
    executor = MigrationExecutor(connection)
    left = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    newest = max((name for app, name in executor.loader.applied_migrations if app == "recond"), default="")
    if not left:
        return Check("migrations", Mark.OK, _("Forme de la base"), _("à jour (%(name)s)") % {"name": newest})
    said = ngettext("%(n)d mise à jour manque", "%(n)d mises à jour manquent", left) % {"n": left}
    return Check("migrations", Mark.FAIL, _("Forme de la base"), said, _("redémarrez : recond serve"))


def _projection() -> Check:
    old = Card.objects.filter(made_by__lt=cards.RULES).count()
    newest = Card.objects.order_by("-seen_at", "uid").values_list("seen_at", flat=True).first()
    if old:
        said = ngettext("%(n)d fiche à refaire", "%(n)d fiches à refaire", old) % {"n": old}
        return Check("projection", Mark.WARN, _("Fiches"), said, _("redémarrez, ou recond serve --rebuild"))
    said = (
        _("à jour ; dernière arrivée le %(day)s") % {"day": moment(newest)} if newest else _("à jour ; aucune encore")
    )
    return Check("projection", Mark.OK, _("Fiches"), said)


def _attachments() -> Check:
    late = awaited().filter(since__lt=timezone.now() - timedelta(hours=LATE_HOURS)).count()
    waiting = awaited().count()
    lost = int((told(PIECES) or {}).get("lost") or 0)
    parts = []
    if lost:
        parts.append(ngettext("%(n)d perdue ou abîmée", "%(n)d perdues ou abîmées", lost) % {"n": lost})
    if waiting:
        parts.append(ngettext("%(n)d attendue", "%(n)d attendues", waiting) % {"n": waiting})
    mark = Mark.FAIL if lost else Mark.WARN if late else Mark.OK
    hint = _("elles sont listées plus bas") if parts else ""
    return Check("attachments", mark, _("Pièces jointes"), " ; ".join(parts) or _("aucune ne manque"), hint)


def _backup() -> Check:
    last = told(LAST_BACKUP)
    hint = _("recond serve --backup FICHIER, et gardez-le sur un autre disque")
    if last is None:
        return Check("backup", Mark.WARN, _("Sauvegarde"), _("aucune n'est connue"), hint)
    at = datetime.fromisoformat(str(last["at"]))
    old = timezone.now() - at > timedelta(days=BACKUP_DAYS)
    said = _("le %(day)s, %(size)s, %(where)s") % {
        "day": moment(at), "size": decimal_bytes(int(last["bytes"])), "where": speech.told(str(last["where"])[:200]),
    }  # fmt: skip
    return Check("backup", Mark.WARN if old else Mark.OK, _("Sauvegarde"), said, hint if old else "")


LOOKS: Final[tuple[tuple[str, str, Callable[[], Check]], ...]] = (
    ("database", N_("Base de données"), _database),
    ("storage", N_("Dossier des données"), _storage),
    ("disk", N_("Place sur le disque"), _disk),
    ("migrations", N_("Forme de la base"), _migrations),
    ("projection", N_("Fiches"), _projection),
    ("attachments", N_("Pièces jointes"), _attachments),
    ("backup", N_("Sauvegarde"), _backup),
)


def awaited() -> QuerySet[Awaited]:
    """Return the attachments that events name and that are not here."""
    # One that came in the same moment as its event was noted may have crossed it.
    return Awaited.objects.filter(~Exists(Blob.objects.filter(pk=OuterRef("pk"))))


def moment(at: datetime) -> str:
    """Return a time as the workshop's clocks say it."""
    return f"{timezone.localtime(at):%d/%m/%Y %H:%M}"


def told(name: str) -> dict[str, Any] | None:
    """Return what was noted in a small file of the data folder, None when there is none."""
    try:
        found = json.loads((own.data() / name).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def note(name: str, **facts: object) -> None:
    """Note something in a small file of the data folder, with the time. Raises OSError."""
    said = {"at": datetime.now(UTC).isoformat(timespec="seconds"), **facts}
    keep.write(own.data() / name, json.dumps(said, ensure_ascii=False).encode())


def check_pieces() -> int:
    """Look whether every attachment is on the disk and as long as it was; note and return how many are not. They are read
    again by whoever opens them: here only their length is compared, so that 100,000 take seconds."""
    lost = []
    for row in Blob.objects.order_by("pk").iterator(2000):
        try:
            good = (own.data() / "blobs" / row.sha256).stat().st_size == row.size_bytes
        except OSError:
            good = False
        if not good:
            lost.append(row.sha256)
    note(PIECES, lost=len(lost), names=lost[:50], looked=Blob.objects.count())
    return len(lost)
