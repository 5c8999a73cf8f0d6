"""The drawn label: ink only where the layout put something, and letters that are all there."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest
from PIL import Image, ImageChops

from recond.core.labeldata import LabelData, LabelOutcome, qr_text
from recond.label.draw import dots, draw, render
from recond.label.layout import lay_out
from recond.label.letters import font
from recond.label.marks import Square, Words
from recond.label.media import Media, all_media, find_media

LABEL = LabelData(
    tag="PC-0042-2",
    outcome=LabelOutcome.ERASED,
    wiped_on=date(2026, 11, 23),
    method="écrasement",
    verified=True,
    chassis="Unité centrale",
    model="Éditions ÀÉÈÊÇŒÿ",
    cpu="Intel Core2 Duo E8400",
    disks=("HDD 500 Go, à surveiller",),
    warnings=("Pile CMOS à changer",),
    url=qr_text("PC-0042-2", "http://192.168.1.20:8017"),
)


@pytest.mark.parametrize("media", all_media(), ids=lambda media: media.key)
@pytest.mark.parametrize("outcome", list(LabelOutcome))
@pytest.mark.parametrize("dpi", [203, 300])
def test_no_ink_outside_the_boxes(media: Media, outcome: LabelOutcome, dpi: int) -> None:
    layout = lay_out(dataclasses.replace(LABEL, outcome=outcome), media, dpi)
    image = draw(layout, media)
    assert image.mode == "1"
    assert image.size == media.pixels(dpi)
    rest = image.convert("L")
    for mark in layout.marks:
        rest.paste(255, _outer(dots(mark.box, dpi)))
    assert rest.getextrema() == (255, 255)
    safe = int(media.safe_mm * dpi / 25.4)
    ink = ImageChops.invert(image.convert("L")).getbbox()
    assert ink is not None
    assert ink[0] >= safe and ink[1] >= safe
    assert ink[2] <= image.width - safe and ink[3] <= image.height - safe


def _outer(box: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    return box[0], box[1], box[2] + 1, box[3] + 1


def test_not_erased_is_mostly_black_where_erased_is_mostly_white() -> None:
    shares = {}
    for outcome in (LabelOutcome.ERASED, LabelOutcome.NOT_ERASED):
        media = find_media("l7160")
        layout = lay_out(dataclasses.replace(LABEL, outcome=outcome), media, 300)
        (word,) = [mark for mark in layout.marks if isinstance(mark, Words) and mark.centred]
        part = draw(layout, media).crop(_outer(dots(word.box, 300))).convert("L")
        shares[outcome] = part.histogram()[0] / (part.width * part.height)
    assert shares[LabelOutcome.NOT_ERASED] > 0.5 > 0.35 > shares[LabelOutcome.ERASED]


@pytest.mark.parametrize("dpi", [203, 300, 600])
def test_the_code_is_drawn_module_for_module(dpi: int) -> None:
    media = find_media("l7160")
    layout = lay_out(LABEL, media, dpi)
    (square,) = [mark for mark in layout.marks if isinstance(mark, Square)]
    assert len(square.code.rows) == 25, "an upper-case address of a workshop fits 25 modules"
    image = draw(layout, media)
    left, top, right, bottom = _outer(dots(square.box, dpi))
    part = image.crop((left, top, right, bottom))
    side = round(square.code.module_mm * dpi / 25.4)
    assert abs(part.width - (25 + 8) * side) <= 1
    for row, modules in enumerate(square.code.rows):
        for column, black in enumerate(modules):
            x, y = (column + 4) * side, (row + 4) * side
            cell = part.crop((x, y, x + side, y + side)).convert("L")
            assert cell.getextrema() == ((0, 0) if black else (255, 255)), (row, column)
    ink = ImageChops.invert(part.convert("L")).getbbox()
    assert ink == (4 * side, 4 * side, 29 * side, 29 * side)


def test_every_french_letter_is_in_the_face() -> None:
    letters = "ÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŸŒÆàâäçéèêëîïôöùûüÿœæ«»’…·€°×½"
    for bold in (False, True):
        face = font(40, bold)
        missing = bytes(face.getmask("\uffff", mode="1"))
        for letter in letters:
            assert bytes(face.getmask(letter, mode="1")) != missing, letter


def test_two_labels_alike_give_the_same_dots() -> None:
    media = find_media("l7163")
    assert render(LABEL, media, 300).tobytes() == render(dataclasses.replace(LABEL), media, 300).tobytes()


def test_a_text_that_differs_by_an_accent_differs_in_dots() -> None:
    media = find_media("l7160")
    plain = render(dataclasses.replace(LABEL, model="Editions AEEECOEy"), media, 300)
    accents: Image.Image = render(dataclasses.replace(LABEL, model="Éditions AEEECOEy"), media, 300)
    assert plain.tobytes() != accents.tobytes()
