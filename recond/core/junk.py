"""What firmware makers leave where a name or a number should stand. Counted in 20,000 DMI dumps: 17.5 % of product names."""

from __future__ import annotations

import re
from itertools import pairwise

WORDS = frozenset(
    """
    all series|asset|asset tag|bad index|base board|baseboard|board|chassis|computer|custom|customer|default|desktop|
    desktop pc|dummy|empty|insydeh2o|invalid|laptop|mini pc|n/a|na|name|nb|nil|no asset tag|no dimm|no enclosure|none|
    not present|notebook|notebook pc|null|oem|o.e.m|other|out of spec|pc|portable|portable pc|reference|reserved|sample|
    serial|server|sku|standard|standard pc|string|system|tablet|tablet pc|tbd|test|unknow|unknown|version|xxxx|abcd|
    unset|not set|notset|unspecified|not known|not supported|unsupported|todo|to do|fill in|please fill|change me|
    changeme|enter serial|to be determined|eval|engineering sample|generic|barebone|mainboard|motherboard|white box|
    whitebox|insyde|insydeh2o efi bios|model|model name|product|vendor|family|rev|revision|s/n|sn|p/n|pn|no serial|
    no serial number|noserial|no sn|no s/n|oem product|oem board|oem default|oem serial|lenovo product|lenovo mt|
    part of chassis|module part number|array1 partnumber0|product sku|mobo|undef|void|blank|no name|noname|
    none specified|unspecified string|prototype|proto|qwerty|sn default|project sub tag|default asset tag|no value|no data
    """.replace("\n", "")
    .replace("    ", "")
    .split("|")
)
"""Texts that say nothing when they stand alone, in lower case; inside a name they are real ("Notebook 9")."""

PHRASES = re.compile(
    r"to be (?:set by|filled|defined)|fill(?:ed)? by|tbd by|by o\.?e\.?m\b|o\.e\.m\.|default[ _]?string|defaultstring|undefined"
    r"|not (?:specified|applicable|available|settable|defined|provided)|no (?:information|asset) "
    r"|^(?:system|chassis|base ?board|board|product|bios|battery|enclosure|processor|cpu)[ _]?"
    r"(?:product ?)?(?:name|manufacturer name|version|location|serial|serial ?number|serial#|manufacturer?|sku|sku ?number"
    r"|sku#|asset ?tag|family)\d*$"
    r"|^type ?\d ?-|^type ?\d ?(?:sku|product|board|system|serial|version|family)"
    r"|^(?:[a-z]+-)?(?:notebook|tablet|desktop|system)?sku ?(?:num(?:ber)?)?\d*$"
    r"|^tag ?\d*$|^serial ?(?:number|num|no)?\d*$|^part ?num(?:ber)?\d*$"
    r"|^(?:product ?name|asset ?tag|assettagnum|sernum|mfg|manufacturer|a\d_[a-z]+) ?\d*$|kxxx-vyyy|\bx{4,}$|^x{4,}\b"
)
"""Phrases that are a placeholder wherever they stand, on the text folded to lower case and single spaces."""

UUIDS = frozenset(
    {
        "ffffffff-ffff-ffff-ffff-ffffffffffff",
        "00000000-0000-0000-0000-000000000000",
        "03000200-0400-0500-0006-000700080009",
        "12345678-1234-5678-90ab-cddeefaabbcc",
        "00020003-0004-0005-0006-000700080009",
        "00112233-4455-6677-8899-aabbccddeeff",
        "11111111-2222-3333-4444-555555555555",
        "12345678-1234-1234-1234-123456789abc",
        # A Dell whose service tag was never written: spaces in its place.
        "4c4c4544-0000-2010-8020-80c04f202020",
    }
)

MACS = frozenset({"00:11:22:33:44:55", "aa:bb:cc:dd:ee:ff", "00:00:00:00:00:01", "00:e0:4c:68:00:01"})
"""Addresses that chips have before anybody gives them one."""

UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

SEQUENCE_LENGTH = 8
"""Digits in a row, each one more than the last (9 goes on with 0), that nobody counts out on a real sticker."""


def is_placeholder(folded: str) -> bool:
    """Tell whether a text, folded to lower case and single spaces, is a maker's placeholder."""
    if folded in UUIDS or folded in MACS or (UUID.fullmatch(folded) and _is_one_digit(folded)):
        return True
    # "System_Product_Name" and "System-Product-Name" are the same left-over.
    loose = " ".join(folded.replace("_", " ").replace("-", " ").split())
    return any(
        text.strip(" .-_[]<>()*$#") in WORDS or PHRASES.search(text) is not None
        for text in dict.fromkeys((folded, loose))
    )


def _is_one_digit(uuid: str) -> bool:
    # "88888888-8888-8888-8888-878888888888": one digit with a slip.
    digits = uuid.replace("-", "")
    return max(digits.count(digit) for digit in set(digits)) >= len(digits) - 3


def is_sequence(bare: str) -> bool:
    """Tell whether letters and digits (lower case, nothing else) count up or down: "123456789", "BSN12345678901", "abcdef"."""
    bare = bare.removeprefix("0x")
    if bare and len(set(bare)) == 1:
        return True
    return _counts_up(bare) or _counts_up(bare[::-1])


def _counts_up(bare: str) -> bool:
    if len(bare) >= 4 and (bare in "01234567890123456789" or bare in "abcdefghijklmnopqrstuvwxyz"):
        return True
    run = 1
    for before, here in pairwise(bare):
        counts_up = before.isdecimal() and here.isdecimal() and int(here) == (int(before) + 1) % 10
        run = run + 1 if counts_up else 1
        if run >= SEQUENCE_LENGTH:
            return True
    return False
