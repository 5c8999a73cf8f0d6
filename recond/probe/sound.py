"""Sound: the cards ALSA knows, a tone made here, and how loud that tone is in what a microphone heard."""

from __future__ import annotations

import array
import io
import math
import re
import wave
from collections.abc import Sequence
from dataclasses import dataclass

from recond.core.ports import Command, Host
from recond.core.text import clean

RATE, TONE_HZ = 16_000, 880
DEADLINE_S = 15.0
DISPLAY = re.compile(r"hdmi|displayport|\bdp\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Pcm:
    """One sound device of ALSA."""

    card: int
    device: int
    name: str
    plays: bool
    records: bool

    @property
    def address(self) -> str:
        """Return how aplay and arecord are told of it, with the conversion it needs."""
        return f"plughw:{self.card},{self.device}"


def read_pcms(host: Host) -> tuple[Pcm, ...]:
    """Return the sound devices, those of screens (HDMI) left out: their sound comes out of somebody else's speakers."""
    said = (host.read("/proc/asound/pcm") or b"").decode("utf-8", "replace")
    found = []
    for line in said.splitlines():
        head = re.match(r"(\d\d)-(\d\d): (.*)", line)
        if head is None or DISPLAY.search(head[3]):
            continue
        name = clean(head[3].split(":")[0]) or "?"
        found.append(Pcm(int(head[1]), int(head[2]), name, ": playback" in line, ": capture" in line))
    return tuple(found)


def unmute(card: int) -> tuple[Command, ...]:
    """Return the calls that open the usual controls of a card; those it has not are refused, and that is fine."""
    into = [("sset", name, "80%", "cap") for name in ("Capture", "Mic", "Internal Mic")]
    return (*unmute_out(card), *(_amixer(card, *words) for words in into))


def unmute_out(card: int) -> tuple[Command, ...]:
    """Return the calls that open what a card plays through."""
    return tuple(_amixer(card, "sset", name, "80%", "unmute") for name in ("Master", "Speaker", "Headphone", "PCM"))


def _amixer(card: int, *words: str) -> Command:
    return Command(("amixer", "-q", "-c", str(card), *words), timeout_s=5)


def play(pcm: Pcm, seconds: float) -> Command:
    """Return the call that plays the tone."""
    return play_wave(pcm, tone(seconds))


def play_wave(pcm: Pcm, wav: bytes) -> Command:
    """Return the call that plays a WAV file."""
    return Command(("aplay", "-q", "-D", pcm.address, "-t", "wav", "-"), timeout_s=DEADLINE_S, stdin=wav)


def record(pcm: Pcm, seconds: int) -> Command:
    """Return the call that listens; what it heard is measured and thrown away."""
    words = ("arecord", "-q", "-D", pcm.address, "-f", "S16_LE", "-r", str(RATE), "-c", "1", "-t", "raw")
    return Command((*words, "-d", str(seconds)), timeout_s=DEADLINE_S)


def tone(seconds: float) -> bytes:
    """Return a tone as a WAV file."""
    return melody(((TONE_HZ, int(seconds * 1000)),))


def melody(notes: Sequence[tuple[int, int]]) -> bytes:
    """Return notes (Hz, milliseconds) as a WAV file: two channels, each note soft at both ends so that nothing clicks."""
    samples = array.array("h")
    for hertz, lasts_ms in notes:
        count = RATE * lasts_ms // 1000
        fade = min(RATE // 20, count // 4)
        for number in range(count):
            loud = min(1.0, number / fade, (count - number) / fade)
            value = int(16_000 * loud * math.sin(2 * math.pi * hertz * number / RATE))
            samples.extend((value, value))
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())
    return made.getvalue()


def tone_level(raw: bytes) -> float:
    """Return how strong the tone is in a recording (S16_LE, one channel): its amplitude, 0 to 32767 (Goertzel)."""
    samples = array.array("h", raw[: len(raw) - len(raw) % 2])
    if not samples:
        return 0.0
    turn = 2 * math.cos(2 * math.pi * TONE_HZ / RATE)
    one = two = 0.0
    for sample in samples:
        one, two = sample + turn * one - two, one
    power = one * one + two * two - turn * one * two
    return 2 * math.sqrt(max(0.0, power)) / len(samples)
