"""Filters of the pages: texts kept in French as the reader's language says them, and numbers as it writes them."""

from __future__ import annotations

from django import template

from recond.server import speech

register = template.Library()


@register.filter
def told(text: object) -> str:
    """Return a French text of ours in the reader's language; the template escapes it afterwards."""
    return "" if text is None else speech.told(str(text))


@register.filter
def number(value: object) -> str:
    """Return a number with its thousands apart."""
    return speech.number(value)
