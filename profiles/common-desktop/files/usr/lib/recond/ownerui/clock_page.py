"""Date and time, asked only where the computer's clock cannot be right."""

from __future__ import annotations

from typing import Any

from gi.repository import Gtk
from owner.clock import read_moment, set_clock

from ownerui.parts import asked, column, entry, label, restyle


class ClockPage:
    """Two answers. A clock that cannot be set is said and stops nothing: the network sets it later."""

    title = "clock"
    can_go_back = True

    def __init__(self, frame: Any) -> None:
        self.frame, self.text = frame, frame.text
        self.day, self.hour = entry(frame.go_on), entry(frame.go_on)
        self.day.set_placeholder_text(self.text["clock_day_like"])
        self.hour.set_placeholder_text(self.text["clock_hour_like"])
        self.message = label("", "hint")
        self.refused = False
        grid = Gtk.Grid(row_spacing=7, column_spacing=14)
        for row, (key, field) in enumerate((("clock_day", self.day), ("clock_hour", self.hour))):
            grid.attach(asked(self.text[key], field), 0, row, 1, 1)
            grid.attach(field, 1, row, 1, 1)
        self.widget = column(label(self.text["clock_hint"]), grid, self.message)

    def shown(self) -> None:
        """Give the keyboard to the day."""
        self.day.grab_focus()

    def answered(self) -> bool:
        """Set the clock, or say what is wrong; nothing typed at all passes on."""
        day, hour = self.day.get_text(), self.hour.get_text()
        if self.refused or not (day or hour):
            return True
        moment = read_moment(day, hour, self.frame.answers.timezone, self.frame.system)
        if moment is None:
            return self._say("bad_clock")
        if set_clock(moment, self.frame.system):
            return True
        self.refused = True
        return self._say("clock_failed")

    def _say(self, fault: str) -> bool:
        self.message.set_text(self.text[fault])
        restyle(self.message, "fault")
        self.day.grab_focus()
        return False
