"""The lines below the big word: the biggest size at which they all fit, then cut, then dropped from the end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from recond.label.letters import cut, width_mm
from recond.label.marks import Box, Words
from recond.label.words import SEPARATOR, Item

SIZES_MM = (3.2, 2.9, 2.65, 2.4, 2.2)
"""Sizes of the letters, tried in this order; 2.2 mm is 6 points, the least that is read without glasses."""
PITCH_EM = 1.25
LOOSE_EM = 1.45
PADDING_EM = 0.3
GAP_EM = 0.6


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring words of one line that look alike."""

    text: str
    bold: bool
    reverse: bool


Line = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Room:
    """The space to fill and the resolution it is measured at."""

    box: Box
    dpi: int


def run_width(run: Run, em_mm: float, dpi: int) -> float:
    """Return how wide a run is with the black margin of reverse video."""
    return width_mm(run.text, em_mm, run.bold, dpi) + (2 * PADDING_EM * em_mm if run.reverse else 0.0)


def line_width(line: Line, em_mm: float, dpi: int) -> float:
    """Return how wide a line is."""
    return sum(run_width(run, em_mm, dpi) for run in line) + GAP_EM * em_mm * (len(line) - 1)


def place(items: Sequence[Item], room: Room) -> tuple[tuple[Words, ...], tuple[str, ...]]:
    """Return the words in their boxes, and the texts that had to be dropped (always the last ones)."""
    for kept in range(len(items), 0, -1):
        found = _arrange(items[:kept], room)
        if found is not None:
            lines, em_mm = found
            return _boxes(lines, em_mm, room), tuple(item.text for item in items[kept:])
    return (), tuple(item.text for item in items)


def _arrange(items: Sequence[Item], room: Room) -> tuple[list[Line], float] | None:
    """Return lines and letter size: whole texts at the biggest size, else texts cut at the smallest; None = no room."""
    for em_mm in SIZES_MM:
        for lines in _ways(items, em_mm, room):
            if _is_low_enough(lines, em_mm, room) and all(_is_narrow_enough(line, em_mm, room) for line in lines):
                return lines, em_mm
    em_mm = SIZES_MM[-1]
    for lines in _ways(items, em_mm, room):
        if _is_low_enough(lines, em_mm, room):
            return [_cut(line, em_mm, room) for line in lines], em_mm
    return None


def _is_low_enough(lines: Sequence[Line], em_mm: float, room: Room) -> bool:
    return len(lines) * PITCH_EM * em_mm <= room.box.height + 1e-6


def _is_narrow_enough(line: Line, em_mm: float, room: Room) -> bool:
    return line_width(line, em_mm, room.dpi) <= room.box.width


def _ways(items: Sequence[Item], em_mm: float, room: Room) -> Iterator[list[Line]]:
    """Yield the ways to set the texts, the airiest first: a line each, whole texts joined, texts broken at their dots."""
    whole = [Run(item.text, item.bold, item.reverse) for item in items]
    yield [(run,) for run in whole]
    yield _filled(whole, em_mm, room)
    parts = [Run(part, item.bold, item.reverse) for item in items for part in item.text.split(SEPARATOR)]
    yield _filled(parts, em_mm, room)


def _filled(runs: Sequence[Run], em_mm: float, room: Room) -> list[Line]:
    """Fill the lines one after another."""
    lines: list[Line] = []
    for run in runs:
        joined = _joined(lines[-1], run) if lines else None
        if joined is not None and _is_narrow_enough(joined, em_mm, room):
            lines[-1] = joined
        else:
            lines.append((run,))
    return lines


def _joined(line: Line, run: Run) -> Line:
    last = line[-1]
    if (last.bold, last.reverse) == (run.bold, run.reverse) and not run.reverse:
        return (*line[:-1], Run(last.text + SEPARATOR + run.text, run.bold, False))
    return (*line, run)


def _cut(line: Line, em_mm: float, room: Room) -> Line:
    """Cut a line that is a single text too long. Packed lines of several texts always fit."""
    if _is_narrow_enough(line, em_mm, room):
        return line
    (run,) = line
    space = room.box.width - (2 * PADDING_EM * em_mm if run.reverse else 0.0)
    return (Run(cut(run.text, space, em_mm, run.bold, room.dpi), run.bold, run.reverse),)


def _boxes(lines: Sequence[Line], em_mm: float, room: Room) -> tuple[Words, ...]:
    pitch = min(room.box.height / len(lines), LOOSE_EM * em_mm)
    found = []
    for number, line in enumerate(lines):
        x, y = room.box.x, room.box.y + number * pitch
        for run in line:
            width = run_width(run, em_mm, room.dpi)
            box = Box(x, y + (pitch - PITCH_EM * em_mm) / 2, width, PITCH_EM * em_mm)
            indent = PADDING_EM * em_mm if run.reverse else 0.0
            found.append(Words(box, run.text, em_mm, run.bold, run.reverse, indent_mm=indent))
            x += width + GAP_EM * em_mm
    return tuple(found)
