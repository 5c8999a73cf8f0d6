"""The check of an image's SHA-256, begun while the disks are being erased: on a slow stick it takes a minute by itself.

What was found holds for this process only, and only while the very same files lie there, unchanged by their device, number,
size and times (stat(2)). Anything else is read again. So the rule stands: not a byte is installed of an image that this run
has not read whole and found good.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from contextlib import suppress
from pathlib import Path

from recond.core.errors import ConfigurationFault
from recond.core.profile import ProfileImage
from recond.install.unpack import verify_image

LOWER = 10
"""How much lower than the erasure its priority is (nice(2)): it must not slow down what it runs beside."""

Mark = tuple[tuple[object, ...], ...]


class _Reading:
    """One check under way or over. `share` 0 to 1."""

    def __init__(self, image: ProfileImage) -> None:
        self.image = image
        self.share = 0.0
        self.over: Future[None] = Future()

    def run(self) -> None:
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), LOWER)
        try:
            verify_image(self.image, self._tell)
        except BaseException as error:
            self.over.set_exception(error)
        else:
            self.over.set_result(None)

    def _tell(self, share: float) -> None:
        self.share = share


_READINGS: dict[Mark, _Reading] = {}


def begin(image: ProfileImage) -> None:
    """Start to read the image in the background; nothing is told, and nothing raised: that is for `demand`."""
    mark = _mark(image)
    if mark is not None and mark not in _READINGS:
        reading = _READINGS[mark] = _Reading(image)
        threading.Thread(target=reading.run, name="image-check", daemon=True).start()


def demand(image: ProfileImage, tell: Callable[[float], None] = lambda share: None) -> None:
    """Return when this image is known to be what it was built as; read it now unless this run did so already.

    Raises ConfigurationFault when it is damaged, cut short or cannot be read.
    """
    mark = _mark(image)
    reading = _READINGS.get(mark) if mark is not None else None
    if mark is None or reading is None:
        verify_image(image, tell)
        return
    tell(reading.share)
    while not wait((reading.over,), timeout=0.2).done:
        tell(reading.share)
    try:
        reading.over.result()
    except ConfigurationFault:
        del _READINGS[mark]  # somebody may mend the stick and try again
        raise
    if _mark(image) != mark:
        verify_image(image, tell)
    tell(1.0)


def forget() -> None:
    """Know nothing any more: the next `demand` reads again."""
    _READINGS.clear()


def _mark(image: ProfileImage) -> Mark | None:
    try:
        found = [(part.path, part.sha256, Path(part.path).stat()) for part in image.files_to_read]
        if image.live is not None:
            found += [
                (image.live.kit, image.live.kit_sha256, Path(image.live.kit).stat()),
                (image.live.manifest, image.live.manifest_sha256, Path(image.live.manifest).stat()),
            ]
    except OSError:
        return None
    return tuple(
        (path, meant, is_.st_dev, is_.st_ino, is_.st_size, is_.st_mtime_ns, is_.st_ctime_ns)
        for path, meant, is_ in found
    )
