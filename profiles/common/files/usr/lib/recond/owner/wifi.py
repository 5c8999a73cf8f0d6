"""Wi-Fi through NetworkManager's nmcli: is there any, which networks, join one. All optional: a PC without it is no error."""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass

from owner.system import Failed, System


@dataclass(frozen=True)
class Network:
    """One network in reach. `signal`: 0 to 100."""

    name: str
    signal: int
    secured: bool
    joined: bool


class CannotJoin(Exception):
    """The network was not joined; the text is the key of the reason."""


def fields(line: str) -> list[str]:
    """Split a line of `nmcli --terse`: colons between the fields, a backslash before a colon or backslash of the value."""
    parts = [""]
    for piece in re.findall(r"\\.|:|[^:\\]+", line):
        if piece == ":":
            parts.append("")
        else:
            parts[-1] += piece[1:] if piece[0] == "\\" else piece
    return parts


def state(system: System) -> str:
    """Return "cable" (connected without Wi-Fi), "wifi" (there is a Wi-Fi card) or "none"."""
    if not system.has("nmcli"):
        return "none"
    try:
        said = system.run(["nmcli", "--terse", "--fields", "TYPE,STATE", "device"], timeout_s=20)
    except Failed:
        return "none"
    devices = [fields(line) for line in said.splitlines()]
    if any(device[:2] == ["ethernet", "connected"] for device in devices):
        return "cable"
    return "wifi" if any(device[0] == "wifi" for device in devices) else "none"


def networks(system: System) -> list[Network]:
    """Return the networks in reach, the strongest first, each name once. Empty when none answers."""
    with contextlib.suppress(Failed):
        system.run(["nmcli", "radio", "wifi", "on"], timeout_s=20)
    asked = ["nmcli", "--terse", "--fields", "IN-USE,SIGNAL,SECURITY,SSID", "device", "wifi", "list", "--rescan", "yes"]
    try:
        said = system.run(asked, timeout_s=60)
    except Failed:
        return []
    found: dict[str, Network] = {}
    for line in said.splitlines():
        used, signal, security, name, *_ = [*fields(line), "", "", "", ""]
        if not name or not name.isprintable():
            continue
        one = Network(name, int(signal) if signal.isdigit() else 0, security not in ("", "--"), used.strip() == "*")
        if name not in found or (one.joined, one.signal) > (found[name].joined, found[name].signal):
            found[name] = one
    return sorted(found.values(), key=lambda one: (not one.joined, -one.signal, one.name))


def join(name: str, password: str, system: System) -> None:
    """Join a network; it is kept for every later start. Raises CannotJoin.

    nmcli takes the key among its words. At this moment the computer has no user yet who could read them.
    """
    known = {fields(line)[0] for line in _profiles(system)}
    argv = ["nmcli", "--wait", "45", "device", "wifi", "connect", name]
    try:
        system.run([*argv, "password", password] if password else argv, timeout_s=60)
    except Failed as error:
        if name not in known:
            with contextlib.suppress(Failed):
                system.run(["nmcli", "connection", "delete", "id", name], timeout_s=20)
        wrong = re.search(r"[Ss]ecrets|password|psk|key", str(error).removeprefix("nmcli: ").replace(name, ""))
        raise CannotJoin("wifi_wrong" if wrong else "wifi_failed") from error


def _profiles(system: System) -> list[str]:
    try:
        return system.run(["nmcli", "--terse", "--fields", "NAME", "connection"], timeout_s=20).splitlines()
    except Failed:
        return []
