"""The first questions on a text console, with the keyboard alone."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from datetime import UTC, datetime

from owner import rules, wifi
from owner.account import Answers, set_keyboard, taken
from owner.clock import is_absurd, read_moment, set_clock
from owner.places import KEYBOARDS, keyboard_of, zones
from owner.system import System
from owner.texts import TEXTS, plain

DIGITS = str.maketrans("&é\"'(-è_çà", "1234567890")
"""The row of digits on a French keyboard, typed without the Shift key."""


def console_texts(lang: str) -> dict[str, str]:
    """Return the texts as a console can show them."""
    return {key: plain(text) for key, text in TEXTS[lang].items()}


class Questions:
    """One conversation. Every answer has a default, taken by Enter alone, but the name and the password."""

    def __init__(self, system: System) -> None:
        self.system = system
        self.answers = Answers()
        self.text = console_texts("fr")

    def ask(self, question: str, default: str = "") -> str:
        """Ask one line; an empty answer takes the default. The end of input (Ctrl-D) counts as empty."""
        try:
            return input(f"{question} [{default}] : " if default else f"{question} : ").strip() or default
        except EOFError:
            print()
            return default

    def choose(self, titles: Sequence[str], at: int) -> int:
        """Let one of a numbered list be chosen, by its number. Returns its place."""
        for number, title in enumerate(titles, 1):
            print(f"{number:3}. {title}")
        while True:
            said = self.ask(self.text["number"], str(at + 1)).translate(DIGITS)
            if said.isascii() and said.isdigit() and 1 <= int(said) <= len(titles):
                return int(said) - 1

    def whole(self) -> Answers:
        """Ask everything until the person says that it is right."""
        self.language()
        print("\n" + self.text["welcome"] + " " + self.text["yours"] + "\n" + self.text["hello"])
        self.keyboard()
        self.wifi()
        while True:
            self.name()
            self.login()
            self.password()
            self.host()
            self.timezone()
            self.clock()
            print("\n" + self.text["summary"].format(**vars(self.answers)))
            if self.ask(self.text["right"], self.text["yes"]).lower().startswith(self.text["yes"]):
                return self.answers

    def language(self) -> None:
        """Ask for the language; the answer may be a number or the language's own name."""
        print("\n  1. Français\n  2. English\n")
        said = self.ask("1/2", "1").translate(DIGITS).lower()
        self.answers.lang = "en" if said in ("2", "en", "english") else "fr"
        self.text = console_texts(self.answers.lang)

    def keyboard(self) -> None:
        """Ask for the keyboard and set it at once: the password is typed on it."""
        print("\n" + self.text["keyboard"])
        now = keyboard_of(self.system.read("/etc/default/keyboard"))
        place = self.choose([one.title(self.answers.lang) for one in KEYBOARDS], KEYBOARDS.index(now))
        self.answers.keyboard = KEYBOARDS[place].key
        set_keyboard(self.answers.keyboard, self.system)

    def wifi(self) -> None:
        """Offer to join a Wi-Fi network, where there is a card and NetworkManager."""
        if wifi.state(self.system) != "wifi":
            return
        print("\n" + self.text["wifi"] + " : " + self.text["wifi_looking"])
        found = wifi.networks(self.system)
        if not found:
            print(self.text["wifi_empty"])
        while found:
            for number, one in enumerate(found, 1):
                print(f"{number:3}. {one.name}  {one.signal} %" + ("" if one.secured else f" ({self.text['open']})"))
            said = self.ask(self.text["wifi_number"]).translate(DIGITS)
            if not (said.isascii() and said.isdigit() and 1 <= int(said) <= len(found)):
                return
            chosen = found[int(said) - 1]
            key = self.secret(self.text["wifi_key"]) if chosen.secured else ""
            try:
                wifi.join(chosen.name, key, self.system)
            except wifi.CannotJoin as error:
                print(self.text[str(error)])
            else:
                print(self.text["wifi_joined"].format(name=chosen.name))
                return

    def name(self) -> None:
        """Ask for the name."""
        self.answers.name = ""
        while not self.answers.name:
            self.answers.name = rules.clean_name(self.ask(self.text["name"]))

    def login(self) -> None:
        """Ask for a login that is well formed and not taken."""
        others = taken(self.system)
        while True:
            asked = f"{self.text['login']} ({self.text['login_hint']})"
            login = self.ask(asked, rules.suggest_login(self.answers.name, others)).lower()
            fault = rules.login_fault(login, others)
            if fault is None:
                self.answers.login = login
                return
            print(self.text[fault])

    def secret(self, question: str) -> str:
        """Ask without showing what is typed; the end of input counts as empty."""
        try:
            return getpass.getpass(question + " : ")
        except EOFError:
            print()
            return ""

    def password(self) -> None:
        """Ask for a password twice, without showing it."""
        while True:
            first = self.secret(f"{self.text['password']} ({self.text['hidden']})")
            fault = rules.password_fault(first, self.answers.login, self.answers.name)
            if fault is None and self.secret(self.text["again"]) != first:
                fault = "differ"
            if fault is None:
                print(self.text[rules.password_advice(first)])
                self.answers.password = first
                return
            print(self.text[fault])

    def host(self) -> None:
        """Ask for the computer's name."""
        now = self.system.read("/etc/hostname").strip()
        while not rules.HOSTNAME.match(host := self.ask(self.text["host"], now).lower()):
            print(self.text["bad_host"])
        self.answers.host = host

    def timezone(self) -> None:
        """Ask for the time zone by its name."""
        known = {name.lower(): name for name, _ in zones(self.answers.lang, self.system.root)}
        while True:
            said = self.ask(self.text["timezone_ask"], self.answers.timezone)
            if said.lower() in known or not known:
                self.answers.timezone = known.get(said.lower(), "Europe/Paris")
                return
            print(self.text["bad_timezone"])

    def clock(self) -> None:
        """Ask for date and time where the clock cannot be right; an empty answer leaves it to the network."""
        if not is_absurd(self.system, datetime.now(UTC)):
            return
        print("\n" + self.text["clock_hint"])
        while day := self.ask(f"{self.text['clock_day']} ({self.text['clock_day_like']})"):
            hour = self.ask(f"{self.text['clock_hour']} ({self.text['clock_hour_like']})")
            moment = read_moment(day, hour, self.answers.timezone, self.system)
            if moment is not None:
                if not set_clock(moment, self.system):
                    print(self.text["clock_failed"])
                return
            print(self.text["bad_clock"])
