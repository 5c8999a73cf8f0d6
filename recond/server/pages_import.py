"""What comes in by a file: a donor's own list of machines, and a stick's events carried by hand."""

from __future__ import annotations

import json
import re
import secrets
import tempfile
from pathlib import Path

from django import forms
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from recond.core.errors import RecondError
from recond.core.words import N_
from recond.server import donorlist, manage, own, speech
from recond.server.config import MAX_BODY
from recond.server.ledger import Announced
from recond.server.models import Print
from recond.server.roles import Role, has_lot, needs, note, place_of, sees_lot, visible
from recond.server.work import Lot

MAX_PARCEL = 2 * MAX_BODY
SHOWN = 300
LOT_NAME = 60
SERIALS = ("system-serial", "board-serial", "chassis-serial")
RECEIPT = re.compile(r"[0-9a-f]{32}")


class ListForm(forms.Form):
    """A donor's list: the file, or (after the preview) its text."""

    file = forms.FileField(label=gettext_lazy("liste du donateur (CSV : une ligne par machine)"), required=False)
    text = forms.CharField(required=False, strip=False, widget=forms.HiddenInput())


class ParcelForm(forms.Form):
    """A file of `recond push --to-file`."""

    file = forms.FileField(label=gettext_lazy("fichier de « recond push --to-file »"))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Role.VOLUNTEER)
def announce(request: HttpRequest, name: str) -> HttpResponse:
    """Read a donor's list for a lot: first shown with what is wrong line by line, then, once confirmed, taken."""
    if not _is_name(name) or not has_lot(request.user, name):
        raise Http404(_("ce lot n'est pas de votre lieu"))
    form, found = ListForm(request.POST or None, request.FILES or None), None
    if request.method == "POST" and form.is_valid():
        file, text = form.cleaned_data["file"], form.cleaned_data["text"]
        data = file.read(donorlist.MAX_BYTES + 1) if file else text.encode()
        try:
            found = donorlist.read(data, Announced.objects.exclude(serial_key="").values_list("serial_key", flat=True))
        except donorlist.NoList as fault:
            form.add_error("file", speech.told(str(fault)))
        else:
            if not file and "take" in request.POST and found.good:
                _take(request, name, found)
                return redirect("announced", name=name)
    known: dict[str, object] = {
        "form": form,
        "found": found,
        "name": name,
        "shown": SHOWN,
        "title": _("Liste du donateur"),
    }
    if found is not None:
        known |= {
            "rows": found.good[:SHOWN],
            "more": max(0, len(found.good) - SHOWN),
            "confirm": ListForm(initial={"text": found.text}),
        }
    return render(request, "recond/donor_list.html", known, status=400 if form.errors else 200)


def _is_name(name: str) -> bool:
    return 0 < len(name) <= LOT_NAME and "\0" not in name


def _take(request: HttpRequest, name: str, found: donorlist.Read) -> None:
    rows = [
        Announced(
            lot=name, maker=row.maker, model=row.model, serial=row.serial, serial_key=row.serial_key, asset=row.asset,
            note=row.note,
        )
        for row in found.good
    ]  # fmt: skip
    with transaction.atomic():
        lot = Lot.objects.get_or_create(name=name, defaults={"place": place_of(request.user)})[0]
        Announced.objects.bulk_create(rows, 500)
        lot.expected = max(lot.expected or 0, Announced.objects.filter(lot=name).count())
        lot.save()
    said = N_("{n} machine(s) annoncée(s), {bad} ligne(s) refusée(s)").format(n=len(rows), bad=len(found.bad))
    note(request, N_("liste du donateur"), name, said)


@require_http_methods(["GET", "HEAD", "POST"])
def announced(request: HttpRequest, name: str) -> HttpResponseBase:
    """Show the machines that a donor announced, those that came and those that are missing; take the list away again."""
    if not _is_name(name) or not sees_lot(request.user, name):
        raise Http404(_("ce lot n'est pas de votre lieu"))
    if request.method == "POST":
        return forget(request, name)
    rows = list(Announced.objects.filter(lot=name).order_by("id")[: donorlist.MAX_LINES])
    seen = _seen({row.serial_key for row in rows if row.serial_key})
    cards = visible(request.user).defer("body").in_bulk(sorted(set(seen.values())))
    lines = [
        {"row": row, "came": row.serial_key in seen, "card": cards.get(seen.get(row.serial_key, ""))} for row in rows
    ]
    missing = [one for one in lines if not one["came"]]
    known = {"name": name, "lines": lines, "missing": len(missing), "without": sum(not row.serial_key for row in rows)}
    return render(request, "recond/announced.html", {**known, "title": _("Annoncées : lot %(name)s") % {"name": name}})


@needs(Role.VOLUNTEER)
def forget(request: HttpRequest, name: str) -> HttpResponseBase:
    """Take a lot's announced list away: a wrong file. The machines that came stay."""
    if not has_lot(request.user, name):
        raise Http404(_("ce lot n'est pas de votre lieu"))
    count, _each = Announced.objects.filter(lot=name).delete()
    note(request, N_("liste du donateur"), name, N_("{n} machine(s) annoncée(s) retirée(s)").format(n=count))
    return redirect("announced", name=name)


def _seen(keys: set[str]) -> dict[str, str]:
    """Return serial number -> machine that bears it, of those that came."""
    found: dict[str, str] = {}
    wanted = sorted(keys)
    for start in range(0, len(wanted), 500):
        rows = Print.objects.filter(value__in=wanted[start : start + 500], kind__in=SERIALS)
        found |= dict(rows.values_list("value", "uid"))
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Role.COORDINATOR)
def parcel(request: HttpRequest) -> HttpResponse:
    """Take a stick's events from a file, through the same checks as a push, and give the receipt to carry back."""
    form, done, receipt = ParcelForm(request.POST or None, request.FILES or None), None, None
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        with tempfile.NamedTemporaryFile(dir=own.data(), prefix="import-") as copy:
            for chunk in file.chunks():
                copy.write(chunk)
            copy.flush()
            try:
                done = manage.load(Path(copy.name), str(file.name)[:80])
            except RecondError as error:
                form.add_error("file", f"{speech.told(error.message)} ({speech.told(error.hint or '')})")
            else:
                receipt = _keep_receipt(done.receipt)
                note(
                    request,
                    N_("import"),
                    str(file.name)[:80],
                    ", ".join(f"{n} {word}" for word, n in sorted(done.counts.items())),
                )
    known: dict[str, object] = {
        "form": form,
        "done": done,
        "receipt": receipt,
        "max": MAX_PARCEL >> 20,
        "title": _("Importer"),
    }
    if done is not None:
        refused = done.counts["rejected"] + done.counts["conflict"]
        known |= {"stored": done.counts["stored"], "duplicate": done.counts["duplicate"], "refused": refused,
                  "reasons": done.reasons[:SHOWN]}  # fmt: skip
    lots = Lot.objects.order_by("-received_on", "-pk").values_list("name", flat=True)[:20]
    known["lots"] = [(lot, reverse("announce", args=[lot])) for lot in lots]
    return render(request, "recond/import.html", known, status=400 if form.errors else 200)


def _keep_receipt(said: dict[str, object]) -> str:
    from recond.server import keep

    name = secrets.token_hex(16)
    keep.write(own.data() / "receipts" / f"{name}.json", json.dumps(said).encode())
    return name


@require_safe
@needs(Role.COORDINATOR)
def receipt(request: HttpRequest, name: str) -> HttpResponseBase:
    """Hand out a receipt: on the stick, `recond import FILE` counts what it names as sent."""
    path = own.data() / "receipts" / f"{name}.json"
    if not RECEIPT.fullmatch(name) or not path.is_file():
        raise Http404(_("ce reçu n'est pas sur ce serveur"))
    return FileResponse(
        path.open("rb"), as_attachment=True, filename="recond.recu.json", content_type="application/json"
    )


def announced_count(name: str) -> int:
    """Return how many machines a donor's list announces for a lot."""
    return Announced.objects.filter(lot=name).count()
