"""USB sockets and the battery under load."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.screens.conftest import check_console
from tests.screens.functional_bench import PROGRAM, Start, answer, machine, results

__all__ = ["machine"]


def plug(machine: Path, port: str) -> None:
    folder = next(machine.glob(f"sys/bus/usb/devices/*/{port}"))
    (folder / "device").symlink_to(machine / "sys")


def usb(machine: Path, *, kind: str) -> None:
    """Two sockets outside (each a port of USB 2 and its peer of USB 3) and one inside, for the webcam."""
    base = machine / "sys/bus/usb/devices"
    for hub, port in (
        ("1-0:1.0", "usb1-port1"),
        ("1-0:1.0", "usb1-port2"),
        ("2-0:1.0", "usb2-port1"),
        ("2-0:1.0", "usb2-port2"),
    ):
        folder = base / hub / port
        folder.mkdir(parents=True)
        (folder / "connect_type").write_text(kind)
    for number in (1, 2):
        one, two = base / f"1-0:1.0/usb1-port{number}", base / f"2-0:1.0/usb2-port{number}"
        (one / "peer").symlink_to(two)
        (two / "peer").symlink_to(one)
    inside = base / "1-0:1.0/usb1-port3"
    inside.mkdir()
    (inside / "connect_type").write_text("hardwired" if kind == "hotplug" else kind)


def test_each_usb_socket_is_counted_once(terminal: Start, machine: Path) -> None:
    usb(machine, kind="hotplug")
    plug(machine, "usb1-port1")
    shown = terminal(PROGRAM, str(machine), "azerty", "usb", python=True)
    shown.wait_for("1 sur 2")
    check_console(shown)
    # The same socket at its other speed, then what is inside: neither is a second socket.
    plug(machine, "usb2-port1")
    plug(machine, "usb1-port3")
    time.sleep(1)
    assert "1 sur 2" in "\n".join(shown.screen.display)
    plug(machine, "usb2-port2")
    shown.wait_for("FINI")
    (found,) = results(machine)
    assert (found["outcome"], found["ports"], found["ports_seen"]) == ("pass", 2, 2)


def test_where_the_firmware_does_not_tell_the_person_counts_the_sockets(terminal: Start, machine: Path) -> None:
    usb(machine, kind="unknown")
    shown = terminal(PROGRAM, str(machine), "azerty", "usb", python=True)
    answer(shown, "Combien de prises USB", "2\n")
    shown.wait_for("0 sur 2")
    shown.type("\n")
    answer(shown, "0 prise(s) sur 2", "e\n")
    shown.wait_for("FINI")
    assert results(machine)[0]["outcome"] == "fail"


def battery(machine: Path, *, power: int, online: str = "0", left: int = 30_000_000) -> None:
    folder = machine / "sys/class/power_supply"
    (folder / "BAT0").mkdir(parents=True)
    (folder / "AC").mkdir()
    for name, value in (("energy_now", left), ("energy_full", 40_000_000), ("power_now", power), ("capacity", 75)):
        (folder / "BAT0" / name).write_text(str(value))
    (folder / "AC/type").write_text("Mains")
    (folder / "AC/online").write_text(online)


@pytest.mark.parametrize(
    ("power", "outcome", "minutes"), [(20_000_000, "pass", 120), (60_000_000, "pass", 40), (130_000_000, "fail", 18)]
)
def test_the_battery_under_load(terminal: Start, machine: Path, power: int, outcome: str, minutes: int) -> None:
    battery(machine, power=power)
    shown = terminal(PROGRAM, str(machine), "azerty", "battery", python=True)
    shown.wait_for("FINI")
    check_console(shown)
    (found,) = results(machine)
    assert (found["outcome"], found["minutes"]) == (outcome, minutes)
    assert ("à dire" in found["reasons"][0]) == (minutes == 40)


def test_a_battery_on_the_mains_is_not_tested(terminal: Start, machine: Path) -> None:
    battery(machine, power=20_000_000, online="1")
    shown = terminal(PROGRAM, str(machine), "azerty", "battery", python=True)
    shown.wait_for("Débranchez le secteur")
    shown.type("\n")
    shown.wait_for("FINI")
    assert results(machine)[0]["outcome"] == "not_done"
