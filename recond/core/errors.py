"""Every error recond shows: what happened, what to do next, and the exit code.

Exit codes, most severe wins (documented in the README):
0 ok, 1 bug, 2 usage; *nothing modified:* 3 guard, 4 cancelled, 5 environment, 6 hardware, 7 configuration, 8 plan changed;
*set the machine aside:* 10 wipe failed, 11 unproven, 12 install failed; *pending:* 20 label, 21 push, 22 several; 128+N signal.
"""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What `recond` answers to the shell."""

    OK = 0
    BUG = 1
    USAGE = 2
    GUARD = 3
    CANCELLED = 4
    ENVIRONMENT = 5
    HARDWARE = 6
    CONFIGURATION = 7
    PLAN_CHANGED = 8
    WIPE_FAILED = 10
    WIPE_UNPROVEN = 11
    INSTALL_FAILED = 12
    LABEL_PENDING = 20
    PUSH_PENDING = 21
    SEVERAL_PENDING = 22
    INTERRUPTED = 130


NOTHING_MODIFIED = frozenset(code for code in ExitCode if ExitCode.GUARD <= code <= ExitCode.PLAN_CHANGED)
"""Codes that promise that nothing was modified."""


class RecondError(Exception):
    """Base of all errors that a volunteer may see.

    `message` says what happened and to which object; `hint` says what to do next, with that object in front of them.
    """

    code: ExitCode = ExitCode.BUG

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(RecondError):
    """The command was called with words that make no sense together."""

    code = ExitCode.USAGE


class GuardError(RecondError):
    """A guard refused: the disk is protected, in use, or cannot be told apart. Nothing was modified."""

    code = ExitCode.GUARD


class CancelledError(RecondError):
    """The person did not confirm. Nothing was modified."""

    code = ExitCode.CANCELLED


class EnvironmentFault(RecondError):
    """A tool, a right or a free place is missing here. Nothing was modified."""

    code = ExitCode.ENVIRONMENT


class HardwareFault(RecondError):
    """A device did not answer as it should. Nothing was modified."""

    code = ExitCode.HARDWARE


class ConfigurationFault(RecondError):
    """A configuration file, a profile or an image is wrong. Nothing was modified."""

    code = ExitCode.CONFIGURATION


class PlanChanged(GuardError):
    """What is plugged in now is not what was shown when the person confirmed. Nothing was modified."""

    code = ExitCode.PLAN_CHANGED


class WipeFailed(RecondError):
    """A disk could not be erased: it goes to destruction."""

    code = ExitCode.WIPE_FAILED


class NotKept(RecondError):
    """Something was done and its record could not be kept: nothing proves any more what became of the machine."""

    code = ExitCode.WIPE_UNPROVEN


class InstallFailed(RecondError):
    """The system is not usable on the disk."""

    code = ExitCode.INSTALL_FAILED


class CommandFailed(RecondError):
    """A tool of the system ended otherwise than it must. `status` is its exit status, None when it was killed late."""

    code = ExitCode.ENVIRONMENT

    def __init__(self, message: str, hint: str | None = None, *, status: int | None = None) -> None:
        super().__init__(message, hint)
        self.status = status


def worst(*codes: int) -> ExitCode:
    """Return the most severe of several exit codes.

    A bug outranks all; then wipe and install failures, which set the machine aside; then what stopped before anything
    was modified; then what is only pending. Two different pending codes become SEVERAL_PENDING.
    """
    left = {ExitCode(code) for code in codes} - {ExitCode.OK}
    if not left:
        return ExitCode.OK
    pending = {ExitCode.LABEL_PENDING, ExitCode.PUSH_PENDING, ExitCode.SEVERAL_PENDING}
    if left <= pending:
        return left.pop() if len(left) == 1 else ExitCode.SEVERAL_PENDING
    order = (
        ExitCode.BUG,
        ExitCode.INTERRUPTED,
        ExitCode.WIPE_FAILED,
        ExitCode.WIPE_UNPROVEN,
        ExitCode.INSTALL_FAILED,
        ExitCode.GUARD,
        ExitCode.PLAN_CHANGED,
        ExitCode.HARDWARE,
        ExitCode.ENVIRONMENT,
        ExitCode.CONFIGURATION,
        ExitCode.USAGE,
        ExitCode.CANCELLED,
    )
    return next(code for code in order if code in left)
