"""One frame of a camera by v4l2-ctl: how bright, how varied, and a preview in letters. The picture is kept nowhere."""

from __future__ import annotations

import re
from dataclasses import dataclass

from recond.core.ports import Command, Host
from recond.core.text import clean
from recond.probe.sysfs import number, text

WIDTH, HEIGHT = 640, 480
FOLDER = "/sys/class/video4linux"
SHADES = " .:-=+*#%@"


@dataclass(frozen=True, slots=True)
class Camera:
    """One capture device."""

    path: str
    name: str


@dataclass(frozen=True, slots=True)
class Frame:
    """Brightness 0 to 255, its spread (0 = one plain grey), and the picture as lines of letters."""

    brightness: int
    spread: int
    lines: tuple[str, ...]


def read_cameras(host: Host) -> tuple[Camera, ...]:
    """Return the cameras: the first node of each video device; the others carry its metadata."""
    found = []
    for name in host.names(FOLDER):
        if re.fullmatch(r"video\d+", name) and number(host, f"{FOLDER}/{name}/index") in (0, None):
            found.append(Camera(f"/dev/{name}", clean(text(host, f"{FOLDER}/{name}/name")) or "?"))
    return tuple(found)


def grab(camera: Camera) -> Command:
    """Return the call that takes one frame, after some that let the camera find its brightness."""
    shape = f"--set-fmt-video=width={WIDTH},height={HEIGHT},pixelformat=YUYV"
    words = ("--stream-mmap=3", "--stream-skip=10", "--stream-count=1", "--stream-to=-")
    return Command(("v4l2-ctl", "-d", camera.path, shape, *words), timeout_s=20)


def parse(raw: bytes) -> Frame | None:
    """Return the frame in YUYV (two bytes a point, the first its brightness), None when it is not a whole one."""
    if len(raw) < WIDTH * HEIGHT * 2:
        return None
    light = raw[0 : WIDTH * HEIGHT * 2 : 2]
    sample = light[::37]
    mean = sum(sample) / len(sample)
    spread = (sum((value - mean) ** 2 for value in sample) / len(sample)) ** 0.5
    return Frame(round(mean), round(spread), preview(light))


def preview(light: bytes, columns: int = 60, rows: int = 16) -> tuple[str, ...]:
    """Return the picture in letters, its darkest and lightest points stretched over all shades."""
    wide, high = WIDTH // columns, HEIGHT // rows
    cells = [
        [light[(row * high + high // 2) * WIDTH + column * wide + wide // 2] for column in range(columns)]
        for row in range(rows)
    ]
    low, top = min(map(min, cells)), max(map(max, cells))
    scale = (len(SHADES) - 1) / max(1, top - low)
    return tuple("".join(SHADES[round((value - low) * scale)] for value in row) for row in cells)
