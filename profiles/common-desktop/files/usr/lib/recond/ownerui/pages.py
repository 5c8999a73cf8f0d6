"""The pages in their order. Each has `title` (key of its text), `widget`, `shown()` and `answered()`."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from typing import Any

from gi.repository import GLib, Gtk
from owner.clock import is_absurd
from owner.places import KEYBOARDS, keyboard, zones

from ownerui.account_page import AccountPage
from ownerui.clock_page import ClockPage
from ownerui.end_pages import CheckPage, ReadyPage
from ownerui.parts import Choice, asked, column, entry, label
from ownerui.wifi_page import WifiPage


class LanguagePage:
    """Which language. The page is in the language that is chosen at the moment."""

    title = "welcome"
    can_go_back = False

    def __init__(self, frame: Any) -> None:
        self.frame = frame
        self.choice = Choice(self._chosen, frame.go_on, frame.next, frame.next)
        self.choice.widget.set_vexpand(False)
        self.choice.fill([("fr", "Français"), ("en", "English")], frame.answers.lang)
        told = [label(frame.text["yours"], "big"), label(frame.text["hello"])]
        if frame.broken_off:
            told.append(label(frame.text["broken_off"], "fault"))
        self.widget = column(*told, label("Langue / Language", "hint"), self.choice.widget, spacing=14)

    def shown(self) -> None:
        """Give the keyboard to the list."""
        self.choice.focus()

    def answered(self) -> bool:
        """There is always an answer."""
        return True

    def _chosen(self, lang: str) -> None:
        if lang != self.frame.answers.lang:
            self.frame.answers.lang = lang
            # Not from within the list's own signal: showing the page anew destroys the list.
            GLib.idle_add(self.frame.show, 0)


class KeyboardPage:
    """Which keyboard, tried at once: the password will be typed on it."""

    title = "keyboard"
    can_go_back = True

    def __init__(self, frame: Any) -> None:
        self.frame = frame
        tried = entry(frame.go_on)
        self.choice = Choice(self._chosen, frame.go_on, tried, frame.next)
        lines = [(one.key, one.title(frame.answers.lang)) for one in KEYBOARDS]
        self.choice.fill(lines, frame.answers.keyboard)
        self.widget = column(
            label(frame.text["keyboard_hint"]),
            self.choice.widget,
            _row(asked(frame.text["keyboard_try"], tried), tried),
        )

    def shown(self) -> None:
        """Give the keyboard to the list."""
        self.choice.focus()

    def answered(self) -> bool:
        """There is always an answer. This screen has the keyboard already; the system gets it with the account."""
        return True

    def _chosen(self, key: str) -> None:
        if key == self.frame.answers.keyboard:
            return
        self.frame.answers.keyboard = key
        one = keyboard(key)
        words = ["setxkbmap", "-layout", one.layout, "-variant", one.variant, "-option", "", "-option", one.options]
        if not self.frame.system.practice:
            # For this screen, at once. That it is missing must not stop a first start.
            subprocess.run(["/usr/bin/env", *words], check=False, capture_output=True, timeout=20)


class ZonePage:
    """Which time zone; typing letters of a city narrows the list."""

    title = "timezone"
    can_go_back = True

    def __init__(self, frame: Any) -> None:
        self.frame = frame
        self.known = zones(frame.answers.lang, frame.system.root)
        self.search = entry(frame.go_on)
        self.choice = Choice(self._chosen, frame.go_on, self.search, frame.next)
        self.search.connect("changed", lambda _: self._narrow())
        self._narrow()
        found = _row(asked(frame.text["timezone_search"], self.search), self.search)
        self.widget = column(label(frame.text["timezone_hint"]), self.choice.widget, found)

    def shown(self) -> None:
        """Give the keyboard to the list."""
        self.choice.focus()

    def answered(self) -> bool:
        """The line that is shown as chosen; where the search has found nothing, all lines are shown again first."""
        if self.choice.keys or not self.known:
            return True
        self.search.set_text("")
        return False

    def _narrow(self) -> None:
        words = self.search.get_text().casefold().split()
        fitting = [one for one in self.known if all(word in " ".join(one).casefold() for word in words)]
        self.choice.fill(fitting, self.frame.answers.timezone)

    def _chosen(self, name: str) -> None:
        self.frame.answers.timezone = name


def _row(*widgets: Any) -> Any:
    box = Gtk.Box(spacing=12)
    for widget in widgets:
        box.pack_start(widget, isinstance(widget, Gtk.Entry), True, 0)
    return box


def pages_for(system: Any) -> tuple[Any, ...]:
    """Return the pages in their order; the clock's only where the clock cannot be right."""
    clock = (ClockPage,) if is_absurd(system, datetime.now(UTC)) else ()
    return (LanguagePage, KeyboardPage, WifiPage, ZonePage, *clock, AccountPage, CheckPage, ReadyPage)
