"""The screen that says what would be destroyed, before anything is: model, serial, size and contents, never just sdX.

Nothing of it may scroll away before the word is asked. A few disks have two or three lines each; where those do not fit
the screen each disk has one, and where even that is too much the plan comes in pages, the word asked below the last.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping

from recond.core.disk import Disk
from recond.core.labelwords import METHOD
from recond.core.plan import Deed, Plan, PlanItem, Protected
from recond.core.text import decimal_bytes
from recond.core.words import _, ngettext, shown, units
from recond.ui.console import NARROW, WIDTH, fold
from recond.ui.pages import cut_pages

LEAST = 3
"""Lines of disks that a page has at least, however low the screen is."""


def cut(text: str, width: int) -> str:
    """Return the text in exactly `width` columns; a cut one ends with a dot."""
    return text.ljust(width) if len(text) <= width else text[: width - 1] + "."


def plan_lines(plan: Plan, width: int = WIDTH) -> list[str]:
    """Return the plan's screen with all that is known of each disk, at most `width` columns wide, without colour."""
    lines = _head(plan, width)
    for number, (item, disk) in enumerate(zip(plan.items, plan.disks, strict=True), start=1):
        lines += _narrow_item(number, item, disk, width) if width < NARROW else _item(number, item, disk)
        shortfall = plan.shortfalls[number - 1] if plan.shortfalls else None
        if shortfall:
            lines += fold(f"    [ATT.] {shown(shortfall)}", " " * 11, width)
    lines.append("")
    for kept in plan.protected:
        lines += [_kept(kept, width), *fold(f"          {shown(kept.refusals[0].reason)}", " " * 10, width)]
    return [*lines, *_foot(plan, width)]


def plan_pages(plan: Plan, width: int, room: int) -> list[list[str]]:
    """Return the plan in pages of at most `room` lines: one with all that is known, else one with a line a disk, else more."""
    lines = plan_lines(plan, width)
    if len(lines) <= room:
        return [lines]
    head, body, foot = _short(plan, width)
    if len(head) + len(body) + len(foot) <= room:
        return [[*head, *body, *foot]]
    # The sentence that says "for ever" stands on the last page, above the word.
    pages = cut_pages(body, max(LEAST, room - len(head) - len(foot)))
    return [[*head, *page, *(foot if page is pages[-1] else [])] for page in pages]


def brief_lines(plan: Plan, width: int = WIDTH) -> list[str]:
    """Return the plan's screen with one line a disk."""
    head, body, foot = _short(plan, width)
    return [*head, *body, *foot]


def _short(plan: Plan, width: int) -> tuple[list[str], list[str], list[str]]:
    rows = [_brief(number, item, disk, width) for number, (item, disk) in enumerate(_pairs(plan), start=1)]
    kept = [_brief_kept(one, width) for one in plan.protected]
    return _head(plan, width), [*rows, *_common(plan, width), *kept], _foot(plan, width)


def _pairs(plan: Plan) -> Iterable[tuple[PlanItem, Disk]]:
    return zip(plan.items, plan.disks, strict=True)


def _head(plan: Plan, width: int) -> list[str]:
    if width < NARROW:
        title = _("EFFACEMENT") if plan.deed is Deed.WIPE else _("INSTALLATION")
        return [f" {title}  plan {plan.id}"]
    title = _("EFFACEMENT - ce qui va se passer") if plan.deed is Deed.WIPE else _("INSTALLATION - ce qui va se passer")
    return [
        f" {title}".ljust(width - len(plan.id) - 6) + f"plan {plan.id}",
        "",
        _(" n° {value} {value2} {value3} Méthode").format(
            value=cut(_("Disque"), 8), value2=cut(_("Modèle / n° de série et contenu"), 40), value3=cut(_("Taille"), 7)
        ),
    ]


def _foot(plan: Plan, width: int) -> list[str]:
    count = len(plan.items)
    if not count:
        return []
    what = ngettext("Ce disque sera effacé", "Ces {count} disques seront effacés", count).format(count=count)
    if width < NARROW:
        return fold(_(" {what} DEFINITIVEMENT.").format(what=what), " ", width)
    return ["", _(" {what} DEFINITIVEMENT. Aucune récupération possible.").format(what=what)]


def method_name(item: PlanItem) -> str:
    """Return the method (or the system) as a column says it."""
    name = METHOD.get(item.method, item.method)
    return name[:1].upper() + name[1:]


def _named(disk: Disk) -> str:
    return (
        _("{model} {serial}")
        .format(model=disk.identity.model or _("modèle inconnu"), serial=disk.identity.serial or "")
        .strip()
    )


def _size(disk: Disk) -> str:
    return units(decimal_bytes(disk.identity.size_bytes))


def _item(number: int, item: PlanItem, disk: Disk) -> list[str]:
    size = cut(_size(disk), 7)
    first = f" {number:2} {cut(disk.name, 8)} {squeezed(disk, 40)} {size} {cut(method_name(item), 17)}".rstrip()
    # A line of its own: what is on the disk is what makes somebody stop.
    lines = [first, cut(_("             contient : {contents}").format(contents=disk.contents or ""), WIDTH).rstrip()]
    if item.then:
        lines += textwrap.wrap(_otherwise(item.then), WIDTH, initial_indent=" " * 13, subsequent_indent=" " * 15)
    return lines


def _narrow_item(number: int, item: PlanItem, disk: Disk, width: int) -> list[str]:
    """Return a disk in few columns: what it is, what is on it, what is done."""
    told = _("contient : {contents} ; {method}").format(contents=disk.contents or "", method=method_name(item))
    return [
        *fold(f" {number} {disk.name} {_size(disk)}, {_named(disk)}", "   ", width),
        *fold(f"   {told}", "   ", width),
    ]


def _brief(number: int, item: PlanItem, disk: Disk, width: int) -> str:
    """Return a disk on one line: its serial whole or its end, its contents and method shortened."""
    if width < NARROW:
        return cut(f" {number} {disk.name} {_size(disk)} {squeezed(disk, 16)} {disk.contents}", width).rstrip()
    columns = (
        cut(disk.name, 8),
        squeezed(disk, 29),
        cut(_size(disk), 7),
        cut((disk.contents or "").partition(" (")[0], 13),
    )
    return f" {number:2} {' '.join(columns)} {cut(method_name(item), 15)}".rstrip()


def squeezed(disk: Disk, width: int) -> str:
    """Return model and serial in exactly that many columns: what is cut is the model first, then the serial's beginning."""
    if len(whole := _named(disk)) <= width:
        return whole.ljust(width)
    model, serial = disk.identity.model or _("modèle inconnu"), disk.identity.serial or ""
    tail = serial if len(serial) <= width // 2 else f".{serial[1 - width // 2 :]}"
    return f"{cut(model, width - len(tail) - 1)} {tail}" if tail else cut(model, width)


def _common(plan: Plan, width: int) -> list[str]:
    """Return what several disks share, said once: what follows a failure, and what was asked and cannot be reached."""
    found: dict[str, list[int]] = {}
    for number, item in enumerate(plan.items, start=1):
        if item.then:
            found.setdefault(_otherwise(item.then), []).append(number)
    for number, shortfall in enumerate(plan.shortfalls, start=1):
        if shortfall:
            found.setdefault(f"[ATT.] {shown(shortfall)}", []).append(number)
    lines: list[str] = []
    for text, numbers in found.items():
        which = "" if len(numbers) == len(plan.items) else f"n° {', '.join(map(str, numbers))} : "
        lines += fold(f"    {which}{text}", " " * 6, width)
    return lines


def _otherwise(then: tuple[str, ...]) -> str:
    return _("si échec : {then}").format(then=", ".join(METHOD.get(name, name) for name in then))


def _kept(kept: Protected, width: int) -> str:
    who = _("{name}  {who}").format(name=kept.disk.name, who=_named(kept.disk))
    size = decimal_bytes(kept.disk.identity.size_bytes)
    return cut(_(" PROTEGE  {who}, {decimal_bytes}").format(who=who, decimal_bytes=size), width).rstrip()


def _brief_kept(kept: Protected, width: int) -> str:
    size, reason = _size(kept.disk), shown(kept.refusals[0].reason)
    told = _(" PROTEGE  {name} {model} {size} : {reason}").format(
        name=kept.disk.name, model=kept.disk.identity.model or _("modèle inconnu"), size=size, reason=reason
    )
    return cut(told, width).rstrip()


def numbers_of(plan: Plan) -> Mapping[tuple[str | None, str | None], int]:
    """Return each disk's number on the plan's screen, by its model and serial."""
    return {(disk.identity.model, disk.identity.serial): number for number, disk in enumerate(plan.disks, start=1)}
