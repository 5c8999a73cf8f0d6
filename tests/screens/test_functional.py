"""The functional tests as a volunteer meets them: pressed keys are real event records in a pipe, the screen is emulated."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from recond.core.evdev import EVENT, parse_devices
from recond.core.keyboard import LAYOUTS, OPTIONAL
from tests.screens.conftest import Terminal, check_console

Start = Callable[..., Terminal]
PROGRAM = str(Path(__file__).with_name("try_tests.py"))
DEVICES = """I: Bus=0011 Vendor=0001 Product=0001 Version=ab41
N: Name="AT Translated Set 2 keyboard"
H: Handlers=sysrq kbd event3 leds
B: EV=120013
B: KEY=402000000 3803078f800d001 feffffdfffefffff fffffffffffffffe

I: Bus=0003 Vendor=0c2e Product=0200 Version=0110
N: Name="Honeywell Scanner"
H: Handlers=sysrq kbd event9
B: EV=120013
B: KEY=1000000000007 ff9f207ac14057ff febeffdfffefffff fffffffffffffffe

I: Bus=0018 Vendor=06cb Product=cd8b Version=0100
N: Name="SYNA Touchpad"
H: Handlers=mouse0 event5
B: PROP=PROPS
B: EV=b
B: KEY=e520 KEYS 0 0 0 0
B: ABS=2e0800000000003

I: Bus=0019 Vendor=0000 Product=0005 Version=0000
N: Name="Lid Switch"
H: Handlers=event0
B: EV=21
B: SW=1

I: Bus=0019 Vendor=0000 Product=0001 Version=0000
N: Name="Power Button"
H: Handlers=kbd event1
B: EV=3
B: KEY=10000000000000 0
"""


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """Return the root of a laptop made of files: keyboard, bar-code scanner, touchpad with two buttons, lid."""
    root = tmp_path / "m"
    (root / "proc/bus/input").mkdir(parents=True)
    (root / "dev/input").mkdir(parents=True)
    text = DEVICES.replace("PROPS", "0").replace("KEYS", "30000")
    (root / "proc/bus/input/devices").write_text(text)
    for number in (0, 3, 5, 9):
        os.mkfifo(root / f"dev/input/event{number}")
    return root


@pytest.fixture
def pipes() -> Iterator[Callable[[Path], Callable[..., None]]]:
    """Return a maker of "send these events": a pipe stays open as a device does."""
    opened = []

    def make(path: Path) -> Callable[..., None]:
        fd = os.open(path, os.O_RDWR)
        opened.append(fd)

        def send(*events: tuple[int, int, int]) -> None:
            for event in events:
                os.write(fd, EVENT.pack(1, 2, *event))

        return send

    yield make
    for fd in opened:
        os.close(fd)


def wait_for_count(shown: Terminal, what: bytes, count: int) -> None:
    """Wait until this was written so many times."""
    shown.read(lambda: shown.raw.count(what) >= count)


def answer(shown: Terminal, question: str, typed: str) -> None:
    """Type once the question was asked: what is typed before is thrown away."""
    shown.wait_for(question)
    shown.read(lambda: shown.raw.endswith(b" > "))
    shown.type(typed)


def keys(*codes: int) -> list[tuple[int, int, int]]:
    return [(1, code, value) for code in codes for value in (1, 0)]


def results(root: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((root / "results.json").read_text())
    return found


def codes(layout: str) -> list[int]:
    return [code for row in LAYOUTS[layout] for _, code in row if code not in OPTIONAL]


@pytest.mark.parametrize("layout", ["azerty", "qwerty"])
def test_every_key_is_seen_in_the_picture(terminal: Start, machine: Path, pipes: Any, layout: str) -> None:
    press = pipes(machine / "dev/input/event3")
    shown = terminal(PROGRAM, str(machine), layout, "keyboard", python=True)
    shown.wait_for(f"CLAVIER {layout}")
    first = "[A]" if layout == "azerty" else "[Q]"
    assert first in "\n".join(shown.lines())
    press(*keys(16))
    shown.read(lambda: first not in "\n".join(shown.screen.display))
    check_console(shown)
    assert "61 à faire sur 62" in shown.text() or "60 à faire sur 61" in shown.text()
    press(*keys(*codes(layout)))
    shown.wait_for("FINI")
    assert shown.end() == 0
    (found,) = results(machine)
    assert (found["outcome"], found["layout"], found["keys_missing"]) == ("pass", layout, 0)


def test_dead_keys_are_named_and_a_person_decides(terminal: Start, machine: Path, pipes: Any) -> None:
    press = pipes(machine / "dev/input/event3")
    shown = terminal(PROGRAM, str(machine), "azerty", "keyboard", python=True)
    shown.wait_for("CLAVIER")
    # A cut record, a release without a press, an unknown code: none of them is a key that answers.
    press(*keys(*(code for code in codes("azerty") if code not in (16, 1, 22))), (1, 22, 0), (1, 700, 1), (4, 4, 30))
    press(*keys(1), *keys(1))
    answer(shown, "2 touches n'ont pas répondu : A U", "z\n")
    answer(shown, "Tapez R, E, X ou P", "e\n")
    shown.wait_for("FINI")
    check_console(shown)
    (found,) = results(machine)
    assert found["outcome"] == "fail" and found["reasons"][0] == "2 touches muettes : A U"
    assert found["keys_missing"] == 2


def test_the_scanner_is_not_the_laptops_keyboard(terminal: Start, machine: Path, pipes: Any) -> None:
    scan = pipes(machine / "dev/input/event9")
    press = pipes(machine / "dev/input/event3")
    shown = terminal(PROGRAM, str(machine), "azerty", "keyboard", python=True)
    shown.wait_for("CLAVIER")
    scan(*keys(*codes("azerty")))
    press(*keys(1), *keys(1))
    answer(shown, "61 touches n'ont pas répondu", "p\n")
    shown.wait_for("FINI")
    assert results(machine)[0]["outcome"] == "not_done"


def test_the_touchpad_moves_and_clicks(terminal: Start, machine: Path, pipes: Any) -> None:
    move = pipes(machine / "dev/input/event5")
    shown = terminal(PROGRAM, str(machine), "azerty", "touchpad", python=True)
    shown.wait_for("PAVE TACTILE")
    move((3, 0, 100), (3, 0, 400), (3, 1, 200), (1, 0x110, 1), (1, 0x110, 0))
    shown.read(lambda: "gauche à droite" not in "\n".join(shown.screen.display))
    assert "[ ] cliquer à droite" in "\n".join(shown.screen.display)
    check_console(shown)
    move((3, 1, 500), (1, 0x111, 1))
    shown.wait_for("FINI")
    assert results(machine)[0]["outcome"] == "pass"


def test_a_pad_that_is_one_button_needs_no_right_one(terminal: Start, machine: Path, pipes: Any) -> None:
    path = machine / "proc/bus/input/devices"
    path.write_text(DEVICES.replace("PROPS", "5").replace("KEYS", "10000"))
    move = pipes(machine / "dev/input/event5")
    shown = terminal(PROGRAM, str(machine), "azerty", "touchpad", python=True)
    shown.wait_for("cliquer une 2e fois")
    move((3, 0, 0), (3, 0, 90), (3, 1, 0), (3, 1, 90), (1, 0x110, 1), (1, 0x110, 0), (1, 0x110, 1))
    shown.wait_for("FINI")
    assert results(machine)[0]["reasons"] == ["bouge et clique (un seul bouton)"]


def test_the_lid_closes_and_opens(terminal: Start, machine: Path, pipes: Any) -> None:
    lid = pipes(machine / "dev/input/event0")
    shown = terminal(PROGRAM, str(machine), "azerty", "lid", python=True)
    shown.wait_for("Fermez le capot")
    lid((5, 0, 1))
    time.sleep(0.5)
    lid((5, 0, 0))
    shown.wait_for("FINI")
    assert results(machine)[0]["outcome"] == "pass"
    shown = terminal(PROGRAM, str(machine), "azerty", "lid", python=True)
    shown.wait_for("Fermez le capot")
    lid((5, 0, 1))
    time.sleep(0.5)
    shown.type("\n")
    answer(shown, "vu se fermer, pas se rouvrir", "e\n")
    shown.wait_for("FINI")
    assert results(machine)[0]["outcome"] == "fail"


@pytest.mark.parametrize(
    ("typed", "outcome", "defects"), [("b", "pass", "none"), ("d", "pass", "pixels"), ("p", "not_done", None)]
)
def test_what_was_seen_on_the_screen(
    terminal: Start, machine: Path, typed: str, outcome: str, defects: str | None
) -> None:
    shown = terminal(PROGRAM, str(machine), "azerty", "screen", python=True)
    answer(shown, "Prêt ?", "o\n")
    for number in range(5):
        wait_for_count(shown, b"\x1b[?25l", number + 1)
        shown.type("\n")
    answer(shown, "Qu'avez-vous vu ?", f"{typed}\n")
    shown.wait_for("FINI")
    (found,) = results(machine)
    assert (found["outcome"], found.get("defects")) == (outcome, defects)


def test_the_screen_is_filled_with_each_colour(terminal: Start, machine: Path) -> None:
    shown = terminal(PROGRAM, str(machine), "azerty", "screen", python=True)
    answer(shown, "Prêt ?", "o\n")
    for number, name in enumerate(("red", "green", "blue", "white", "black")):
        wait_for_count(shown, b"\x1b[?25l", number + 1)
        wanted = {"green": "green", "white": "white"}.get(name, name)
        corners = {shown.screen.buffer[row][column].bg for row in (0, 12, 24) for column in (0, 40, 79)}
        assert corners == {wanted}
        shown.type("\n")
    shown.wait_for("Qu'avez-vous vu ?")
    check_console(shown)
    shown.type("t\n")
    shown.wait_for("FINI")
    assert results(machine)[0]["outcome"] == "fail"
    # The palette and the cursor are given back.
    assert shown.raw.rindex(b"\x1b]R") > shown.raw.rindex(b"\x1b]P") and b"\x1b[?25h" in shown.raw


def test_on_a_serial_line_what_needs_the_screen_is_not_done(terminal: Start, machine: Path) -> None:
    shown = terminal(PROGRAM, str(machine), "azerty", "screen", "keyboard", python=True, TERM="dumb")
    assert shown.end() == 0
    assert [one["outcome"] for one in results(machine)] == ["not_done", "not_done"]
    assert "console série" in results(machine)[0]["reasons"][0]
    assert b"\x1b" not in shown.raw


def test_the_kind_of_machine_decides_what_is_asked(terminal: Start, machine: Path) -> None:
    (machine / "chassis").write_text("desktop")
    shown = terminal(PROGRAM, str(machine), "azerty", "screen", "keyboard", "touchpad", "battery", "lid", "camera", "wifi",
                     "sound", python=True)  # fmt: skip
    assert shown.end() == 0
    assert {one["outcome"] for one in results(machine)} == {"na"}


def test_the_look_and_a_swollen_battery(terminal: Start, machine: Path) -> None:
    shown = terminal(PROGRAM, str(machine), "azerty", "condition", python=True)
    answer(shown, "Batterie gonflée ?", "o\n")
    shown.wait_for("Aspect ?")
    check_console(shown)
    assert "DANGER" in shown.text()
    shown.type("c\n")
    shown.wait_for("FINI")
    (found,) = results(machine)
    assert (found["outcome"], found["class"], found["battery_swollen"]) == ("fail", "C", "yes")


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


def tool(folder: Path, name: str, script: str) -> None:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(script)
    path.chmod(0o755)


SCAN = """BSS aa:bb:cc:00:00:01(on wlan0)
	signal: -71.00 dBm
	SSID: Les voisins
BSS aa:bb:cc:00:00:02(on wlan0)
	signal: -48.00 dBm
	SSID: Maison
"""


@pytest.mark.parametrize(
    ("script", "typed", "outcome", "reason"),
    [
        (f"cat <<'END'\n{SCAN}END\n", None, "pass", "2 réseau(x) entendu(s), le plus fort à -48 dBm"),
        ("exit 0", "o", "fail", "n'entend aucun réseau"),
        ("exit 0", "n", "not_done", "aucun réseau entendu"),
        ("echo 'command failed: Input/output error (-5)' >&2; exit 251", None, "fail", "Input/output error"),
    ],
)
def test_wifi_hears_networks_and_keeps_no_name(
    terminal: Start, machine: Path, tmp_path: Path, script: str, typed: str | None, outcome: str, reason: str
) -> None:
    (machine / "sys/class/net/wlan0").mkdir(parents=True)
    tool(tmp_path / "bin", "iw", f"#!/bin/sh\n{script}\n")
    tool(tmp_path / "bin", "ip", "#!/bin/sh\nexit 0\n")
    path = f"{tmp_path / 'bin'}:{os.environ['PATH']}"
    shown = terminal(PROGRAM, str(machine), "azerty", "wifi", python=True, PATH=path)
    if typed:
        answer(shown, "dans la pièce ?", f"{typed}\n")
    shown.wait_for("FINI")
    (found,) = results(machine)
    assert found["outcome"] == outcome and reason in found["reasons"][0]
    assert "Maison" not in shown.text() and "Maison" not in json.dumps(found)


RECORD = """#!{python}
import sys, time, math, array, pathlib
folder = pathlib.Path({folder!r})
seconds = int(sys.argv[sys.argv.index("-d") + 1])
start = time.time()
time.sleep(0.4)
playing = (folder / "playing").exists()
loud = {loud} if playing else 0
samples = (loud * math.sin(2 * math.pi * 880 * n / 16000) + (n * 7919 % 41) - 20 for n in range(16000 * seconds))
sys.stdout.buffer.write(array.array("h", (int(s) for s in samples)).tobytes())
"""
PLAY = """#!/bin/sh
cat > {folder}/played.wav
touch {folder}/playing; sleep 1; rm {folder}/playing
"""


@pytest.mark.parametrize(
    ("loud", "chassis", "typed", "outcome"),
    [
        (900, "laptop", None, "pass"),
        (0, "laptop", "n", "fail"),
        (0, "laptop", "o", "fail"),
        (0, "desktop", "o", "pass"),
    ],
)
def test_the_microphone_hears_the_speaker(
    terminal: Start, machine: Path, tmp_path: Path, loud: int, chassis: str, typed: str | None, outcome: str
) -> None:
    (machine / "proc/asound").mkdir(parents=True)
    (machine / "proc/asound/pcm").write_text(
        "00-03: HDMI 0 : HDMI 0 : playback 1\n01-00: ALC257 Analog : ALC257 Analog : playback 1 : capture 1\n"
    )
    (machine / "chassis").write_text(chassis)
    folder = tmp_path / "bin"
    tool(folder, "arecord", RECORD.format(python=sys.executable, folder=str(folder), loud=loud))
    tool(folder, "aplay", PLAY.format(folder=folder))
    tool(folder, "amixer", f'#!/bin/sh\necho "$@" >> {folder}/mixed\nexit 1\n')
    path = f"{folder}:{os.environ['PATH']}"
    shown = terminal(PROGRAM, str(machine), "azerty", "sound", python=True, PATH=path)
    if typed:
        answer(shown, "entendu le son ?", f"{typed}\n")
    shown.wait_for("FINI")
    (found,) = results(machine)
    assert found["outcome"] == outcome
    assert (found["tone"] > 500) == (loud > 0) and found["silence"] < 20
    assert (folder / "played.wav").read_bytes()[:4] == b"RIFF"
    assert "-c 1 sset Master 80% unmute" in (folder / "mixed").read_text()


GRAB = """#!{python}
import sys
wide, high = 640, 480
row = {row}
sys.stdout.buffer.write(b"".join(bytes((row(x, y), 128)) for y in range(high) for x in range(wide)))
"""


@pytest.mark.parametrize(
    ("row", "typed", "outcome"),
    [
        ("lambda x, y: x * 255 // 640", "o", "pass"),
        ("lambda x, y: x * 255 // 640", "n", "fail"),
        ("lambda x, y: 16", "o", "fail"),
    ],
)
def test_the_camera_shows_a_picture_that_is_kept_nowhere(
    terminal: Start, machine: Path, tmp_path: Path, row: str, typed: str, outcome: str
) -> None:
    node = machine / "sys/class/video4linux/video0"
    node.mkdir(parents=True)
    (node / "index").write_text("0\n")
    (node / "name").write_text("Integrated Camera\n")
    tool(tmp_path / "bin", "v4l2-ctl", GRAB.format(python=sys.executable, row=row))
    path = f"{tmp_path / 'bin'}:{os.environ['PATH']}"
    shown = terminal(PROGRAM, str(machine), "azerty", "camera", python=True, PATH=path)
    shown.read(lambda: shown.raw.endswith(b" > "))
    if "640" in row:
        line = next(line for line in shown.screen.display if "@" in line).strip()
        assert list(line) == sorted(line, key=" .:-=+*#%@".index), "from dark to light, as it is"
    check_console(shown)
    shown.type(f"{typed}\n")
    shown.wait_for("FINI")
    (found,) = results(machine)
    assert found["outcome"] == outcome
    assert set(found) <= {"name", "outcome", "reasons", "brightness", "spread"}


def test_input_devices_are_told_apart() -> None:
    text = DEVICES.replace("PROPS", "5").replace("KEYS", "10000")
    found = {one.name: one for one in parse_devices(text)}
    assert [name for name, one in found.items() if one.is_keyboard] == [
        "AT Translated Set 2 keyboard",
        "Honeywell Scanner",
    ]
    assert [name for name, one in found.items() if one.is_pointer] == ["SYNA Touchpad"]
    assert not found["Honeywell Scanner"].is_built_in and found["SYNA Touchpad"].props == {0, 2}
    assert 0 in found["Lid Switch"].switches
    assert (
        parse_devices("I: Bus=zz\n\nB: KEY=" + "f" * 40_000 + "\nI: Bus=0003\nH: Handlers=event1 \n")[0].keys
        == frozenset()
    )


def card(data: Path) -> dict[str, Any]:
    (path,) = (data / "records").glob("*.json")
    found: dict[str, Any] = json.loads(path.read_text())
    return found


TAG = "PC-0042-2"
"""Given each time: this PC may have nothing else by which it is known again."""


def test_a_result_is_kept_and_one_that_is_passed_over_takes_nothing_back(terminal: Start, tmp_path: Path) -> None:
    data = tmp_path / "d"
    shown = terminal("test", "--id", TAG, "condition")
    answer(shown, "Batterie gonflée ?", "n\n")
    answer(shown, "Aspect ?", "e\n")
    assert shown.end() == 6, "a failed test is told to the shell"
    check_console(shown)
    assert "[ECHEC] Aspect" in shown.text() and "RATES : aspect" in shown.text()
    kept = card(data)
    assert kept["tests"]["condition"]["outcome"] == "fail" and kept["grade"] == "R" and kept["sorting"] == "repair"
    again = terminal("test", "--id", TAG, "condition")
    answer(again, "Batterie gonflée ?", "p\n")
    assert again.end() == 6
    assert card(data)["tests"]["condition"]["outcome"] == "fail"
    third = terminal("test", "--id", TAG, "--left", "condition")
    answer(third, "Batterie gonflée ?", "n\n")
    answer(third, "Aspect ?", "b\n")
    assert third.end() == 0
    assert card(data)["tests"]["condition"]["facts"] == {"battery_swollen": "no", "class": "B"}
    assert terminal("test", "--id", TAG, "--left", "condition").end() == 0, "nothing is left to ask"
    seen = terminal("show", "last")
    assert seen.end() == 0
    check_console(seen)
    assert "Tests 1 bons, à faire : écran" in seen.text()
    looked = terminal("audit", "--id", TAG)
    assert looked.end() == 0
    assert "Tests : 1 bons, à faire : écran" in looked.text()


def test_stopped_by_ctrl_c_it_is_taken_up_again(terminal: Start, tmp_path: Path) -> None:
    shown = terminal("test", "--id", TAG, "condition")
    shown.wait_for("Batterie gonflée ?")
    shown.read(lambda: shown.raw.endswith(b" > "))
    shown.type("\x03")
    assert shown.end() == 130
    assert card(tmp_path / "d")["tests"] == {}
    again = terminal("test", "--id", TAG, "condition")
    answer(again, "Batterie gonflée ?", "n\n")
    answer(again, "Aspect ?", "c\n")
    assert again.end() == 0
    assert len(list((tmp_path / "d/journal").glob("*.ndjson"))) == 1, "the same run"


def test_a_wrong_name_is_told(terminal: Start) -> None:
    shown = terminal("test", "clavier")
    assert shown.end() == 2
    assert "au choix : screen, keyboard" in shown.text()
    replayed = terminal("--replay", str(Path(__file__).parents[1] / "machines" / "qemu-clean"), "test")
    assert replayed.end() == 2 and "un enregistrement ne s'essaie pas" in replayed.text()
