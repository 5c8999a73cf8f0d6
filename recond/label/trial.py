"""The test page: labels that belong to no machine, to see whether margins, paper and letters are right."""

from __future__ import annotations

from recond.core.labeldata import Inapplicable, LabelData, LabelOutcome, qr_text
from recond.core.words import _
from recond.label.media import Media


def trial_labels(media: Media, printer: str) -> tuple[LabelData, ...]:
    """Return one label on a roll, a whole sheet of them on a page, each with its place: NON EFFACÉ, so that nobody can
    stick one on a PC, and because its black band shows the margins from edge to edge."""
    return tuple(_one(number, media, printer) for number in range(1, media.per_page + 1))


def _one(number: int, media: Media, printer: str) -> LabelData:
    na = Inapplicable.NA
    place = (
        _("place {number} sur {per_page}").format(number=number, per_page=media.per_page)
        if media.per_page > 1
        else _("une étiquette")
    )
    return LabelData(
        tag=f"ESSAI-{number}",
        outcome=LabelOutcome.NOT_ERASED,
        why=_("page d'essai, aucune machine"),
        chassis=_("Essai"),
        model=f"{media.key}, {place}",
        cpu=printer,
        ram=_("éàçùœ ÉÀÇŒ"),
        disks=(f"{media.width_mm:g} x {media.height_mm:g} mm",),
        os=_("rien n'est coupé au bord ?"),
        battery=na,
        charger=na,
        grade=na,
        keyboard=na,
        inches=na,
        practice=True,
        url=qr_text(f"ESSAI-{number}"),
    )
