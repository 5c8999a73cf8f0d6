"""Untrusted text: whatever a vendor wrote in a chip, made safe to keep and to show."""

from __future__ import annotations

import unicodedata

from recond.core.words import N_

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
    return folded[:limit].rstrip() or None


def _printable(char: str) -> bool:
    # Cc control, Cf format (bidi), Cs surrogate, Co private use, Cn unassigned; the folded white space is let through.
    return char.isspace() or unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co", "Cn")


def decimal_bytes(size: int | None) -> str:
    """Return a disk's size as its maker prints it (powers of 1000), in French: "256 Go"."""
    if size is None:
        return N_("inconnu")
    amount = float(size)
    for unit in ("o", "ko", "Mo", "Go", "To"):
        if amount < 999.5 or unit == "To":
            digits = 1 if unit == "To" and amount < 9.95 else 0
            return f"{amount:.{digits}f} {unit}".replace(".", ",").replace(",0 ", " ")
        amount /= 1000
    raise AssertionError("unreachable")


def binary_bytes(size: int | None) -> str:
    """Return a memory size as people say it (powers of 1024), in French: "8 Go"."""
    if size is None:
        return N_("inconnu")
    if size >= 1 << 30:
        return f"{size / (1 << 30):.1f} Go".replace(".", ",").replace(",0 ", " ")
    return f"{size / (1 << 20):.0f} Mo"
