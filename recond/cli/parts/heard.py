"""The end of a machine's run is heard: the console's bell, and a short tune on the PC's own loudspeakers."""

from __future__ import annotations

import contextlib
import time
from dataclasses import replace

from rich.console import Console

from recond.core.errors import RecondError
from recond.core.ports import Host
from recond.ui.result import FALLING, RISING, ring

BOUND_S = 2.0
"""Seconds that the loudspeakers may take in all, opening their controls included: a sound never holds anybody up."""


def heard(console: Console, host: Host, *, good: bool) -> None:
    """Ring, then play: rising when all is well, falling when somebody must come. Nothing into a pipe, nothing without a
    sound card; whatever fails here is of no importance to the machine and is not told."""
    ring(console, good=good)
    if console.is_terminal:
        with contextlib.suppress(RecondError, OSError):
            play(host, good=good)


def play(host: Host, *, good: bool, bound_s: float = BOUND_S) -> None:
    """Play the tune on the first loudspeaker that plays, within the bound."""
    from recond.probe import sound

    end = time.monotonic() + bound_s
    tune = sound.melody(RISING if good else FALLING)
    for pcm in sound.read_pcms(host):
        if not pcm.plays:
            continue
        for command in (*sound.unmute_out(pcm.card), sound.play_wave(pcm, tune)):
            left = end - time.monotonic()
            if left <= 0:
                return
            done = host.run(replace(command, timeout_s=min(left, command.timeout_s)))
        if done.ok:
            return
