"""A layout drawn as one 1-bit bitmap: what every printer gets, dot for dot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recond.core.labeldata import LabelData
from recond.label.layout import lay_out
from recond.label.letters import CAP_EM, font, to_px
from recond.label.marks import Box, Frame, Layout, Square, Words
from recond.label.media import MM_PER_INCH, Media

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

WHITE, BLACK = 1, 0


def render(label: LabelData, media: Media, dpi: int) -> Image:
    """Return one label as a 1-bit image of the medium's size."""
    return draw(lay_out(label, media, dpi), media)


def draw(layout: Layout, media: Media) -> Image:
    """Return the drawn layout (mode "1", 1 = white), its resolution noted in the image."""
    from PIL import Image, ImageDraw

    image = Image.new("1", media.pixels(layout.dpi), WHITE)
    image.info["dpi"] = (layout.dpi, layout.dpi)
    pen = ImageDraw.Draw(image)
    pen.fontmode = "1"
    for mark in layout.marks:
        match mark:
            case Words():
                _words(pen, mark, layout.dpi)
            case Frame():
                _frame(pen, mark, layout.dpi)
            case Square():
                _square(pen, mark, layout.dpi)
    return image


def inverted(image: Image) -> Image:
    """Return the bitmap with 1 = black, as printers count."""
    from PIL import Image as images
    from PIL import ImageChops

    # Pillow's own inversion is only defined for whole grey values, not for mode "1".
    return ImageChops.invert(image.convert("L")).convert("1", dither=images.Dither.NONE)


def dots(box: Box, dpi: int) -> tuple[int, int, int, int]:
    """Return left, top, right and bottom in dots; right and bottom are the last dots inside."""
    scale = dpi / MM_PER_INCH
    left, top = round(box.x * scale), round(box.y * scale)
    return left, top, max(left, round(box.right * scale) - 1), max(top, round(box.bottom * scale) - 1)


def _words(pen: ImageDraw, mark: Words, dpi: int) -> None:
    left, top, right, bottom = dots(mark.box, dpi)
    if mark.reverse:
        pen.rectangle((left, top, right, bottom), fill=BLACK)
    face = font(to_px(mark.em_mm, dpi), mark.bold)
    ink = [int(edge) for edge in face.getbbox(mark.text, mode="1", anchor="ls")]
    x = left + round(mark.indent_mm * dpi / MM_PER_INCH) - min(0, ink[0])
    if mark.centred:
        x = left + (right - left + 1 - (ink[2] - ink[0])) // 2 - ink[0]
    base = (top + bottom + 1 + round(CAP_EM * face.size)) // 2
    if mark.by_ink:
        base = top + (bottom - top + 1 - (ink[3] - ink[1])) // 2 - ink[1]
    pen.text((x, base), mark.text, font=face, fill=WHITE if mark.reverse else BLACK, anchor="ls")


def _frame(pen: ImageDraw, mark: Frame, dpi: int) -> None:
    left, top, right, bottom = dots(mark.box, dpi)
    line = to_px(mark.line_mm, dpi)
    pen.rectangle((left, top, right, bottom), outline=BLACK, width=line)
    if mark.dashed:
        step = 4 * line
        for x in range(left + step, right - step, 2 * step):
            pen.rectangle((x, top, x + step - 1, top + line - 1), fill=WHITE)
            pen.rectangle((x, bottom - line + 1, x + step - 1, bottom), fill=WHITE)


def _square(pen: ImageDraw, mark: Square, dpi: int) -> None:
    left, top, _, _ = dots(mark.box, dpi)
    side = to_px(mark.code.module_mm, dpi)
    quiet = round(mark.code.quiet_mm * dpi / MM_PER_INCH)
    for row, modules in enumerate(mark.code.rows):
        for column, black in enumerate(modules):
            if black:
                x, y = left + quiet + column * side, top + quiet + row * side
                pen.rectangle((x, y, x + side - 1, y + side - 1), fill=BLACK)
