"""The end is heard on the PC's loudspeakers: two tunes, two seconds at most, and never anybody's trouble."""

from __future__ import annotations

import io
import time
import wave

import pytest
from rich.console import Console

from recond.cli.parts.ending import power_off, power_off_done
from recond.cli.parts.heard import BOUND_S, heard, play
from recond.core.errors import EnvironmentFault
from recond.core.ports import Command, Completed
from recond.probe.sound import melody
from recond.ui.result import FALLING, RISING

PCM = (
    "00-03: HDMI 0 : HDMI 0 : playback 1\n01-00: ALC257 Analog : ALC257 Analog : playback 1 : capture 1\n"
    "01-01: Mic : Mic : capture 1\n"
)


class Speakers:
    """A host with sound cards; `takes_s`: how long each program takes, up to its own deadline."""

    def __init__(self, pcm: str | None, *, takes_s: float = 0.0, status: int | None = 0) -> None:
        self.pcm, self.takes_s, self.status = pcm, takes_s, status
        self.ran: list[Command] = []

    def read(self, path: str, limit: int = 1 << 20) -> bytes | None:
        return self.pcm.encode() if path == "/proc/asound/pcm" and self.pcm else None

    def run(self, command: Command, warrant: object = None) -> Completed:
        self.ran.append(command)
        time.sleep(min(self.takes_s, command.timeout_s))
        late = self.takes_s > command.timeout_s
        return Completed(command.argv, None if late else self.status, b"", b"", 0.0, "timeout" if late else None)


def tty(*, terminal: bool = True) -> Console:
    return Console(file=io.StringIO(), force_terminal=terminal, width=79)


@pytest.mark.parametrize(("good", "notes"), [(True, RISING), (False, FALLING)])
def test_the_tune_says_good_or_bad_on_the_analogue_card_after_opening_it(good: bool, notes: tuple[object, ...]) -> None:
    host = Speakers(PCM)
    heard(tty(), host, good=good)  # type: ignore[arg-type]
    *opened, played = host.ran
    assert all(one.argv[:4] == ("amixer", "-q", "-c", "1") and one.argv[-1] == "unmute" for one in opened) and opened
    assert played.argv[0] == "aplay" and "plughw:1,0" in played.argv
    assert played.stdin == melody(notes)  # type: ignore[arg-type]
    with wave.open(io.BytesIO(played.stdin or b"")) as file:
        assert 0.3 < file.getnframes() / file.getframerate() < 1


def test_good_and_bad_are_not_the_same() -> None:
    assert melody(RISING) != melody(FALLING)


@pytest.mark.parametrize("pcm", [None, "", "00-03: HDMI 0 : HDMI 0 : playback 1\n", "nonsense"])
def test_without_a_loudspeaker_nothing_happens(pcm: str | None) -> None:
    host = Speakers(pcm)
    heard(tty(), host, good=True)  # type: ignore[arg-type]
    assert host.ran == []


def test_a_card_that_hangs_holds_nobody_up() -> None:
    host = Speakers(PCM, takes_s=30)
    begun = time.monotonic()
    play(host, good=True, bound_s=0.4)  # type: ignore[arg-type]
    assert time.monotonic() - begun < 0.8 and all(one.timeout_s <= 0.4 for one in host.ran)
    assert BOUND_S <= 2


@pytest.mark.parametrize("status", [1, None])
def test_a_card_that_fails_is_not_told(status: int | None) -> None:
    console = tty()
    heard(console, Speakers(PCM, status=status), good=False)  # type: ignore[arg-type]
    assert "aplay" not in console.file.getvalue()  # type: ignore[attr-defined]


def test_into_a_pipe_nothing_is_played() -> None:
    host = Speakers(PCM)
    heard(tty(terminal=False), host, good=True)  # type: ignore[arg-type]
    assert host.ran == []


class Off:
    """A context whose system does not power off."""

    def __init__(self, data: object) -> None:
        self.host, self.console, self.data, self.interactive = Speakers(None, status=1), tty(), data, True


def test_a_pc_that_does_not_switch_off_is_told(tmp_path: object) -> None:
    context = Off(tmp_path)
    with pytest.raises(EnvironmentFault) as told:
        power_off(context)  # type: ignore[arg-type]
    assert "bouton" in str(told.value.hint) and "systemctl" in told.value.message
    assert [one.argv[0] for one in context.host.ran] == ["sync", "systemctl"]
    assert power_off_done(context) is False  # type: ignore[arg-type]
    assert "bouton" in context.console.file.getvalue()  # type: ignore[attr-defined]
