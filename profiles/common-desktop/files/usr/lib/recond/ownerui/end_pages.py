"""The last look before anything is made, and the end with whom to ask for help."""

from __future__ import annotations

from typing import Any

from gi.repository import GLib, Gtk
from owner.account import make_owner
from owner.contacts import read_contacts
from owner.places import keyboard, zones

from ownerui.frame import work
from ownerui.parts import column, label, restyle


class CheckPage:
    """What was answered. Its button makes the account; until then nothing is made."""

    title = "check"
    can_go_back = True

    def __init__(self, frame: Any) -> None:
        self.frame, self.text = frame, frame.text
        grid = Gtk.Grid(row_spacing=12, column_spacing=24)
        for row, (title, value) in enumerate(self._lines()):
            grid.attach(Gtk.Label(label=title, xalign=1), 0, row, 1, 1)
            shown = label(value, width=45)
            shown.set_markup(f"<b>{GLib.markup_escape_text(value)}</b>")
            grid.attach(shown, 1, row, 1, 1)
        self.message = label(self.text["check_hint"], "hint")
        self.spinner = Gtk.Spinner()
        self.widget = column(grid, self.message, self.spinner, spacing=22)

    def shown(self) -> None:
        """Name the button after what it does."""
        self.frame.next.set_label(self.text["create"])
        self.frame.next.grab_focus()

    def answered(self) -> bool:
        """Start the work; the next page comes when it is done."""
        self._busy(True)
        answers, system = self.frame.answers, self.frame.system
        work(lambda: make_owner(answers, system, lambda step: GLib.idle_add(self._tell, step)), self._ended)
        return False

    def _lines(self) -> list[tuple[str, str]]:
        answers, text = self.frame.answers, self.text
        titles = dict(zones(answers.lang, self.frame.system.root))
        opening = "session_auto" if answers.autologin else "session_password"
        lines = [("name", answers.name), ("login", answers.login), ("session", text[opening])]
        lines += [("keyboard", keyboard(answers.keyboard).title(answers.lang))]
        lines += [("timezone", titles.get(answers.timezone, answers.timezone))]
        return [(text[key].replace("_", ""), value) for key, value in lines]

    def _tell(self, step: str) -> bool:
        self.message.set_text(self.text[step])
        restyle(self.message, "hint")
        return False

    def _busy(self, busy: bool) -> None:
        self.frame.next.set_sensitive(not busy)
        self.frame.back.set_sensitive(not busy)
        if busy:
            self.spinner.start()
        else:
            self.spinner.stop()

    def _ended(self, end: Any) -> None:
        if isinstance(end, Exception):
            self._busy(False)
            self.message.set_text(self.text["failed"].format(why=end))
            restyle(self.message, "fault")
        else:
            self.frame.show(self.frame.at + 1)


class ReadyPage:
    """It is done; whom to ask; on to the desktop."""

    title = "ready"
    can_go_back = False

    def __init__(self, frame: Any) -> None:
        self.frame = frame
        text = frame.text
        lines = read_contacts(frame.system).lines() or [text["help_neutral"]]
        help_box = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=4)
        help_box.get_style_context().add_class("help")
        help_box.pack_start(label(text["help"], "big"), False, False, 0)
        for line in lines:
            help_box.pack_start(label(line), False, False, 0)
        # Many lines of contacts on a small screen: they scroll rather than push the button off it.
        room = Gtk.ScrolledWindow(hscrollbar_policy=Gtk.PolicyType.NEVER, vexpand=True)
        room.get_style_context().add_class("bare")
        room.add(help_box)
        help_box.set_valign(Gtk.Align.START)
        self.widget = column(label(text["done_desktop"]), room, spacing=16)

    def shown(self) -> None:
        """Only one way is left: to the desktop."""
        self.frame.back.set_visible(False)
        self.frame.next.set_label(self.frame.text["start"])
        self.frame.next.grab_focus()

    def answered(self) -> bool:
        """Close."""
        self.frame.close()
        return False
