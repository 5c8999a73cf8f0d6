"""Wi-Fi, sound and camera, through programs that say what the real ones say."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from tests.screens.conftest import check_console
from tests.screens.functional_bench import PROGRAM, Start, answer, machine, results

__all__ = ["machine"]


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
