"""A real Chromium without a window, driven over its debugging pipe: no WebSocket, no driver, no port.

The protocol is Chrome's DevTools Protocol; with --remote-debugging-pipe every message is JSON ended by a NUL byte, read from
file descriptor 3 and written to 4.
"""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

LIMIT_S = 60.0
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")


class Browser:
    """One page of one browser, with a profile of its own that is removed."""

    def __init__(self) -> None:
        program = next((found for name in PROGRAMS if (found := shutil.which(name))), None)
        if program is None:
            raise SystemExit("check-pages: needs a Chromium (apt-get install chromium)")
        self._profile = tempfile.mkdtemp(prefix="recond-chromium-")
        theirs_in, self._out = os.pipe()
        self._in, theirs_out = os.pipe()
        words = f'exec "$0" "$@" 3<&{theirs_in} 4>&{theirs_out}'
        options = ["--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run"]
        self._process = subprocess.Popen(
            ["bash", "-c", words, program, *options, "--remote-debugging-pipe", f"--user-data-dir={self._profile}"],
            pass_fds=(theirs_in, theirs_out), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(theirs_in)
        os.close(theirs_out)
        self._rest, self._number = b"", 0
        self.events: list[dict[str, Any]] = []
        target = self._send("Target.createTarget", {"url": "about:blank"}, None)["targetId"]
        self._session = self._send("Target.attachToTarget", {"targetId": target, "flatten": True}, None)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **words: Any) -> dict[str, Any]:
        """Ask the page something. Raises SystemExit when Chromium refuses or does not answer in time."""
        return self._send(method, words, self._session)

    def _send(self, method: str, words: dict[str, Any], session: str | None) -> dict[str, Any]:
        self._number += 1
        message = {"id": self._number, "method": method, "params": words, **({"sessionId": session} if session else {})}
        os.write(self._out, json.dumps(message).encode() + b"\0")
        deadline = time.monotonic() + LIMIT_S
        while time.monotonic() < deadline:
            answer = self._read(deadline)
            if answer.get("id") != self._number:
                self.events.append(answer)
            elif "error" in answer:
                raise SystemExit(f"check-pages: {method}: {answer['error']}")
            else:
                found: dict[str, Any] = answer["result"]
                return found
        raise SystemExit(f"check-pages: {method}: no answer")

    def _read(self, deadline: float) -> dict[str, Any]:
        while b"\0" not in self._rest:
            if not select.select([self._in], [], [], max(0.0, deadline - time.monotonic()))[0]:
                raise SystemExit("check-pages: Chromium does not answer")
            data = os.read(self._in, 1 << 20)
            if not data:
                raise SystemExit("check-pages: Chromium ended")
            self._rest += data
        one, self._rest = self._rest.split(b"\0", 1)
        found: dict[str, Any] = json.loads(one)
        return found

    def run(self, code: str) -> Any:
        """Return the value of JavaScript, awaited. Raises SystemExit when it throws."""
        answer = self.call("Runtime.evaluate", expression=code, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            raise SystemExit(f"check-pages: {answer['exceptionDetails']} in {code[:200]}")
        return answer["result"].get("value")

    def size(self, width: int, height: int) -> None:
        """Be a window, or a phone, of that size in CSS pixels."""
        small = width < 600
        self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=2 if small else 1, mobile=small
        )  # fmt: skip

    def cookie(self, url: str, name: str, value: str) -> None:
        """Set a cookie."""
        self.call("Network.setCookie", url=url, name=name, value=value)

    def open(self, url: str) -> int:
        """Open an address, wait until it is loaded, and return its HTTP status."""
        self.events.clear()
        self.call("Page.navigate", url=url)
        self.loaded()
        answers = [one["params"] for one in self.events if one.get("method") == "Network.responseReceived"]
        return next((int(one["response"]["status"]) for one in answers if one["type"] == "Document"), 0)

    def loaded(self) -> None:
        """Wait for the end of a navigation that began. Raises SystemExit when none ends."""
        deadline = time.monotonic() + LIMIT_S
        while not any(one.get("method") == "Page.loadEventFired" for one in self.events):
            self.events.append(self._read(deadline))

    def errors(self) -> list[str]:
        """Return what the console and the network complained of since the page was opened, but for pages' own status."""
        found = []
        for one in self.events:
            words = one.get("params", {})
            if one.get("method") == "Runtime.exceptionThrown":
                found.append(str(words["exceptionDetails"].get("text")))
            elif one.get("method") == "Log.entryAdded" and words["entry"]["level"] == "error":
                entry = words["entry"]  # a page's own 404 is no fault of the page
                found += [entry["text"]] if entry["source"] != "network" or "favicon" in entry["text"] else []
        return found

    def press(self, key: str, *, code: str = "", alt: bool = False, shift: bool = False) -> None:
        """Press and release a key: Tab, Enter, or a letter."""
        number = {"Tab": 9, "Enter": 13}.get(key, ord(key.upper()[0]))
        words: dict[str, Any] = {
            "key": key, "code": code or (key if len(key) > 1 else f"Key{key.upper()}"), "windowsVirtualKeyCode": number,
            "modifiers": (1 if alt else 0) | (8 if shift else 0), **({"text": "\r"} if key == "Enter" else {}),
            # What Blink compares with accesskey attributes is the key's text without modifiers.
            **({"unmodifiedText": key} if alt else {}),
        }  # fmt: skip
        self.call("Input.dispatchKeyEvent", type="keyDown" if alt or key == "Enter" else "rawKeyDown", **words)
        self.call("Input.dispatchKeyEvent", type="keyUp", **{**words, "text": ""})

    def picture(self, target: Path, *, whole: bool = True) -> None:
        """Save what the page looks like, all of it or the window's part."""
        answer = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        target.write_bytes(base64.b64decode(answer["data"]))

    def close(self) -> None:
        """End the browser and remove its profile."""
        self._process.terminate()
        self._process.wait(LIMIT_S)
        os.close(self._in)
        os.close(self._out)
        shutil.rmtree(self._profile, ignore_errors=True)
