"""Joining a Wi-Fi network, if there is one and the owner wants to."""

from __future__ import annotations

from typing import Any

from gi.repository import Gtk
from owner import wifi

from ownerui.frame import work
from ownerui.parts import Choice, asked, column, entry, label, restyle


class WifiPage:
    """The networks in reach. Continue is always there: the Internet is not needed now."""

    title = "wifi"
    can_go_back = True

    def __init__(self, frame: Any) -> None:
        self.frame, self.text = frame, frame.text
        self.found: dict[str, wifi.Network] = {}
        self.name = ""
        self.key = entry(self._join, secret=True)
        self.choice = Choice(self._chosen, self._join, self.key, frame.next)
        self.joining = Gtk.Button(label=self.text["wifi_join"], use_underline=True)
        self.joining.connect("clicked", lambda _: self._join())
        self.again = Gtk.Button(label=self.text["wifi_again"], use_underline=True)
        self.again.connect("clicked", lambda _: self._look())
        self.message = label("", "hint")
        self.asking = Gtk.Box(spacing=12)
        self.asking.pack_start(asked(self.text["wifi_key"], self.key), False, False, 0)
        for widget, wide in ((self.key, True), (self.joining, False), (self.again, False)):
            self.asking.pack_start(widget, wide, True, 0)
        self.hint = label(self.text["wifi_hint"])
        self.widget = column(self.hint, self.message, self.choice.widget, self.asking)

    def shown(self) -> None:
        """Look whether there is any Wi-Fi, and for networks."""
        self._show_list(False)
        self._say("wifi_looking")
        self.frame.next.set_label(self.text["skip"])
        self.frame.next.grab_focus()
        work(lambda: wifi.state(self.frame.system), self._state)

    def answered(self) -> bool:
        """Nothing need be answered."""
        return True

    def _here(self) -> bool:
        # The answer of a search may come when the person is on another page already.
        return self.frame.page is self

    def _state(self, state: Any) -> None:
        if not self._here():
            return
        if state == "wifi":
            self._look()
        else:
            self.hint.hide()
            self._say("wifi_cable" if state == "cable" else "wifi_none")
            self.frame.next.set_label(self.text["next"])

    def _look(self) -> None:
        self._say("wifi_looking")
        self.again.set_sensitive(False)
        work(lambda: wifi.networks(self.frame.system), self._networks)

    def _networks(self, found: Any) -> None:
        if not self._here():
            return
        found = found if isinstance(found, list) else []
        self.found = {one.name: one for one in found}
        lines = [(one.name, f"{one.name}    {one.signal} %" + self._note(one)) for one in found]
        self._show_list(True)
        self.again.set_sensitive(True)
        self.joining.set_sensitive(bool(found))
        self.choice.fill(lines, self.name)
        self._say("" if found else "wifi_empty")
        if any(one.joined for one in found):
            self._joined(found[0].name)
        elif found:
            self.choice.focus()

    def _note(self, one: wifi.Network) -> str:
        return "" if one.secured else f"    ({self.text['open']})"

    def _chosen(self, name: str) -> None:
        self.name = name
        secured = self.found[name].secured
        self.key.set_sensitive(secured)
        self.key.set_text("")

    def _join(self) -> None:
        chosen = self.found.get(self.name)
        if chosen is None or not self.joining.get_sensitive():
            return
        key = self.key.get_text()
        if chosen.secured and not key:
            self.key.grab_focus()
            return
        self.joining.set_sensitive(False)
        self.again.set_sensitive(False)
        self._say("wifi_joining", name=chosen.name)
        work(lambda: wifi.join(chosen.name, key, self.frame.system), lambda end: self._ended(chosen.name, end))

    def _ended(self, name: str, end: Any) -> None:
        if not self._here():
            return
        self.joining.set_sensitive(True)
        self.again.set_sensitive(True)
        if end is None:
            self._joined(name)
            self.frame.next.grab_focus()
        else:
            self._say(str(end) if isinstance(end, wifi.CannotJoin) else "wifi_failed", "fault")
            self.key.grab_focus()

    def _joined(self, name: str) -> None:
        self._say("wifi_joined", "good", name=name)
        self.frame.next.set_label(self.text["next"])

    def _say(self, key: str, style: str = "hint", **values: str) -> None:
        self.message.set_text(self.text[key].format(**values) if key else "")
        restyle(self.message, style)

    def _show_list(self, shown: bool) -> None:
        self.choice.widget.set_visible(shown)
        self.asking.set_visible(shown)
