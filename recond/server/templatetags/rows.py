"""Rows of long lists. Every screen on a workshop's wall asks for its pallet's machines every few seconds: put together here, a
page of three hundred takes 38 ms of processor instead of the 94 of a template's loop. Whatever a vendor or a person wrote is
escaped, as in a template (`format_html`)."""

from __future__ import annotations

import functools
from datetime import date, datetime
from typing import Any

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.dateformat import format as told_date
from django.utils.formats import get_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from recond.server.shown import Row
from recond.server.speech import told
from recond.server.work import Handover, Need

register = template.Library()

NOTHING = mark_safe("")
LONG_TAG = 12
"""Letters of a tag that the Palette shows in its big type."""


@register.simple_tag
def palette_tile(row: Row) -> SafeString:
    """Return a machine on the Palette."""
    tile = row.tile
    return format_html(
        '<li class="tile {}"><a href="{}">\n<span class="tag{}">{}</span>\n{}\n{}'
        '<span class="foot">{}{} · {} {}</span>\n</a></li>\n',
        tile.state.colour,
        _machine(row.uid),
        " long" if len(tile.tag) > LONG_TAG else "",
        told(tile.tag),
        _state(row),
        _why(row),
        told(tile.model),
        " · " + _("note %(grade)s") % {"grade": tile.grade} if tile.grade else "",
        _("vue"),
        _time(row.seen_at, "TIME_FORMAT"),
    )


@register.simple_tag
def machine_tile(row: Row) -> SafeString:
    """Return a machine in the list of machines."""
    tile = row.tile
    between = _(" : ")
    disks = format_html_join(
        "\n",
        '<span class="disk {}">{}{}{}</span>',
        ((verdict.colour, told(size), between, told(verdict.text)) for size, verdict in tile.disks),
    )
    facts = [
        _("entraînement") if tile.practice else "",
        _("note %(grade)s") % {"grade": tile.grade} if tile.grade else "",
        _("lot %(lot)s") % {"lot": tile.lot} if tile.lot else "",
    ]
    return format_html(
        '<li class="tile {}">\n<a href="{}">\n<span class="tag">{}</span>\n{}\n{}<span class="model">{}</span>\n{}\n'
        '<span class="foot">{}{} {}</span>\n</a>\n</li>\n',
        tile.state.colour,
        _machine(row.uid),
        told(tile.tag),
        _state(row),
        _why(row),
        told(tile.model),
        disks or format_html('<span class="disk">{}</span>', _("aucun disque interne connu")),
        "".join(f"{fact} · " for fact in facts if fact),
        _("reçue"),
        _time(row.seen_at, "SHORT_DATETIME_FORMAT"),
    )


@register.simple_tag
def queue_line(row: Row, queue: str) -> SafeString:
    """Return a machine in one of the queues: "bad" with its word and why, "repair" with what is to be done, "locked"."""
    tile, word, after = row.tile, NOTHING, ""
    if queue == "bad":
        word = format_html(' <strong class="bad">{}</strong>', told(tile.state.text))
        after = _(" : ") + told(tile.why) if tile.why else ""
    elif queue == "repair":
        after = "".join(f" · {told(what)}" for what in row.repairs)
    return format_html(
        '<li><a href="{}">{}</a>{} {}{}</li>', _machine(row.uid), told(tile.tag), word, told(tile.model), after
    )


@register.simple_tag
def handover_row(one: Handover) -> SafeString:
    """Return a hand-over in the list of all, with its papers."""
    key, tag = str(one.pk), format_html('<span class="hidden"> {}</span>', one.tag)
    return format_html(
        '<tr><td>{}</td><th scope="row"><a href="{}">{}</a></th><td>{}</td><td>{}</td><td>{}</td><td>{}</td>'
        '<td><a href="{}">{}{}</a> · <a href="{}">{}{}</a></td></tr>',
        _date(one.at),
        _address("handover", key),
        one.tag or one.uid,
        one.get_kind_display(),
        one.beneficiary,
        "" if one.place is None else one.place,
        _back(one),
        *(_address("handover-convention", key), _("convention"), tag),
        *(_address("handover-sheet", key), _("aide"), tag),
    )


@register.simple_tag
def need_row(need: Need, given: int) -> SafeString:
    """Return an open need in the list of needs."""
    memory = _("%(gib)s Go") % {"gib": need.min_ram_gib}
    return format_html(
        '<tr><th scope="row"><a href="{}">{}</a></th><td>{}</td><td>{}, {}</td><td class="num">{}</td><td>{}</td></tr>',
        _address("need", str(need.pk)),
        need.asker,
        need.get_kind_display(),
        need.get_chassis_display(),
        memory,
        _("%(given)s sur %(count)s") % {"given": given, "count": need.count},
        _date(need.created_at),
    )


@register.simple_tag
def loan_line(one: Handover, today: date) -> SafeString:
    """Return a machine that is lent, with the day on which it is due."""
    due, late = "", NOTHING
    if one.due_on:
        due = ", " + _("à rendre le %(day)s") % {"day": _date(one.due_on)}
        late = format_html(' <strong class="bad">{}</strong>', _("en retard")) if one.due_on < today else NOTHING
    return format_html(
        '<li><a href="{}">{}</a> {}{}{}</li>',
        _address("handover", str(one.pk)),
        one.tag or one.uid,
        _("à %(who)s depuis le %(day)s") % {"who": one.beneficiary, "day": _date(one.at)},
        due,
        late,
    )


def _back(one: Handover) -> str:
    if one.returned_on:
        return _date(one.returned_on)
    if one.kind != Handover.Kind.LOAN:
        return ""
    return _("non") + (", " + _("à rendre le %(day)s") % {"day": _date(one.due_on)} if one.due_on else "")


def _state(row: Row) -> SafeString:
    state = row.tile.state
    return format_html('<span class="state"><span aria-hidden="true">{}</span> {}</span>', state.sign, told(state.text))


def _why(row: Row) -> SafeString:
    return format_html('<span class="why">{}</span>\n', told(row.tile.why)) if row.tile.why else NOTHING


def _time(when: datetime, name: str) -> SafeString:
    here = timezone.localtime(when)
    return format_html('<time datetime="{}">{}</time>', here.isoformat(), told_date(here, _format(name)))


def _date(day: date | datetime) -> str:
    here: Any = timezone.localtime(day) if isinstance(day, datetime) else day
    return told_date(here, _format("SHORT_DATE_FORMAT"))


def _format(name: str) -> str:
    return str(get_format(name))


def _machine(uid: str) -> str:
    return _address("machine", uid)


def _address(name: str, key: str) -> str:
    before, after = _around(name)
    return before + key + after


@functools.cache
def _around(name: str) -> tuple[str, str]:
    # What stands before and after the key in an address, looked up once: the key is a UUID that was looked at when it came, or
    # a number, and needs no quoting.
    mark = "987654321"
    before, _mark, after = reverse(name, args=[mark]).partition(mark)
    return before, after
