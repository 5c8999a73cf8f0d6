"""A manual page as plain text, 79 columns, in letters that the stick's console has: for a system without groff.

Knows the few requests that our own pages use; anything else is a mistake in them and is refused.
"""

from __future__ import annotations

import shlex
import textwrap

WIDTH = 79
INDENT = 7
LETTERS = str.maketrans({"…": "...", "–": "-", "’": "'", "\u00a0": " ", "\u202f": " "})
"""What Lat15 has not, and how a typewriter wrote it."""


def text_of(page: str) -> str:
    """Return the page. Raises ValueError for a request that is not known here."""
    out: list[str] = []
    words: list[str] = []
    indent, tag, as_it_is = INDENT, "", False

    def flush() -> None:
        nonlocal tag
        told = " ".join(words)
        words.clear()
        head, tag = tag, ""
        first = " " * INDENT + head if head else " " * indent
        if head and len(first) + 2 > indent:
            out.append(first)
            first = " " * indent
        elif head:
            first = first.ljust(indent)
        if told:
            out.extend(textwrap.wrap(told, WIDTH, initial_indent=first, subsequent_indent=" " * indent,
                                     break_long_words=False, break_on_hyphens=False))  # fmt: skip

    waiting_for_tag = False
    for line in page.splitlines():
        request, _blank, rest = line.partition(" ")
        if as_it_is and request != ".fi":
            out.append(" " * indent + plain(line))
        elif not line.startswith("."):
            words.append(plain(line))
        elif request in (".B", ".I", ".BR", ".RI", ".R") and waiting_for_tag:
            tag, waiting_for_tag = plain(_joined(request, rest)), False
        elif request in (".B", ".I", ".BR", ".RI", ".R"):
            words.append(plain(_joined(request, rest)))
        elif request == ".TH":
            out.append(_head(rest))
        else:
            flush()
            waiting_for_tag = request == ".TP"
            as_it_is = request == ".nf"
            indent = INDENT * 2 if request == ".TP" else indent if request in (".nf", ".fi") else INDENT
            if request in (".SH", ".SS"):
                out += ["", ("" if request == ".SH" else "   ") + plain(rest)]
            elif request == ".PP":
                out.append("")
            elif request not in (".TP", ".nf", ".fi"):
                raise ValueError(f"a request that is not known here: {line}")
    flush()
    return "\n".join(line.rstrip() for line in out) + "\n"


def _head(rest: str) -> str:
    """Return the first line as man(1) shows it: the page's name at both ends, what it is about in between."""
    name, section, *others = shlex.split(rest)
    ends = f"{plain(name)}({section})"
    return f"{ends}{plain(others[-1] if others else '').center(WIDTH - 2 * len(ends))}{ends}"


def _joined(request: str, rest: str) -> str:
    # .BR and .RI change the face at each word and put nothing between them.
    return rest.replace(" ", "") if request in (".BR", ".RI") and '"' not in rest else rest.replace('"', "")


def plain(text: str) -> str:
    """Return a line without troff's own signs, in letters of the console."""
    for sign, said in (
        ("\\&", ""),
        ("\\-", "-"),
        ("\\e", "\\"),
        ("\\fB", ""),
        ("\\fI", ""),
        ("\\fR", ""),
        ("\\fP", ""),
    ):
        text = text.replace(sign, said)
    return text.translate(LETTERS).strip()
