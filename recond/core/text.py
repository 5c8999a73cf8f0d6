"""Untrusted text: whatever a vendor wrote in a chip, made safe to keep and to show."""

from __future__ import annotations

import unicodedata

from recond.core import sentence
from recond.core.words import N_, Words

MAX_FIELD = 200
"""Characters kept of one vendor field; SMBIOS strings are at most 64 in practice, USB and SCSI ones shorter."""


def clean(value: str | bytes | None, limit: int = MAX_FIELD) -> str | None:
    """Return one line of printable text, or None when nothing is left.

    Control characters (terminal escapes), bidi overrides and broken UTF-8 are removed; white space is folded.
    """
    if value is None:
        return None
    text = value.decode("utf-8", errors="replace") if isinstance(value, bytes) else value
    if (
        text
        and len(text) <= limit
        and text.isascii()
        and text.isprintable()
        and "  " not in text
        and text == text.strip()
    ):
        return text  # most are as they should be, and a server looks at thousands a second
    kept = (" " if char.isspace() else char for char in text[: 4 * limit] if _printable(char))
    folded = " ".join("".join(kept).split())
    one_line = folded[:limit].rstrip()
    # A text of ours that is as it should be stays one that knows what it says.
    return text if one_line and one_line == text else one_line or None


def _printable(char: str) -> bool:
    # Cc control, Cf format (bidi), Cs surrogate, Co private use, Cn unassigned; the folded white space is let through.
    return char.isspace() or unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co", "Cn")


def decimal_bytes(size: int | None) -> Words:
    """Return a disk's size as its maker prints it (powers of 1000): "256 Go"."""
    return N_("inconnu") if size is None else sentence.size(size)


def binary_bytes(size: int | None) -> Words:
    """Return a memory size as people say it (powers of 1024): "8 Go"."""
    return N_("inconnu") if size is None else sentence.memory_size(size)
