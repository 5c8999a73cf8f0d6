"""The one way to call a program: no shell, no input, its own process group, a deadline with kill, bytes kept."""

from __future__ import annotations

import contextlib
import hashlib
import os
import select
import signal
import stat
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import PurePath

from recond.core.errors import GuardError
from recond.core.ports import Command, Completed, Warrant
from recond.core.words import N_

OUTPUT_LIMIT = 64 << 20
"""Bytes kept of a program's output; a tool that prints more is broken."""

NVME_READS = frozenset(
    [
        "list",
        "list-ns",
        "list-subsys",
        "list-ctrl",
        "id-ctrl",
        "id-ns",
        "ns-descs",
        "get-ns-id",
        "show-regs",
        "get-feature",
        "smart-log",
        "error-log",
        "sanitize-log",
        "fw-log",
        "self-test-log",
        "effects-log",
        "get-log",
        "version",
        "help",
    ]
)

ALWAYS = "fdisk gdisk parted partclone.restore ntfsclone ntfsresize mdadm pvcreate vgremove lvremove zpool sg_unmap"

DESTRUCTIVE: dict[str, Callable[[list[str]], bool]] = {
    "sfdisk": lambda argv: not {"--json", "-J", "--dump", "-d", "--list", "-l"} & set(argv),
    "sgdisk": lambda argv: not {"-p", "--print", "-v"} & set(argv),
    "wipefs": lambda argv: not {"-n", "--no-act"} & set(argv) and len(argv) > 2,
    "dd": lambda argv: True,
    "shred": lambda argv: True,
    "blkdiscard": lambda argv: True,
    "mkswap": lambda argv: True,
    "resize2fs": lambda argv: True,
    # nvme-cli has over a hundred commands: those that only read are known, the others count as destructive.
    "nvme": lambda argv: len(argv) > 1 and argv[1] not in NVME_READS,
    "hdparm": lambda argv: _hdparm_destroys(argv[1:]),
    "sg_sanitize": lambda argv: argv[1:] != ["--version"],
    "mmc": lambda argv: argv[1:3] != ["extcsd", "read"],
    "sg_format": lambda argv: True,
    "sedutil-cli": lambda argv: True,
    "tune2fs": lambda argv: "-l" not in argv,
    "badblocks": lambda argv: bool({"-w", "-n"} & set(argv)),
    "cryptsetup": lambda argv: not {"status", "luksDump", "isLuks", "luksUUID", "--version"} & set(argv),
    "e2fsck": lambda argv: "-n" not in argv,
    **dict.fromkeys(ALWAYS.split(), lambda argv: True),
}
"""Programs that may destroy, and when: a call of one without a `Command.destroys` is a bug and is refused."""


def _hdparm_destroys(words: list[str]) -> bool:
    # hdparm has dozens of options, also short ones run together: those that only ask are known, the others count. So does
    # a number behind "-N", which sets the sectors instead of asking for them.
    reads = {"-I", "-i", "-N", "-V", "-C", "--Istdout", "--sanitize-status", "--dco-identify"}
    if "-N" in words and not words[-1].startswith("/dev/"):
        return True
    options = [word for word in words if not word.startswith("/dev/")]
    return any(word not in reads for word in options)


HARMLESS = frozenset({"/dev/null", "/dev/zero", "/dev/stdin", "/dev/stdout", "/dev/urandom"})


def destroys(argv: tuple[str, ...]) -> bool:
    """Tell whether this call is known to change a disk, whatever its author declared."""
    name = PurePath(argv[0]).name
    if name.startswith("mkfs"):
        return True
    judge = DESTRUCTIVE.get(name)
    return judge is not None and judge(list(argv))


def check_right(command: Command, warrant: Warrant | None) -> None:
    """Raise GuardError unless the call destroys nothing, fills a mere file, or the warrant covers what it destroys."""
    if command.makes is not None:
        _check_file(command, command.makes)
        return
    if command.destroys is None:
        if destroys(command.argv):
            raise GuardError(
                N_("refusé : {argv} modifierait un disque sans l'avoir annoncé").format(argv=command.argv[0])
            )
        return
    others = [word for word in _devices(command.argv) if warrant is None or not warrant.covers(word)]
    if warrant is None or not warrant.covers(command.destroys):
        raise GuardError(
            N_("refusé : {argv} modifierait {destroys} sans autorisation").format(
                argv=command.argv[0], destroys=command.destroys
            ),
            N_("aucun disque n'a été touché ; signalez cette erreur"),
        )
    if others:
        raise GuardError(
            N_("refusé : {argv} nomme aussi {others}, que l'autorisation ne couvre pas").format(
                argv=command.argv[0], others=", ".join(others)
            ),
            N_("aucun disque n'a été touché ; signalez cette erreur"),
        )


def _devices(argv: tuple[str, ...]) -> list[str]:
    """Return every device that a call names, also behind an option ("of=/dev/sdb"); those of no disk are left out."""
    named = (word.rpartition("=")[2] for word in argv[1:])
    return [word for word in named if word.startswith("/dev/") and word not in HARMLESS]


def _check_file(command: Command, path: str) -> None:
    # A link or a device in the place of the file, or a device anywhere in the call, would make this a way around the warrant.
    names_device = any("/dev/" in word for word in command.argv)
    if command.destroys is not None or names_device or path not in command.argv or not _is_plain_file(path):
        raise GuardError(
            N_("refusé : {argv} ne peut remplir que le fichier {path}").format(argv=command.argv[0], path=path)
        )


def _is_plain_file(path: str) -> bool:
    try:
        return stat.S_ISREG(os.lstat(path).st_mode)
    except OSError:
        return False


def run(command: Command, journal: Callable[[dict[str, object]], None] | None = None) -> Completed:
    """Run a program to its end or its deadline, then kill its whole process group.

    Rights were checked by the caller (`check_right`). Never raises for what the program did: see `Completed`.
    """
    start = time.monotonic()
    env = {**os.environ, "LC_ALL": "C.UTF-8", "LANG": "C.UTF-8", "LANGUAGE": ""}
    try:
        process = subprocess.Popen(
            command.argv,
            stdin=subprocess.PIPE if command.stdin is not None else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=env,
            start_new_session=True,
        )
    except OSError as error:
        done = Completed(command.argv, None, b"", str(error).encode(), 0.0, "missing")
        _note(journal, command, done)
        return done
    try:
        out, err, why = _collect(process, command)
    except BaseException:
        # A second Ctrl-C, or a caller that stops in `on_line`: the program must not go on by itself.
        _kill(process)
        raise
    status = None if why else process.returncode
    done = Completed(command.argv, status, out, err, time.monotonic() - start, why)
    _note(journal, command, done)
    return done


def _collect(process: subprocess.Popen[bytes], command: Command) -> tuple[bytes, bytes, str | None]:
    if command.on_line is not None:
        return _collect_lines(process, command)
    try:
        out, err = process.communicate(command.stdin, timeout=command.timeout_s)
    except subprocess.TimeoutExpired:
        _kill(process)
        return b"", b"", "timeout"
    return out[:OUTPUT_LIMIT], err[:OUTPUT_LIMIT], None


def _collect_lines(process: subprocess.Popen[bytes], command: Command) -> tuple[bytes, bytes, str | None]:
    # Progress is told as it comes: lines end with \n or, in progress bars, with \r.
    assert process.stdout is not None and process.stderr is not None and command.on_line is not None
    late = threading.Event()

    def expire() -> None:
        late.set()
        _kill(process)

    timer = threading.Timer(command.timeout_s, expire)
    timer.daemon = True
    timer.start()
    errors: list[bytes] = []
    drain = threading.Thread(
        target=lambda: errors.append(process.stderr.read() if process.stderr else b""), daemon=True
    )
    drain.start()
    kept = bytearray()
    line = bytearray()
    stopped = False
    while chunk := _chunk(process.stdout.fileno(), command, stopped):
        if chunk is STOP:
            stopped = True
            _kill_group(process)
            continue
        kept += chunk[: max(0, OUTPUT_LIMIT - len(kept))]
        for byte in chunk:
            if byte in b"\r\n":
                command.on_line(line.decode("utf-8", "replace"))
                line.clear()
            else:
                line.append(byte)
    process.wait()
    timer.cancel()
    drain.join(timeout=5)
    why = "timeout" if late.is_set() else "stopped" if stopped else None
    return bytes(kept), b"".join(errors), why


STOP = b"\0stop"
"""Stands for "the caller wants no more of it" among what was read."""


def _chunk(source: int, command: Command, stopped: bool) -> bytes:
    """Return what the program wrote next, empty at its end, STOP (once) when the caller asks for its end."""
    while command.stopping is not None and not stopped and not select.select([source], [], [], 0.5)[0]:
        if command.stopping():
            return STOP
    return os.read(source, 65536)


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _kill(process: subprocess.Popen[bytes]) -> None:
    _kill_group(process)
    # A process in uninterruptible sleep (a hung drive) cannot be reaped: it is left behind rather than waited for.
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.communicate(timeout=2)


def _note(journal: Callable[[dict[str, object]], None] | None, command: Command, done: Completed) -> None:
    if journal is None:
        return
    journal(
        {
            "argv": list(command.argv),
            "status": done.status,
            "why": done.why,
            "duration_s": round(done.duration_s, 3),
            "stdout_sha256": hashlib.sha256(done.stdout).hexdigest(),
            "stderr": done.stderr[-400:].decode("utf-8", "replace"),
            "destroys": command.destroys,
        }
    )
