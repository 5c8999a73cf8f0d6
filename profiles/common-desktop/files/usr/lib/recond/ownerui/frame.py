"""The window: a title, one page at a time, and the buttons Back and Continue."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gi
from owner.account import Answers, undo
from owner.places import keyboard_of
from owner.system import System
from owner.texts import TEXTS

gi.require_version("Gtk", "3.0")
gi.require_version("Gdk", "3.0")
from gi.repository import Gdk, GLib, Gtk  # noqa: E402

STYLE = Path(__file__).with_name("style.css")


def work(task: Callable[[], Any], then: Callable[[Any], None]) -> None:
    """Do a slow task beside the window; `then` hears its result, or the exception, back in the window's thread.

    `then` returns nothing: GLib takes that as "once".
    """

    def run() -> None:
        try:
            result = task()
        except Exception as error:
            result = error
        GLib.idle_add(then, result)

    threading.Thread(target=run, daemon=True).start()


class Frame:
    """The window with its pages. Pages read and write `answers`; each is built anew when it is shown."""

    def __init__(self, system: System, size: str | None = None) -> None:
        from ownerui.pages import pages_for

        self.system = system
        self.broken_off = undo(system)
        self.answers = Answers(keyboard=keyboard_of(system.read("/etc/default/keyboard")).key)
        self.pages = pages_for(system)
        self.at = 0
        self.page: Any = None
        self._style()
        self.window = Gtk.Window(decorated=False, title="recond")
        self.window.connect("key-press-event", self._key)
        # Closing would leave a black screen: the only way on is through the questions.
        self.window.connect("delete-event", lambda *_: True)
        self._fit(size)
        self._furnish()

    def run(self) -> None:
        """Show the first page and serve until `close`."""
        self.show(0)
        self.window.show_all()
        self.window.present()
        # Without a window manager nobody else hands the keyboard to the window.
        GLib.timeout_add(200, self._take_keyboard)
        Gtk.main()

    def close(self) -> None:
        """End: the owner is made, the desktop comes next."""
        Gtk.main_quit()

    @property
    def text(self) -> dict[str, str]:
        """Return the texts in the chosen language."""
        return TEXTS[self.answers.lang]

    def show(self, at: int) -> None:
        """Build a page and show it."""
        self.at = at
        for child in self.body.get_children():
            self.body.remove(child)
        self.back.set_label(self.text["back"])
        self.next.set_label(self.text["next"])
        self.next.set_sensitive(True)
        self.back.set_visible(True)
        self.next.set_visible(True)
        self.page = self.pages[at](self)
        self.title.set_text(self.text[self.page.title])
        self.step.set_text(self.text["step"].format(at=at + 1, of=len(self.pages)))
        self.hint.set_text(self.text["keys_hint"])
        self.body.pack_start(self.page.widget, True, True, 0)
        self.body.show_all()
        self.back.set_sensitive(at > 0 and self.page.can_go_back)
        self.page.shown()
        # Where the window is, for whoever watches a practice from outside.
        GLib.idle_add(self.system.note, f"page {self.page.title}")

    def go_on(self, *_: Any) -> None:
        """Go to the next page when this one is answered."""
        if self.next.get_sensitive() and self.page.answered() and self.at + 1 < len(self.pages):
            self.show(self.at + 1)

    def go_back(self, *_: Any) -> None:
        """Go to the page before."""
        if self.back.get_sensitive() and self.at:
            self.show(self.at - 1)

    def _furnish(self) -> None:
        box = Gtk.Box(orientation=Gtk.Orientation.VERTICAL)
        head = Gtk.Box()
        head.get_style_context().add_class("head")
        self.title, self.step = Gtk.Label(xalign=0), Gtk.Label(xalign=1)
        self.title.get_style_context().add_class("title")
        head.pack_start(self.title, True, True, 0)
        head.pack_start(self.step, False, False, 0)
        self.body = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, border_width=20, valign=Gtk.Align.FILL)
        foot = Gtk.Box(spacing=12)
        foot.get_style_context().add_class("foot")
        self.hint = Gtk.Label(xalign=0, wrap=True)
        self.back = Gtk.Button(use_underline=True)
        self.next = Gtk.Button(use_underline=True)
        self.next.get_style_context().add_class("go")
        self.back.connect("clicked", self.go_back)
        self.next.connect("clicked", self.go_on)
        foot.pack_start(self.hint, True, True, 0)
        foot.pack_start(self.back, False, False, 0)
        foot.pack_start(self.next, False, False, 0)
        box.pack_start(head, False, False, 0)
        box.pack_start(self.body, True, True, 0)
        box.pack_start(foot, False, False, 0)
        self.window.add(box)

    def _key(self, _: Any, event: Any) -> bool:
        # Escape goes back, as people expect it to; a terminal or another program cannot be reached from here.
        if event.keyval == Gdk.KEY_Escape:
            self.go_back()
            return True
        return False

    def _fit(self, size: str | None) -> None:
        if size:
            width, height = (int(part) for part in size.split("x"))
        else:
            monitor = Gdk.Display.get_default().get_monitor(0)
            area = monitor.get_geometry()
            width, height = area.width, area.height
            self.window.move(area.x, area.y)
        self.window.set_size_request(width, height)
        self.window.set_resizable(False)

    def _take_keyboard(self) -> bool:
        surface = self.window.get_window()
        if surface is not None:
            surface.focus(Gdk.CURRENT_TIME)
        return False

    @staticmethod
    def _style() -> None:
        if Gdk.Display.get_default() is None:
            sys.exit("no graphical screen")
        provider = Gtk.CssProvider()
        provider.load_from_path(str(STYLE))
        screen = Gdk.Screen.get_default()
        Gtk.StyleContext.add_provider_for_screen(screen, provider, Gtk.STYLE_PROVIDER_PRIORITY_APPLICATION)
