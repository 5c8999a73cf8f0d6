"""The page "Bien démarrer": plain HTML files, one a language, made on this computer for what is installed on it."""

from __future__ import annotations

import re
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any

from owner.contacts import Contacts, read_contacts
from owner.pagetexts import TEXTS, Card
from owner.system import System

FOLDER = "/var/lib/recond/welcome"

STYLE = Path(__file__).with_name("page.css")


def write_pages(system: System) -> None:
    """Write the pages of both languages."""
    contacts, name = read_contacts(system), system_name(system)
    there = {path.name for path in system.path("/usr/share/applications").glob("**/*.desktop")}
    for lang in TEXTS:
        system.write(f"{FOLDER}/{lang}.html", page(lang, contacts, there, name))


def system_name(system: System) -> str:
    """Return what the system calls itself, "Debian 13" in short."""
    told = dict(re.findall(r'^(\w+)="?([^"\n]*)"?$', system.read("/etc/os-release"), re.M))
    name = told.get("NAME", "Debian").removesuffix(" GNU/Linux")
    return f"{name} {told.get('VERSION_ID', '')}".strip()


def page(lang: str, contacts: Contacts, programs: set[str], system: str) -> str:
    """Return one page as HTML. `programs`: names of the desktop entries that are installed."""
    text: dict[str, Any] = _spaced(TEXTS[lang]) if lang == "fr" else TEXTS[lang]
    other = next(one for one in TEXTS if one != lang)
    steps = "".join(
        f'<div class="card"><div class="number">{number}</div><div><h3>{escape(title)}</h3><p>{escape(said)}</p></div></div>'
        for number, (title, said) in enumerate(text["steps"], 1)
    )
    cards = "".join(_card(card) for card in text["cards"] if not card.programs or programs & set(card.programs))
    faq = "".join(
        f"<details><summary>{escape(asked)}</summary><p>{escape(said)}</p></details>" for asked, said in text["faq"]
    )
    return (
        f'<!DOCTYPE html>\n<html lang="{lang}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{escape(text["title"])}</title>'
        f"<style>\n{STYLE.read_text()}</style></head>\n<body><header><div>"
        f'<a class="lang" lang="{other}" href="{other}.html">{escape(text["other"])}</a>'
        f"<h1>{escape(text['hello'])}</h1><p>{escape(text['intro'].format(system=system))}</p></div></header>\n<main>"
        f'{_help(contacts, text)}\n<h2>{escape(text["first"])}</h2><div class="row">{steps}</div>\n'
        f'<h2>{escape(text["what"])}</h2><div class="row">{cards}</div>\n'
        f"<h2>{escape(text['questions'])}</h2>{faq}</main>\n<footer>{escape(text['lost'])}</footer></body></html>\n"
    )


def _spaced(told: Any) -> Any:
    """Return French texts with the space before : ; ? ! and inside quotation marks that no line is broken at."""
    if isinstance(told, str):
        return re.sub(r" ([:;?!»])|(«) ", lambda found: f"\u00a0{found[1]}" if found[1] else "«\u00a0", told)
    if isinstance(told, dict):
        return {key: _spaced(value) for key, value in told.items()}
    if isinstance(told, tuple):
        return tuple(_spaced(one) for one in told)
    return replace(told, title=_spaced(told.title), text=_spaced(told.text))


def _card(card: Card) -> str:
    icon = f'<svg viewBox="0 0 24 24" aria-hidden="true"><path d="{card.icon}"/></svg>'
    return f'<div class="card">{icon}<div><h3>{escape(card.title)}</h3><p>{escape(card.text)}</p></div></div>'


def _help(contacts: Contacts, text: dict[str, Any]) -> str:
    name = f"<p><b>{escape(contacts.name)}</b></p>" if contacts.name else ""
    rows = []
    for key in ("phone", "email", "web", "address", "hours"):
        value = getattr(contacts, key)
        if value:
            rows.append(f"<dt>{escape(text[key])}</dt><dd>{_linked(key, value)}</dd>")
    told = f"<p>{escape(contacts.text)}</p>" if contacts.text else ""
    body = name + (f"<dl>{''.join(rows)}</dl>" if rows else "") + told
    neutral = f"<p>{escape(text['neutral'])}</p>"
    return f'<section class="help"><h2>{escape(text["help"])}</h2>{body or neutral}</section>'


def _linked(key: str, value: str) -> str:
    # A link only where the value is plainly what its field says: the page must not run what a file brought.
    if key == "email" and re.fullmatch(r"[^\s@<>\"]+@[^\s@<>\"]+", value):
        return f'<a href="mailto:{escape(value)}">{escape(value)}</a>'
    if key == "web" and re.fullmatch(r"https?://[^\s<>\"]+", value):
        return f'<a href="{escape(value)}">{escape(value)}</a>'
    return escape(value)
