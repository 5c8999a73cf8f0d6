"""The screen that says what would be destroyed, before anything is: model, serial, size and contents, never just sdX."""

from __future__ import annotations

import textwrap

from recond.core.disk import Disk
from recond.core.labelwords import METHOD
from recond.core.plan import Deed, Plan, PlanItem
from recond.core.text import decimal_bytes
from recond.core.words import _, units
from recond.ui.console import WIDTH, fold


def cut(text: str, width: int) -> str:
    """Return the text in exactly `width` columns; a cut one ends with a dot."""
    return text.ljust(width) if len(text) <= width else text[: width - 1] + "."


def plan_lines(plan: Plan) -> list[str]:
    """Return the plan's screen, at most 79 columns wide, without colour."""
    title = _("EFFACEMENT - ce qui va se passer") if plan.deed is Deed.WIPE else _("INSTALLATION - ce qui va se passer")
    lines = [f" {title}".ljust(WIDTH - len(plan.id) - 6) + f"plan {plan.id}", ""]
    lines.append(
        _(" n° {value} {value2} {value3} Méthode").format(
            value=cut(_("Disque"), 8), value2=cut(_("Modèle / n° de série et contenu"), 40), value3=cut(_("Taille"), 7)
        )
    )
    for number, (item, disk) in enumerate(zip(plan.items, plan.disks, strict=True), start=1):
        lines += _item(number, item, disk)
        shortfall = plan.shortfalls[number - 1] if plan.shortfalls else None
        if shortfall:
            lines += textwrap.wrap(f"[ATT.] {shortfall}", WIDTH, initial_indent="    ", subsequent_indent="           ")
    lines.append("")
    for kept in plan.protected:
        who = (
            _("{name}  {model} {serial}")
            .format(
                name=kept.disk.name,
                model=kept.disk.identity.model or _("modèle inconnu"),
                serial=kept.disk.identity.serial or "",
            )
            .strip()
        )
        lines.append(
            cut(
                _(" PROTEGE  {who}, {decimal_bytes}").format(
                    who=who, decimal_bytes=decimal_bytes(kept.disk.identity.size_bytes)
                ),
                WIDTH,
            ).rstrip()
        )
        lines += fold(f"          {kept.refusals[0].reason}", " " * 10)
    count = len(plan.items)
    if count:
        what = _("Ce disque sera effacé") if count == 1 else _("Ces {count} disques seront effacés").format(count=count)
        lines += ["", _(" {what} DEFINITIVEMENT. Aucune récupération possible.").format(what=what)]
    return lines


def _item(number: int, item: PlanItem, disk: Disk) -> list[str]:
    name = (
        _("{model} {serial}")
        .format(model=disk.identity.model or _("modèle inconnu"), serial=disk.identity.serial or "")
        .strip()
    )
    method = METHOD.get(item.method, item.method)
    method = method[:1].upper() + method[1:]
    size = units(decimal_bytes(disk.identity.size_bytes))
    first = f" {number:2} {cut(disk.name, 8)} {cut(name, 40)} {cut(size, 7)} {cut(method, 17)}".rstrip()
    # A line of its own: what is on the disk is what makes somebody stop.
    lines = [first, cut(_("             contient : {contents}").format(contents=disk.contents or ""), WIDTH).rstrip()]
    if item.then:
        then = ", ".join(METHOD.get(name, name) for name in item.then)
        lines += textwrap.wrap(
            _("si échec : {then}").format(then=then), WIDTH, initial_indent=" " * 13, subsequent_indent=" " * 15
        )
    return lines
