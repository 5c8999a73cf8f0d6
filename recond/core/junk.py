"""What firmware makers leave where a name or a number should stand. Counted in 20,000 DMI dumps: 17.5 % of product names."""

from __future__ import annotations

import re
from itertools import pairwise

WORDS = frozenset(
    """
    all series|asset|asset tag|bad index|base board|baseboard|board|chassis|computer|custom|customer|default|desktop|
    desktop pc|dummy|empty|insydeh2o|invalid|laptop|mini pc|n/a|na|name|nb|nil|no asset tag|no dimm|no enclosure|none|
    not present|notebook|notebook pc|null|oem|o.e.m|other|out of spec|pc|portable|portable pc|reference|reserved|sample|
    serial|server|sku|standard|standard pc|string|system|tablet|tablet pc|tbd|test|unknow|unknown|version|xxxx|abcd
    """.replace("\n", "")
    .replace("    ", "")
    .split("|")
)
"""Texts that say nothing when they stand alone, in lower case; inside a name they are real ("Notebook 9")."""

PHRASES = re.compile(
    r"to be (?:filled|defined)|fill(?:ed)? by|tbd by|by o\.?e\.?m\b|o\.e\.m\.|default[ _]?string|defaultstring|undefined"
    r"|not (?:specified|applicable|available|settable|defined|provided)|no (?:information|asset) "
    r"|^(?:system|chassis|base ?board|board|product|bios|battery|enclosure|processor|cpu)[ _]?"
    r"(?:product ?)?(?:name|version|serial|serial ?number|serial#|manufacturer?|sku|sku ?number|sku#|asset ?tag|family)\d*$"
    r"|^type ?\d ?-|^type ?\d ?(?:sku|product|board|system|serial|version|family)"
    r"|^(?:[a-z]+-)?(?:notebook|tablet|desktop|system)?sku ?\d*$|^serial ?(?:number|num|no)?\d*$|^part ?num(?:ber)?\d*$"
    r"|^(?:product ?name|asset ?tag|assettagnum|sernum|mfg|manufacturer|a\d_[a-z]+) ?\d*$|kxxx-vyyy|^x{4,}\b"
)
"""Phrases that are a placeholder wherever they stand, on the text folded to lower case and single spaces."""

UUIDS = frozenset(
    {
        "ffffffff-ffff-ffff-ffff-ffffffffffff",
        "00000000-0000-0000-0000-000000000000",
        "03000200-0400-0500-0006-000700080009",
        "12345678-1234-5678-90ab-cddeefaabbcc",
        "00020003-0004-0005-0006-000700080009",
    }
)

SEQUENCE_LENGTH = 8
"""Digits in a row, each one more than the last (9 goes on with 0), that nobody counts out on a real sticker."""


def is_placeholder(folded: str) -> bool:
    """Tell whether a text, folded to lower case and single spaces, is a maker's placeholder."""
    return folded in UUIDS or folded.strip(" .-_[]<>()*$") in WORDS or PHRASES.search(folded) is not None


def is_sequence(bare: str) -> bool:
    """Tell whether letters and digits (lower case, nothing else) count up: "123456789", "BSN12345678901", "abcdef"."""
    if len(bare) >= 4 and (bare in "01234567890123456789" or bare in "abcdefghijklmnopqrstuvwxyz"):
        return True
    run = 1
    for before, here in pairwise(bare):
        counts_up = before.isdecimal() and here.isdecimal() and int(here) == (int(before) + 1) % 10
        run = run + 1 if counts_up else 1
        if run >= SEQUENCE_LENGTH:
            return True
    return False
