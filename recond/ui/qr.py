"""A QR code on the screen: light modules are drawn, black ones are the dark screen.

The console font of the image (Lat15) has a full block and no half ones: there a module is two blocks wide, and a screen of
25 lines has room for the small code only. Any other terminal draws two rows of modules in a line of half blocks.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from itertools import zip_longest

from rich.console import Console

from recond.ui.console import WIDTH, fold, safe

QUIET = 2
"""White modules around the code: ISO/IEC 18004 asks for four, phones need two, and a low screen has room for one."""
GAP = "   "

Rows = Sequence[Sequence[bool]]


def half_blocks(rows: Rows, quiet: int = QUIET) -> list[str]:
    """Return the code with two rows of modules a line."""
    framed = _framed(rows, quiet)
    if len(framed) % 2:
        framed.append([False] * len(framed[0]))
    drawn = {(False, False): "█", (False, True): "▀", (True, False): "▄", (True, True): " "}
    pairs = zip(framed[::2], framed[1::2], strict=True)
    return ["".join(drawn[one] for one in zip(upper, lower, strict=True)) for upper, lower in pairs]


def whole_blocks(rows: Rows, block: str, quiet: int = QUIET) -> list[str]:
    """Return the code with a row of modules a line, a light module being two of `block`."""
    return ["".join("  " if black else 2 * block for black in row) for row in _framed(rows, quiet)]


def _framed(rows: Rows, quiet: int) -> list[list[bool]]:
    edge = [False] * quiet
    side = len(rows) + 2 * quiet
    blank = [[False] * side for _ in range(quiet)]
    return [*blank, *([*edge, *row, *edge] for row in rows), *[list(one) for one in blank]]


def code_lines(rows: Rows, small_rows: Rows, *, kind: str, height: int) -> list[str]:
    """Return the code that this screen has room for. `kind`: "blocks" (the Linux console), "letters" (only letters are
    known), "halves" (any other terminal). A code is shown even where it has no room: then it scrolls."""
    if not rows:
        return []
    if kind == "halves":
        return half_blocks(rows)
    block = "█" if kind == "blocks" else "#"
    for candidate, quiet in ((rows, QUIET), (rows, 1), (small_rows, QUIET), (small_rows, 1)):
        if candidate and len(candidate) + 2 * quiet < height:
            return whole_blocks(candidate, block, quiet)
    return whole_blocks(rows, block)


def show_code(console: Console, rows: Rows, small_rows: Rows, words: Sequence[str]) -> None:
    """Print the code with its words beside it."""
    kind = "letters" if console.color_system is None else "halves"
    if kind == "halves" and os.environ.get("TERM") == "linux":
        kind = "blocks"
    height = shutil.get_terminal_size((80, 25)).lines if console.is_terminal else 1000
    code = code_lines(rows, small_rows, kind=kind, height=height)
    left = max(map(len, code), default=0)
    room = WIDTH - left - len(GAP)
    beside = [""] + [line for word in words for line in (*fold(safe(word), "", room), "")]
    for drawn, said in zip_longest(code, beside, fillvalue=""):
        console.print(f"{drawn.ljust(left)}{GAP}{said}".rstrip(" "), soft_wrap=True)
