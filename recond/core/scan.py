"""What a bar-code scanner types: a tag, or the address in a label's QR code, sometimes in the letters of another keyboard."""

from __future__ import annotations

from recond.core.identity import parse_tag

FRENCH = "&é\"'(-è_çà)^$qsdfghjklmùwxcvbn,;:!aertyuiop"
AMERICAN = "1234567890-[]asdfghjkl;'zxcvbnm,./qertyuiop"
"""The same keys, in the same order, unshifted, as a French (AZERTY) and an American (QWERTY) keyboard write them."""

FRENCH_SHIFTED = "1234567890°¨£QSDFGHJKLM%WXCVBN?./§AERTYUIOP"
AMERICAN_SHIFTED = '!@#$%^&*()_{}ASDFGHJKL:"ZXCVBNM<>?QERTYUIOP'

_PAIRS = [*zip(FRENCH, AMERICAN, strict=True), *zip(FRENCH_SHIFTED, AMERICAN_SHIFTED, strict=True)]
_LEFT = [("z", "w"), ("Z", "W")]
TO_AMERICAN = str.maketrans(dict([*_PAIRS, *_LEFT]))
TO_FRENCH = str.maketrans({there: here for here, there in [*_PAIRS, *_LEFT]})


def read_scan(typed: str) -> str | None:
    """Return the tag in what was typed or scanned, in its printed form; None when there is none.

    Most scanners send the keys of an American keyboard, whatever the console's own is: "MDL-0042-7" then arrives as
    "?DL)àà'é)è". Such a text is read as the other keyboard's keys. No wrong tag comes of it: the last character checks
    the others.
    """
    for text in (typed, typed.translate(TO_AMERICAN), typed.translate(TO_FRENCH)):
        last = text.strip().upper().rstrip("/").replace(":", "/").rpartition("/")[2]
        tag = parse_tag(last)
        if tag is not None:
            return tag
    return None
