"""The test page: labels that belong to no machine, to see whether margins, paper and letters are right."""

from __future__ import annotations

from recond.core.labeldata import LabelData, qr_text
from recond.core.words import DEFAULT, _, language, speaking
from recond.label.letters import CAP_EM, Space, fit
from recond.label.marks import Box, Frame, Layout, Mark, Square, Words
from recond.label.media import Media
from recond.label.qr import QUIET, make_code

EDGE_MM = 0.25
TICKS_MM = 5
"""Ticks at each millimetre from the edge: those that are missing on the paper say how much was cut off."""
TICK_MM = 2.0
WORD_SHARE = 0.42
CODE_SHARE = 0.3
SMALLEST_MM = 1.4
ROW_MM = 2.2
"""Rows lower than this are left out, the last ones first."""
MODULES = 21
"""A side of the code of so short a text (ISO/IEC 18004, version 1)."""


def trial_labels(media: Media, printer: str, lang: str = DEFAULT) -> tuple[LabelData, ...]:
    """Return one label on a roll, a whole sheet of them on a page, each with its place. The word is ESSAI: it says nothing
    of any machine."""
    with speaking(lang):
        return tuple(_one(number, media, printer) for number in range(1, media.per_page + 1))


def _one(number: int, media: Media, printer: str) -> LabelData:
    place = (
        _("place {number} sur {per_page}").format(number=number, per_page=media.per_page)
        if media.per_page > 1
        else _("une étiquette")
    )
    size = _millimetres(media.width_mm, media.height_mm)
    return LabelData(
        tag=f"ESSAI-{number}",
        model=f"{media.key}, {place}, {size}",
        cpu=printer,
        ram=_("éàçùœ ÉÀÇŒ"),
        os=_("un trait qui manque = 1 mm coupé"),
        url=qr_text(f"ESSAI-{number}"),
        lang=language(),
        trial=True,
    )


def _millimetres(width: float, height: float) -> str:
    size = f"{width:g} x {height:g} mm"
    return size.replace(".", ",") if language() == DEFAULT else size


def lay_out_trial(label: LabelData, media: Media, dpi: int) -> Layout:
    """Return a frame at the very edge with its ticks, and inside them the word, a code and what this page is."""
    ticks = min(TICKS_MM, int(media.height_mm / 6))
    marks: list[Mark] = [Frame(Box(0, 0, media.width_mm, media.height_mm), EDGE_MM), *_ticks(media, ticks)]
    inset = ticks + 1.0
    room = Box(inset, inset, media.width_mm - 2 * inset, media.height_mm - 2 * inset)
    most = min(room.height, CODE_SHARE * room.width)
    code = make_code(label.url, None, most * MODULES / (MODULES + 2 * QUIET), dpi)
    left = room.x
    if code is not None:
        side = code.ink_mm + 2 * code.quiet_mm
        marks.append(Square(Box(room.x, room.y + (room.height - side) / 2, side, side), code))
        left += side
    texts = [str(text) for text in (label.model, label.os, label.ram, label.cpu) if isinstance(text, str)]
    word = Box(left, room.y, room.right - left, WORD_SHARE * room.height)
    marks.append(_line(_("ESSAI"), word, dpi, bold=True))
    texts = texts[: max(1, int((room.bottom - word.bottom) / ROW_MM))]
    row = (room.bottom - word.bottom) / len(texts)
    for number, text in enumerate(texts):
        marks.append(_line(text, Box(left, word.bottom + number * row, word.width, row), dpi))
    return Layout(media.width_mm, media.height_mm, dpi, tuple(marks))


def _line(text: str, box: Box, dpi: int, *, bold: bool = False) -> Words:
    height = box.height * (0.9 if bold else 0.62)
    fitted, em_mm = fit(text, Space(box.width, box.height, height / CAP_EM, SMALLEST_MM), bold, dpi)
    return Words(box, fitted, em_mm, bold=bold, by_ink=bold)


def _ticks(media: Media, count: int) -> list[Mark]:
    """Return short lines along the middle of each edge, one a millimetre, the fifth longer."""
    middle_x, middle_y = media.width_mm / 2, media.height_mm / 2
    found: list[Mark] = []
    for at in range(1, count + 1):
        long = TICK_MM * (2 if at == TICKS_MM else 1)
        across = [Box(middle_x - long / 2, y, long, EDGE_MM) for y in (at, media.height_mm - at - EDGE_MM)]
        along = [Box(x, middle_y - long / 2, EDGE_MM, long) for x in (at, media.width_mm - at - EDGE_MM)]
        found += [Frame(box, EDGE_MM) for box in (*across, *along)]
    return found
