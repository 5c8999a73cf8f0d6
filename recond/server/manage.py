"""What a coordinator does from the command line: enrol and revoke sticks, and read out everything that is stored."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from django.utils import timezone

from recond.core.errors import EnvironmentFault, UsageError
from recond.server import runner, tokens
from recond.server.models import Event, Stick


def address(data: Path) -> str | None:
    """Return the address of the server that runs on `data`, None when none does."""
    found = runner.running(data)
    return found[1] if found else None


def enrolment(name: str, url: str, plain_http: bool) -> dict[str, object]:
    """Enrol a stick and return what its enrolment.json holds; the key is in it and nowhere else."""
    return {
        "schema": "recond.enrolment/1",
        "url": url.rstrip("/"),
        "token": tokens.new_stick(name),
        "pin": None,
        "name": name,
        "plain_http": plain_http,
    }


def write_private(path: Path, text: str) -> None:
    """Write a file that holds a key, readable by its owner only. Raises EnvironmentFault."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(fd, "w", encoding="utf-8") as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(fd)
    except OSError as error:
        raise EnvironmentFault(f"impossible d'écrire {path} : {error.strerror}", "donnez un autre chemin") from error


def code(name: str) -> str:
    """Return a one-time enrolment code."""
    return tokens.new_code(name)


def revoke(name: str) -> int:
    """Take their rights from the sticks of this name; return how many. Raises UsageError when there is none."""
    count = Stick.objects.filter(name=name, revoked_at=None).update(revoked_at=timezone.now())
    if not count:
        known = ", ".join(Stick.objects.filter(revoked_at=None).values_list("name", flat=True)) or "aucune"
        raise UsageError(f"aucune clé « {name} » n'a de droits", f"clés enrôlées : {known}")
    return count


def dump() -> Iterator[str]:
    """Return every event as received, oldest first."""
    return iter(Event.objects.order_by("received_at", "run", "seq").values_list("body", flat=True).iterator())
