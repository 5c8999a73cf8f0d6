"""An A4 page with text that can be selected and searched: letters, bands, tables and QR codes, in millimetres.

fpdf2 writes the file; the letters are those of the labels (DejaVu Sans Condensed, bundled), of which only the characters
used go into the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import resources
from typing import TYPE_CHECKING

from recond.core.certpage import Tone
from recond.core.words import shown
from recond.label.letters import FILES, is_drawable

if TYPE_CHECKING:
    from fpdf import FPDF
    from fpdf.enums import WrapMode

WIDTH, HEIGHT = 210.0, 297.0
SIDE, TOP, BOTTOM = 16.0, 14.0, 18.0
ROOM = WIDTH - 2 * SIDE
FACE = "DejaVu"
LINE = 1.28
"""Height of a line, in sizes of its letters."""
MM_PER_POINT = 25.4 / 72
BLANKS = " \n\u00a0"

INK, GREY, PALE, RULE = (20, 24, 28), (96, 104, 112), (243, 245, 247), (205, 211, 217)
COLOURS = {Tone.GOOD: (22, 110, 62), Tone.BAD: (176, 28, 36), Tone.DOUBT: (158, 88, 0)}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a list: its heading, its width in millimetres, and how its words are aligned."""

    title: str
    width_mm: float
    align: str = "L"


class Paper:
    """A document being drawn from top to bottom; it begins new pages by itself and numbers them at the end."""

    def __init__(self, title: str, foot: str) -> None:
        from fpdf import FPDF

        paper = self

        class Sheet(FPDF):
            def footer(self) -> None:
                paper._foot(self)

        self.foot = drawable(foot)
        self.pdf = Sheet(format="A4", unit="mm")
        for bold, name in FILES.items():
            with resources.as_file(resources.files("recond.label").joinpath("fonts", name)) as path:
                self.pdf.add_font(FACE, "B" if bold else "", path)
        self.pdf.set_margins(SIDE, TOP, SIDE)
        self.pdf.c_margin = 0.0
        self.pdf.set_auto_page_break(True, BOTTOM)
        self.pdf.set_title(drawable(title))
        self.pdf.set_creator("recond")
        self.pdf.set_lang("fr-FR")
        self.pdf.set_creation_date(datetime.now(UTC))
        self.pdf.alias_nb_pages()
        self.pdf.add_page()

    def bytes(self) -> bytes:
        """Return the file."""
        return bytes(self.pdf.output())

    @property
    def left_mm(self) -> float:
        """Return what is left of this page."""
        return HEIGHT - BOTTOM - self.pdf.get_y()

    def page(self) -> None:
        """Begin a new page."""
        self.pdf.add_page()

    def need(self, height_mm: float) -> None:
        """Begin a new page unless so much is left of this one."""
        if self.left_mm < height_mm:
            self.page()

    def gap(self, height_mm: float) -> None:
        """Leave a blank."""
        self.pdf.set_y(self.pdf.get_y() + height_mm)

    def write(
        self, text: str, size: float, *, bold: bool = False, colour: Sequence[int] = INK, width_mm: float = ROOM,
        x_mm: float = SIDE, align: str = "L",
    ) -> None:  # fmt: skip
        """Write a paragraph, folded at words and inside those that are too long."""
        self._letters(size, bold, colour)
        self.pdf.set_x(x_mm)
        height = size * MM_PER_POINT * LINE
        self.pdf.multi_cell(
            width_mm, height, drawable(text), align=align, new_x="LMARGIN", new_y="NEXT", wrapmode=_wrap(text)
        )

    def lines(self, text: str, size: float, width_mm: float, *, bold: bool = False) -> int:
        """Return how many lines a paragraph takes."""
        self._letters(size, bold, INK)
        made = self.pdf.multi_cell(width_mm, 4, drawable(text), dry_run=True, output="LINES", wrapmode=_wrap(text))
        return max(1, len(made)) if isinstance(made, list) else 1

    def two_sides(self, left: str, right: str, size: float) -> None:
        """Write one line with a bold text on the left and a plain one on the right."""
        y = self.pdf.get_y()
        self.write(right, size, colour=GREY, align="R", x_mm=SIDE + ROOM / 2, width_mm=ROOM / 2)
        low = self.pdf.get_y()
        self.pdf.set_y(y)
        self.write(left, size, bold=True, width_mm=ROOM / 2)
        self.pdf.set_y(max(low, self.pdf.get_y()))

    def rule(
        self, colour: Sequence[int] = RULE, thick: float = 0.3, *, x_mm: float = SIDE, width_mm: float = ROOM
    ) -> None:
        """Draw a line across the page, or across a column."""
        self.pdf.set_draw_color(*colour)
        self.pdf.set_line_width(thick)
        self.pdf.line(x_mm, self.pdf.get_y(), x_mm + width_mm, self.pdf.get_y())

    def band(self, word: str, tone: Tone, sentence: str) -> None:
        """Draw the verdict: its word in white on its colour, and its sentence below in the same frame."""
        size = 34.0
        self._letters(size, True, (255, 255, 255))
        while self.pdf.get_string_width(drawable(word)) > ROOM - 16 and size > 14:
            size -= 1
            self._letters(size, True, (255, 255, 255))
        tall = size * MM_PER_POINT * 1.0 + 8
        y = self.pdf.get_y()
        self.pdf.set_fill_color(*COLOURS[tone])
        self.pdf.rect(SIDE, y, ROOM, tall, style="F")
        self.pdf.set_xy(SIDE + 8, y)
        self.pdf.cell(ROOM - 16, tall, drawable(word), align="L")
        self.pdf.set_y(y + tall + 2.5)
        self.write(sentence, 10.5, x_mm=SIDE + 8, width_mm=ROOM - 16)
        low = self.pdf.get_y() + 2.5
        self.pdf.set_draw_color(*COLOURS[tone])
        self.pdf.set_line_width(0.6)
        self.pdf.rect(SIDE, y, ROOM, low - y)
        self.pdf.set_y(low)

    def heading(self, text: str, *, x_mm: float = SIDE, width_mm: float = ROOM) -> None:
        """Write a heading over a thin line."""
        self.need(16)
        self.gap(3.4)
        self.write(text.upper(), 7.6, bold=True, colour=GREY, x_mm=x_mm, width_mm=width_mm)
        self.gap(0.6)
        self.rule(x_mm=x_mm, width_mm=width_mm)
        self.gap(1.2)

    def rows(
        self, rows: Sequence[tuple[str, str]], *, name_mm: float = 32.0, width_mm: float = ROOM, x_mm: float = SIDE,
        size: float = 9.0,
    ) -> None:  # fmt: skip
        """Write names and values in two columns."""
        height = size * MM_PER_POINT * LINE
        for name, value in rows:
            count = self.lines(value, size, width_mm - name_mm)
            self.need(min(count, 12) * height + 1)
            y = self.pdf.get_y()
            self.write(name, size, colour=GREY, width_mm=name_mm, x_mm=x_mm)
            low = self.pdf.get_y()
            self.pdf.set_y(y)
            self.write(value, size, x_mm=x_mm + name_mm, width_mm=width_mm - name_mm)
            self.pdf.set_y(max(low, self.pdf.get_y()) + 0.45)

    def blocks(
        self, blocks: Sequence[tuple[str, Sequence[tuple[str, str]]]], x_mm: float, width_mm: float, name_mm: float
    ) -> None:
        """Write headings with their rows in one column of the page."""
        for heading, rows in blocks:
            self.heading(heading, x_mm=x_mm, width_mm=width_mm)
            self.rows(rows, x_mm=x_mm, width_mm=width_mm, name_mm=name_mm)

    def listed(
        self, columns: Sequence[Column], rows: Sequence[Sequence[tuple[str, Tone | None]]], size: float = 8.0
    ) -> None:
        """Write a list, its headings again on every page; a cell with a tone is bold and coloured."""
        self._headings(columns, size)
        height = size * MM_PER_POINT * LINE
        for number, row in enumerate(rows):
            counts = [
                self.lines(text, size, column.width_mm - 1.6, bold=tone is not None)
                for column, (text, tone) in zip(columns, row, strict=True)
            ]
            tall = max(counts) * height + 1.8
            if self.left_mm < tall:
                self.page()
                self._headings(columns, size)
            y, x = self.pdf.get_y(), SIDE
            if number % 2:
                self.pdf.set_fill_color(*PALE)
                self.pdf.rect(SIDE, y, sum(column.width_mm for column in columns), tall, style="F")
            for column, (text, tone) in zip(columns, row, strict=True):
                self.pdf.set_y(y + 0.9)
                colour = COLOURS[tone] if tone else INK
                inner = column.width_mm - 1.6
                self.write(
                    text, size, bold=tone is not None, colour=colour, x_mm=x + 0.8, width_mm=inner, align=column.align
                )
                x += column.width_mm
            self.pdf.set_y(y + tall)
        self.rule()

    def _headings(self, columns: Sequence[Column], size: float) -> None:
        y, x = self.pdf.get_y(), SIDE
        for column in columns:
            self.pdf.set_y(y)
            self.write(
                column.title,
                size,
                bold=True,
                colour=GREY,
                x_mm=x + 0.8,
                width_mm=column.width_mm - 1.6,
                align=column.align,
            )
            x += column.width_mm
        self.pdf.set_y(y + size * MM_PER_POINT * LINE + 0.8)
        self.rule(GREY)
        self.gap(0.6)

    def square(self, text: str, side_mm: float, x_mm: float, y_mm: float) -> None:
        """Draw a QR code, its quiet zone left white around it (ISO/IEC 18004 asks for four modules)."""
        import segno

        made = segno.make(text, error="M", micro=False)
        rows = [bytes(row) for row in made.matrix]
        module = side_mm / len(rows)
        self.pdf.set_fill_color(*INK)
        for y, row in enumerate(rows):
            start = 0
            while start < len(row):
                end = start
                while end < len(row) and row[end]:
                    end += 1
                if end > start:
                    # One rectangle a run, a hair taller than its row, so that no viewer shows white lines between rows.
                    self.pdf.rect(
                        x_mm + start * module, y_mm + y * module, (end - start) * module, module * 1.03, style="F"
                    )
                start = end + 1

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Draw without ever turning the page."""
        self.pdf.set_auto_page_break(False)
        yield
        self.pdf.set_auto_page_break(True, BOTTOM)

    def _letters(self, size: float, bold: bool, colour: Sequence[int]) -> None:
        self.pdf.set_font(FACE, "B" if bold else "", size)
        self.pdf.set_text_color(*colour)

    def _foot(self, pdf: FPDF) -> None:
        pdf.set_y(-12)
        pdf.set_font(FACE, "", 7)
        pdf.set_text_color(*GREY)
        pdf.cell(ROOM * 0.82, 4, self.foot)
        pdf.cell(ROOM * 0.18, 4, f"page {pdf.page_no()}/{{nb}}", align="R")


def drawable(text: str) -> str:
    """Return the text in the language spoken now, with "?" for every character that the letters do not have."""
    return "".join(char if char in BLANKS or is_drawable(char) else "?" for char in shown(text))


def _wrap(text: str) -> WrapMode:
    from fpdf.enums import WrapMode

    # A hash or a vendor's endless name has no blank to fold at: it is cut between any two letters.
    return WrapMode.CHAR if " " not in text and len(text) > 30 else WrapMode.WORD
