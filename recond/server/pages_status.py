"""The coordination's page of the server itself, its backup, and /healthz for programs."""

from __future__ import annotations

import logging
import tempfile
from datetime import timedelta
from pathlib import Path

from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from recond import __version__
from recond.core.errors import RecondError
from recond.core.words import N_
from recond.server import archive, own, status
from recond.server.api import endpoint
from recond.server.models import Stick
from recond.server.roles import Role, needs, note
from recond.server.status import Mark

LOG = logging.getLogger(__name__)

SILENT_DAYS = 30
SHOWN = 50
WORDS = {Mark.OK: "ok", Mark.WARN: "degraded", Mark.FAIL: "failing"}


@endpoint("GET", "HEAD")
def healthz(request: HttpRequest) -> HttpResponse:
    """Say to a monitor how the server is: 200 while it works (ok, degraded), 503 when it does not. No name, path or number."""
    marks = status.marks()
    whole = status.worst(list(marks.values()))
    said = {"schema": "recond.healthz/1", "status": WORDS[whole], "version": __version__, "checks": marks}
    answer = JsonResponse(said, status=503 if whole is Mark.FAIL else 200)
    answer["Cache-Control"] = "no-store"
    return answer


@require_safe
@needs(Role.COORDINATOR)
def page(request: HttpRequest) -> HttpResponse:
    """Show how the server is, when its sticks were heard last, and what waits for attachments."""
    found = status.checks()
    long_ago = timezone.now() - timedelta(days=SILENT_DAYS)
    sticks = [
        {"row": row, "silent": row.last_seen_at is None or row.last_seen_at < long_ago}
        for row in Stick.objects.filter(revoked_at=None).order_by("last_seen_at", "name")[:SHOWN]
    ]
    pieces = status.told(status.PIECES)
    known = {
        "checks": found,
        "worst": status.worst([one.mark for one in found]),
        "version": __version__,
        "sticks": sticks,
        "stick_count": Stick.objects.filter(revoked_at=None).count(),
        "awaited": status.awaited().order_by("since")[:SHOWN],
        "pieces": pieces,
        "silent_days": SILENT_DAYS,
        "title": _("État du serveur"),
    }
    return render(request, "recond/status.html", known)


@require_POST
@needs(Role.COORDINATOR)
def pieces(request: HttpRequest) -> HttpResponse:
    """Look for attachments that are gone from the disk."""
    lost = status.check_pieces()
    note(request, N_("pièces"), N_("contrôle"), N_("{n} perdue(s) ou abîmée(s)").format(n=lost))
    return redirect("status")


@require_POST
@needs(Role.COORDINATOR)
def backup(request: HttpRequest) -> HttpResponseBase:
    """Make a backup of everything and hand it out; nothing of it stays here."""
    name = f"recond-{timezone.localtime():%Y-%m-%d-%H%M}.tar.gz"
    try:
        with tempfile.TemporaryDirectory(dir=own.data(), prefix="backup-") as folder:
            target = Path(folder) / name
            who = request.user.get_username() or N_("cette machine")
            archive.backup(target, N_("remise au navigateur de {who}").format(who=who))
            # The open file outlives its folder; the last reader frees its place.
            file = target.open("rb")
    except RecondError as fault:
        # The disk is full: the message names a folder that is gone, the hint says what to do.
        why = _("la sauvegarde ne se fait pas : il n'y a pas assez de place sur le disque, ou il ne s'écrit pas")
        LOG.warning("backup: %s", fault.message)
        return render(request, "recond/refused.html", {"why": why, "title": _("Impossible")}, status=503)
    note(request, N_("sauvegarde"), name, N_("préparée et remise au navigateur"))
    answer = FileResponse(file, as_attachment=True, filename=name, content_type="application/gzip")
    answer["Cache-Control"] = "no-store"
    return answer
