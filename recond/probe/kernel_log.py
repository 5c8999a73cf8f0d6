"""The kernel's log since this boot, by `dmesg`: asked once, read by every probe that looks for something in it."""

from __future__ import annotations

from recond.core.ports import Command, Host

DMESG = Command(("dmesg",), timeout_s=10)
"""Plain `dmesg`: its time stamps are seconds since the boot, whatever the clock says."""


def read_kernel_log(host: Host) -> str | None:
    """Return the log, None when it may not be read here (then nothing may be called free of errors)."""
    done = host.run(DMESG)
    return done.stdout.decode("utf-8", "replace") if done.ok and done.stdout.strip() else None
