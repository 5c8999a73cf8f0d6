"""The stick's console font has every letter that the screens may write: read from the font file itself."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

from recond.ui.console import safe

ROOT = Path(__file__).resolve().parents[2]
BOXES = "─│┌┐└┘├┤┬┴┼═"


def letters_of(font: bytes) -> set[str]:
    """Return the characters of a PC Screen Font, version 1 (magic 36 04), from its table: 16-bit little-endian code points,
    0xFFFF ends a glyph, and what follows 0xFFFE in a glyph is a sequence (no single character)."""
    assert font[:2] == b"\x36\x04" and font[2] & 0x02, "a version 1 font with a table"
    count = 512 if font[2] & 0x01 else 256
    table = font[4 + count * font[3] :]
    found: set[str] = set()
    sequence = False
    for place in range(0, len(table) - 1, 2):
        code = int.from_bytes(table[place : place + 2], "little")
        if code == 0xFFFF:
            sequence = False
        elif code == 0xFFFE:
            sequence = True
        elif not sequence:
            found.add(chr(code))
    return found


def test_the_consoles_font_has_every_letter_the_screens_use() -> None:
    used = re.search(r"^font=(\S+)$", (ROOT / "live-image/rootfs/usr/lib/recond/keyboard").read_text(), re.MULTILINE)
    assert used is not None
    font = letters_of(gzip.decompress(Path(used[1]).read_bytes()))
    printable = {letter for code in range(0x20, 0x100) if (letter := bytes([code]).decode("iso8859-15")).isprintable()}
    shown = {letter for letter in printable if safe(letter) == letter}
    assert len(shown) > 185
    assert sorted(shown - font) == []
    assert sorted(set(BOXES) - font) == []
