"""The account: name, login, password twice, and whether the session opens by itself."""

from __future__ import annotations

from typing import Any

from gi.repository import Gtk
from owner import rules
from owner.account import taken

from ownerui.parts import asked, column, entry, label, restyle


class AccountPage:
    """Five answers, checked while they are typed; a fault is said in words and takes the keyboard to its field."""

    title = "account"
    can_go_back = True

    def __init__(self, frame: Any) -> None:
        self.frame, self.text = frame, frame.text
        self.others = taken(frame.system)
        answers = frame.answers
        self.name, self.login = entry(frame.go_on, answers.name), entry(frame.go_on, answers.login)
        self.password, self.again = (entry(frame.go_on, answers.password, secret=True) for _ in range(2))
        self.derived = answers.login in ("", rules.suggest_login(answers.name, self.others))
        self.show = Gtk.CheckButton(label=self.text["show"], use_underline=True)
        self.auto = Gtk.CheckButton(label=self.text["autologin"], use_underline=True, active=answers.autologin)
        self.message = label("", "hint")
        self._wire()
        self.widget = column(label(self.text["account_hint"], "hint"), self._grid(), self.message, spacing=8)

    def shown(self) -> None:
        """Give the keyboard to the name."""
        self.name.grab_focus()
        self._advise()

    def answered(self) -> bool:
        """Take the answers, or say which one is not right."""
        fault, field = self._fault()
        if fault:
            self._say(fault, "fault")
            field.grab_focus()
            return False
        answers = self.frame.answers
        answers.name, answers.login = rules.clean_name(self.name.get_text()), self.login.get_text()
        answers.password, answers.autologin = self.password.get_text(), self.auto.get_active()
        return True

    def _wire(self) -> None:
        self.name.connect("changed", lambda _: self._derive())
        self.login.connect("changed", lambda _: self._login_changed())
        for field in (self.password, self.again):
            field.connect("changed", lambda _: self._advise())
        self.show.connect("toggled", self._reveal)

    def _grid(self) -> Any:
        grid = Gtk.Grid(row_spacing=7, column_spacing=14)
        fields = (("name", self.name), ("login", self.login), ("password", self.password), ("again", self.again))
        for row, (key, field) in enumerate(fields):
            grid.attach(asked(self.text[key], field), 0, row, 1, 1)
            grid.attach(field, 1, row, 1, 1)
        self.login.set_placeholder_text(self.text["login_hint"])
        grid.attach(self.show, 1, 4, 1, 1)
        grid.attach(self.auto, 1, 5, 1, 1)
        grid.attach(label(self.text["autologin_hint"], "hint", width=60), 1, 6, 1, 1)
        return grid

    def _derive(self) -> None:
        if self.derived:
            self.login.set_text(rules.suggest_login(self.name.get_text(), self.others))
            self.derived = True
        self._say("", "hint")

    def _login_changed(self) -> None:
        # Typed over, it is the owner's own choice and no longer follows the name.
        suggested = rules.suggest_login(self.name.get_text(), self.others)
        self.derived = self.login.get_text() in ("", suggested)
        self._advise()

    def _fault(self) -> tuple[str | None, Any]:
        name, login, password = self.name.get_text(), self.login.get_text(), self.password.get_text()
        if not rules.clean_name(name):
            return "no_name", self.name
        if fault := rules.login_fault(login, self.others):
            return fault, self.login
        if fault := rules.password_fault(password, login, name):
            return fault, self.password
        return ("differ", self.again) if self.again.get_text() != password else (None, None)

    def _advise(self) -> None:
        login, password = self.login.get_text(), self.password.get_text()
        if login and (fault := rules.login_fault(login, self.others)):
            self._say(fault, "fault")
        elif not password:
            self._say("", "hint")
        elif fault := rules.password_fault(password, login, self.name.get_text()):
            self._say(fault, "hint")
        elif self.again.get_text() and not password.startswith(self.again.get_text()):
            self._say("differ", "fault")
        else:
            self._say(rules.password_advice(password), "good")

    def _say(self, key: str, style: str) -> None:
        self.message.set_text(self.text[key] if key else "")
        restyle(self.message, style)

    def _reveal(self, button: Any) -> None:
        for field in (self.password, self.again):
            field.set_visibility(button.get_active())
