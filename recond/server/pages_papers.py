"""The papers' addresses: lot reports, a hand-over's convention and sheet, and a machine's label again."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from recond.core.errors import UsageError
from recond.core.labeldata import label_from_card
from recond.label.draw import render
from recond.label.media import Media, find_media
from recond.label.pdf import Picture, write_pdf
from recond.label.printers import png
from recond.label.printers.sheet import encode as sheet_pdf
from recond.server import identity, papers, papers_handover
from recond.server.models import Card
from recond.server.roles import Role, handovers_of, needs, sees_lot, visible
from recond.server.work import Handover, Lot

LABEL_MEDIA = "dk62"
A_REPORT = 2000
"""Machines of one report; a larger lot is not a pallet, and its paper would hold the server up."""


def pdf(data: bytes, name: str) -> HttpResponse:
    """Return a paper, opened by the browser and saved under a plain name."""
    answer = HttpResponse(data, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{slugify(name) or "papier"}.pdf"'
    answer["Cache-Control"] = "no-store"
    return answer


def _lot(request: HttpRequest, name: str) -> tuple[Lot | None, list[Card], int]:
    row = Lot.objects.filter(name=name).first() if sees_lot(request.user, name) else None
    cards = list(visible(request.user).filter(lot=name).order_by("tag")[: A_REPORT + 1])
    if row is None and not cards:
        raise Http404(_("le lot {lot} n'est pas connu de ce serveur").format(lot=name[:60]))
    if len(cards) > A_REPORT:
        raise Http404(
            _("le lot {lot} a plus de {most} machines : partagez-le d'abord en lots plus petits").format(
                lot=name[:60], most=A_REPORT
            )
        )
    return row, cards, Card.objects.filter(lot=name).count()


@require_safe
@needs(Role.VOLUNTEER)
def donor_report(request: HttpRequest, name: str) -> HttpResponse:
    """Hand out the donor's report of a lot."""
    return pdf(papers.donor_report(name, *_lot(request, name)), f"donateur {name}")


@require_safe
@needs(Role.VOLUNTEER)
def erasure_report(request: HttpRequest, name: str) -> HttpResponse:
    """Hand out the erasure report of a lot."""
    return pdf(papers.erasure_report(name, *_lot(request, name)), f"effacement {name}")


@require_safe
@needs(Role.VOLUNTEER)
def convention(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out the convention of a loan or a gift."""
    row = get_object_or_404(handovers_of(request.user), pk=pk)
    return pdf(papers_handover.convention(row, _card(row)), f"convention {row.tag or row.uid}")


@require_safe
@needs(Role.VOLUNTEER)
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out the sheet with who helps."""
    row = get_object_or_404(handovers_of(request.user), pk=pk)
    return pdf(papers_handover.sheet(row, _card(row)), f"aide {row.tag or row.uid}")


def _card(row: Handover) -> Card | None:
    return Card.objects.filter(pk=identity.card_of(row.uid)).first()


def _medium(key: str) -> Media:
    try:
        return find_media(key)
    except UsageError as error:
        raise Http404(_("ce support d'étiquettes n'existe pas")) from error


@require_safe
@needs(Role.VOLUNTEER)
def label(request: HttpRequest, uid: str, kind: str) -> HttpResponse:
    """Draw a machine's label again from its card: as a picture, or as a page to print. `?support=`: on which label medium, of
    a sheet the place `?place=` that is still free; a roll's page is of the label's own size."""
    row = visible(request.user).filter(pk=uid).first()
    if row is None or kind not in ("png", "pdf"):
        raise Http404(_("cette machine n'est pas sur ce serveur"))
    media, place = _medium(request.GET.get("support", LABEL_MEDIA)), request.GET.get("place", "1")
    if not place.isascii() or not place.isdigit() or not 1 <= int(place[:4]) <= media.per_page:
        raise Http404(_("cette planche n'a pas cette place"))
    try:
        told = label_from_card(row.body, f"{request.scheme}://{request.get_host()}")
        picture = png.encode(told, media)
    except (KeyError, TypeError, ValueError, AttributeError) as error:  # the payload is not ours
        raise Http404(_("la fiche de cette machine est illisible : rien n'est imprimé d'après elle")) from error
    if kind == "pdf" and media.page is not None:
        return pdf(sheet_pdf([told], media, int(place)), f"etiquette {row.tag or uid}")
    if kind == "pdf":
        whole = Picture(render(told, media, png.DPI), 0.0, 0.0, media.width_mm, media.height_mm)
        return pdf(write_pdf([[whole]], media.width_mm, media.height_mm, row.tag), f"etiquette {row.tag or uid}")
    answer = HttpResponse(picture, content_type="image/png")
    answer["Content-Disposition"] = f'inline; filename="{slugify(f"etiquette {row.tag or uid}")}.png"'
    answer["Cache-Control"] = "no-store"
    return answer
