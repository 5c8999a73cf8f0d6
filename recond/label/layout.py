"""The label in millimetres: code and number on top, the big word, then as many facts as there is room for."""

from __future__ import annotations

from recond.core.destiny import Destiny
from recond.core.labeldata import LabelData, LabelOutcome
from recond.core.words import _, speaking
from recond.label.body import Room, place
from recond.label.letters import ACCENT_EM, CAP_EM, Space, fit
from recond.label.marks import Box, Frame, Layout, Mark, Square, Words
from recond.label.media import Media
from recond.label.qr import make_code
from recond.label.small import SMALL_MM, lay_out_small
from recond.label.trial import lay_out_trial
from recond.label.words import OUTCOME_WORD, SHORT_DESTINY, items, keep_words, proof_words, tag_words

CODE_SHARE = 0.34
"""Part of the label's height that the code may take."""
HEADER_SHARE = 0.385
SMALLEST_MM = 2.2
BIGGEST_MM = 3.2
PROOF_SHARE = 0.2
WIDE_PROOF_SHARE = 0.26
FRAME_MM = 0.6
BAND_SHARE = (0.2, 0.27)
"""Least and greatest part of the label's height that NON EFFACÉ takes; between them it fills the width."""
GAP_MM = 0.6
DASHED_INSET_MM = 1.1
INSET_MM = 0.95
"""From the edge of the big word's box to its letters."""
TAG_SHARE = 0.54
TAG_BESIDE_SHARE = 0.47
LINE_EM = 1.25
WIDE_MM = 70.0
WIDE_RATIO = 4.2
BESIDE_SHARE = 0.48
"""Part of the word's row that EFFACÉ takes when PRÊT or À REVOIR stands beside it."""


def lay_out(label: LabelData, media: Media, dpi: int) -> Layout:
    """Return where everything goes on one label of this medium, for a printer of `dpi` dots an inch."""
    with speaking(label.lang):
        return lay_out_trial(label, media, dpi) if label.trial else _lay_out(label, media, dpi)


def _lay_out(label: LabelData, media: Media, dpi: int) -> Layout:
    if media.height_mm < SMALL_MM:
        return lay_out_small(label, media, dpi)
    safe = media.safe_mm
    marks: list[Mark] = []
    column = Box(safe, safe, media.width_mm - 2 * safe, HEADER_SHARE * media.height_mm)
    code = make_code(label.url, label.tag, CODE_SHARE * media.height_mm, dpi)
    if code is not None:
        # The quiet zone may use the safe margin: that is white as well.
        side = code.ink_mm + 2 * code.quiet_mm
        edge = max(0.0, safe - code.quiet_mm)
        square = Box(media.width_mm - edge - side, edge, side, side)
        marks.append(Square(square, code))
        column = Box(safe, safe, square.x - safe, max(column.height, square.bottom - safe))
    if label.outcome is LabelOutcome.NOT_ERASED:
        band = _band(label, Box(safe, column.bottom, media.width_mm - 2 * safe, media.height_mm), dpi)
        marks += [*_warning_head(label, column, dpi), _big_word(label, band, dpi)]
        y = band.bottom + GAP_MM
    else:
        marks += _head(label, column, dpi)
        y = column.bottom
    below = Box(safe, y, media.width_mm - 2 * safe, media.height_mm - safe - y)
    words, dropped = place(items(label), Room(below, dpi))
    return Layout(media.width_mm, media.height_mm, dpi, (*marks, *words), dropped)


def _line(text: str, box: Box, dpi: int, *, bold: bool = False) -> Words:
    biggest = min(BIGGEST_MM, box.height / LINE_EM)
    fitted, em_mm = fit(text, Space(box.width, box.height, biggest, SMALLEST_MM), bold, dpi)
    return Words(box, fitted, em_mm, bold)


def _number(label: LabelData, box: Box, dpi: int) -> Words:
    """Return the machine's number as big as it gets."""
    space = Space(box.width, box.height, box.height / CAP_EM, SMALLEST_MM)
    fitted, em_mm = fit(tag_words(label), space, True, dpi)
    return Words(box, fitted, em_mm, bold=True, by_ink=True)


def _big_word(label: LabelData, box: Box, dpi: int) -> Words:
    """Return the outcome in its box: white on black unless it is a good one."""
    inset = DASHED_INSET_MM if label.outcome is LabelOutcome.NO_DISK else INSET_MM
    inner = box.height - 2 * inset
    space = Space(box.width - 2 * inset, inner, inner / CAP_EM, SMALLEST_MM)
    text, em_mm = fit(_(OUTCOME_WORD[label.outcome]), space, True, dpi)
    reverse = label.outcome is LabelOutcome.NOT_ERASED
    return Words(box, text, em_mm, bold=True, reverse=reverse, centred=True, by_ink=True)


def _band(label: LabelData, space: Box, dpi: int) -> Box:
    """Return the band of a word that goes from edge to edge, as high as the word gets."""
    least, most = (share * space.height for share in BAND_SHARE)
    word = Space(space.width - 2 * INSET_MM, most - 2 * INSET_MM, most, SMALLEST_MM)
    _unused, em_mm = fit(_(OUTCOME_WORD[label.outcome]), word, True, dpi)
    return Box(space.x, space.y, space.width, min(most, max(least, em_mm * ACCENT_EM + 2 * INSET_MM)))


def _head(label: LabelData, column: Box, dpi: int) -> list[Mark]:
    """Number, framed word, date and method beside the code: one under another, or number and word side by side."""
    wide = column.width >= min(WIDE_MM, WIDE_RATIO * column.height)
    share = WIDE_PROOF_SHARE if wide else PROOF_SHARE
    proof_height = max(share * column.height, LINE_EM * SMALLEST_MM)
    proof = Box(column.x, column.bottom - proof_height, column.width - GAP_MM, proof_height)
    height = column.height - proof_height - GAP_MM
    if wide:
        share = TAG_BESIDE_SHARE if label.outcome is LabelOutcome.ERASED and label.destiny else TAG_SHARE
        tag = Box(column.x, column.y, share * column.width, height - GAP_MM)
        word = Box(tag.right + 2 * GAP_MM, column.y, column.right - tag.right - 4 * GAP_MM, height - GAP_MM)
    else:
        tag = Box(column.x, column.y, column.width, 0.4 * height)
        word = Box(column.x, tag.bottom + GAP_MM, column.width - GAP_MM, height - tag.height - GAP_MM)
    return [
        _number(label, tag, dpi),
        *_row(label, word, dpi),
        _line(proof_words(label), proof, dpi),
    ]


def _row(label: LabelData, box: Box, dpi: int) -> list[Mark]:
    """Return the framed word, and beside it where the machine goes: black on white only when that is PRÊT."""
    frame, destiny = box, label.destiny
    if label.outcome is not LabelOutcome.ERASED or destiny is None:
        return [Frame(box, FRAME_MM, dashed=label.outcome is LabelOutcome.NO_DISK), _big_word(label, box, dpi)]
    frame = Box(box.x, box.y, BESIDE_SHARE * box.width, box.height)
    beside = Box(frame.right + GAP_MM, box.y, box.right - frame.right - GAP_MM, box.height)
    inner = box.height - 2 * INSET_MM
    space = Space(beside.width - 2 * INSET_MM, inner, inner / CAP_EM, SMALLEST_MM)
    text, em_mm = fit(_(SHORT_DESTINY[destiny]), space, True, dpi)
    reverse = destiny is not Destiny.READY
    return [
        Frame(frame, FRAME_MM),
        _big_word(label, frame, dpi),
        *([] if reverse else [Frame(beside, FRAME_MM)]),
        Words(beside, text, em_mm, bold=True, reverse=reverse, centred=True, by_ink=True),
    ]


def _warning_head(label: LabelData, column: Box, dpi: int) -> list[Mark]:
    """Number, why it is not erased, and what not to do, beside the code; the word itself gets the whole width."""
    tag = Box(column.x, column.y, column.width, 0.46 * column.height)
    why = Box(column.x, tag.bottom + GAP_MM, column.width, 0.22 * column.height)
    keep = Box(column.x, why.bottom, column.width, 0.22 * column.height)
    return [
        _number(label, tag, dpi),
        _line(proof_words(label), why, dpi),
        _line(keep_words(label), keep, dpi, bold=True),
    ]
