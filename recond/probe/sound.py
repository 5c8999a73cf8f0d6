"""Sound: the cards ALSA knows, a tone made here, and how loud that tone is in what a microphone heard."""

from __future__ import annotations

import array
import io
import math
import re
import wave
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
    out = [("sset", name, "80%", "unmute") for name in ("Master", "Speaker", "Headphone", "PCM")]
    into = [("sset", name, "80%", "cap") for name in ("Capture", "Mic", "Internal Mic")]
    return tuple(Command(("amixer", "-q", "-c", str(card), *words), timeout_s=5) for words in (*out, *into))


def play(pcm: Pcm, seconds: float) -> Command:
    """Return the call that plays the tone."""
    return Command(("aplay", "-q", "-D", pcm.address, "-t", "wav", "-"), timeout_s=DEADLINE_S, stdin=tone(seconds))


def record(pcm: Pcm, seconds: int) -> Command:
    """Return the call that listens; what it heard is measured and thrown away."""
    words = ("arecord", "-q", "-D", pcm.address, "-f", "S16_LE", "-r", str(RATE), "-c", "1", "-t", "raw")
    return Command((*words, "-d", str(seconds)), timeout_s=DEADLINE_S)


def tone(seconds: float) -> bytes:
    """Return a tone as a WAV file: two channels, soft at both ends so that nothing clicks."""
    count, fade = int(RATE * seconds), RATE // 20
    samples = array.array("h")
    for number in range(count):
        loud = min(1.0, number / fade, (count - number) / fade)
        value = int(16_000 * loud * math.sin(2 * math.pi * TONE_HZ * number / RATE))
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
