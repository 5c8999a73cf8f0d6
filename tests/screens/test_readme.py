"""The README names every command and every option; the French one every command."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer.main

from recond.cli.app import build

ROOT = Path(__file__).resolve().parents[2]
COMMANDS: Any = typer.main.get_command(build())


def options(command: Any) -> set[str]:
    """Return one name of every option: the negative one of a pair that is on by default."""
    found = set()
    for one in command.params:
        names = [*one.secondary_opts, *one.opts] if one.default else [*one.opts, *one.secondary_opts]
        found |= {next(name for name in names if name.startswith("--"))} if names[0].startswith("-") else set()
    return found - {"--help"}


def test_every_command_and_option_is_in_the_readme() -> None:
    english, french = (ROOT / "README.md").read_text(), (ROOT / "README.fr.md").read_text()
    missing = [name for name in options(COMMANDS) if name not in english]
    for name, command in COMMANDS.commands.items():
        missing += [name] if f"recond {name}" not in english or f"recond {name}" not in french else []
        for one in (command, *getattr(command, "commands", {}).values()):
            missing += [f"{name} {option}" for option in options(one) if option not in english]
    assert len(COMMANDS.commands) > 10 and "--plan" in options(COMMANDS.commands["wipe"])
    assert not missing
