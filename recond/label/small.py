"""Small labels (a charger, a bare disk, a 29 mm tape): the code as high as the label, then number, word and destiny."""

from __future__ import annotations

from recond.core.destiny import Destiny
from recond.core.labeldata import LabelData, LabelOutcome
from recond.core.words import _
from recond.label.body import Room, place
from recond.label.letters import CAP_EM, Space, fit
from recond.label.marks import Box, Layout, Mark, Square, Words
from recond.label.media import Media
from recond.label.qr import QUIET, Code, make_code
from recond.label.words import OUTCOME_WORD, SHORT_DESTINY, Item, items, proof_words, tag_words

SMALL_MM = 30.0
"""Labels lower than this are laid out here."""
ROW_SHARE = 0.22
ROW_MM = 2.4
"""Height of a row: its share of the label's height, and never less than this."""
GAP_MM = 0.3
INSET_MM = 0.3
CODE_WIDTH_SHARE = 0.42
SMALLEST_MM = 1.6
"""These words are read in the hand, and a word cut in two would say something else."""


def lay_out_small(label: LabelData, media: Media, dpi: int) -> Layout:
    """Return where everything goes: code on the left, three rows beside it, and below them what there is room for."""
    safe = media.safe_mm
    marks: list[Mark] = []
    left = safe
    code = _code(label, media, dpi)
    if code is not None:
        side = code.ink_mm + 2 * code.quiet_mm
        square = Box(0.0, (media.height_mm - side) / 2, side, side)
        marks.append(Square(square, code))
        left = side
    column = Box(left, safe, media.width_mm - safe - left, media.height_mm - 2 * safe)
    row = max(ROW_MM, ROW_SHARE * column.height)
    y = column.y
    for text, reverse in _rows(label):
        marks.append(_row(text, Box(column.x, y, column.width, row), dpi, reverse))
        y += row + GAP_MM
    below = Box(column.x, y, column.width, max(0.0, column.bottom - y))
    proof = Item(2, proof_words(label, destiny=False))
    words, dropped = place((proof, *items(label)), Room(below, dpi))
    return Layout(media.width_mm, media.height_mm, dpi, (*marks, *words), dropped)


def _code(label: LabelData, media: Media, dpi: int) -> Code | None:
    """Return the biggest code that fits with its quiet zone, which may use the margin: that is white as well."""
    room = min(media.height_mm, CODE_WIDTH_SHARE * media.width_mm)
    code = None
    # A code of 21 modules needs a smaller part of the room for its quiet zone than one of 33: the first that fits is taken.
    for modules in (33, 29, 25, 21):
        code = make_code(label.url, label.tag, room * modules / (modules + 2 * QUIET), dpi)
        if code is not None and code.ink_mm + 2 * code.quiet_mm <= room + 1e-6:
            return code
    return None


def _rows(label: LabelData) -> list[tuple[str, bool]]:
    """Return the three rows and whether each is white on black: whatever is not good is."""
    erased = label.outcome is LabelOutcome.ERASED
    rows = [(tag_words(label), False), (_(OUTCOME_WORD[label.outcome]), not erased)]
    if label.practice:
        return [*rows, (_("EXERCICE"), True)]
    if label.destiny is None:
        return rows
    return [*rows, (_(SHORT_DESTINY[label.destiny]), label.destiny is not Destiny.READY)]


def _row(text: str, box: Box, dpi: int, reverse: bool) -> Words:
    inner = box.height - (2 * INSET_MM if reverse else 0.0)
    width = box.width - (2 * INSET_MM if reverse else 0.0)
    fitted, em_mm = fit(text, Space(width, inner, inner / CAP_EM, SMALLEST_MM), True, dpi)
    indent = INSET_MM if reverse else 0.0
    return Words(box, fitted, em_mm, bold=True, reverse=reverse, by_ink=True, indent_mm=indent)
