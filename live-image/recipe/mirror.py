"""Where Debian's packages come from: MIRROR=, else the build host's own apt configuration. No address is written here."""

from __future__ import annotations

import os
from pathlib import Path

from recipe.common import RecipeError, run

RELEASE = "trixie"

KEYRINGS = ("/usr/share/keyrings/debian-archive-keyring.gpg", "/usr/share/keyrings/debian-archive-keyring.pgp")


def sources(components: str = "main") -> list[str]:
    """Return the apt source lines of the release, its updates and its security updates."""
    archive = os.environ.get("MIRROR")
    security = os.environ.get("MIRROR_SECURITY")
    if not archive:
        archive, found = _host_archives()
        security = security or found
    signed = f"[signed-by={_keyring()}] "
    lines = [f"deb {signed}{archive} {suite} {components}" for suite in (RELEASE, f"{RELEASE}-updates")]
    if security:
        lines.append(f"deb {signed}{security} {RELEASE}-security {components}")
    return lines


def apt_options() -> list[str]:
    """Return mmdebstrap options that carry the host's proxy over, as mmdebstrap does not read the host's apt.conf."""
    answer = run(["apt-config", "dump", "--format", "%f %v%n", "Acquire"])
    options = []
    for line in answer.splitlines():
        name, _, value = line.partition(" ")
        if value and name in ("Acquire::http::Proxy", "Acquire::https::Proxy", "Acquire::https::CAInfo"):
            options.append(f'--aptopt={name} "{value}"')
    return options


def _host_archives() -> tuple[str, str | None]:
    template = "$(REPO_URI)|$(CODENAME)|$(ORIGIN)|$(LABEL)|$(COMPONENT)|$(IDENTIFIER)"
    archive = security = None
    for line in run(["apt-get", "indextargets", "--format", template]).splitlines():
        address, suite, origin, label, component, kind = (line.split("|") + [""] * 6)[:6]
        if origin != "Debian" or component != "main" or kind != "Packages":
            continue
        if label == "Debian-Security" or suite.endswith("-security"):
            security = security or address
        elif "-" not in suite and suite != "sid":
            archive = archive or address
    if not archive:
        raise RecipeError(
            "no Debian archive in this host's apt configuration: run `apt-get update`,"
            " or name a mirror: MIRROR=https://… (and MIRROR_SECURITY=…)"
        )
    return archive, security


def _keyring() -> str:
    for name in KEYRINGS:
        if Path(name).exists():
            return name
    raise RecipeError("Debian's keys are missing: install debian-archive-keyring")
