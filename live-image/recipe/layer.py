"""The recond layer: recond and its Python packages, its units and settings. Small: a change of code is packed in seconds."""

from __future__ import annotations

import re
import shutil
import sys
import tomllib
from pathlib import Path

from recipe import signing
from recipe.base import Base, on_stick_libraries
from recipe.common import (
    CHECKOUT,
    HERE,
    RecipeError,
    alone,
    cache,
    compression,
    digest,
    finished,
    keep_newest,
    run,
    say,
    scratch,
    squash,
    words,
)

PACKAGES = "usr/local/lib/python3.13/dist-packages"
"""Where Debian's Python looks for what is not Debian's."""

KEY_FILE = "etc/recond-signing.pub"
"""The public key of the workshop that makes this image (recond/core/vouch.py)."""

PLATFORMS = ("manylinux_2_28_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64")


def layer(made: Base) -> Path:
    """Return the recond layer for this base, from the cache unless the package or its settings changed."""
    wheels = _dependencies(made)
    parts = (
        "recond",
        "pyproject.toml",
        "hatch_build.py",
        "completions",
        "docs/man",
        "scripts/make-man",
        "scripts/mantext.py",
    )
    own = [*(CHECKOUT / part for part in parts), HERE / "rootfs", HERE / "units", HERE / "recipe/layer.py"]
    key = signing.public()
    target = cache() / f"recond-{digest(*own, wheels.name, made.key, compression(), key)}.squashfs"
    with alone(target) as missing:
        if missing:
            say("recond: packing the package and its settings")
            with scratch() as work:
                root = work / "root"
                shutil.copytree(HERE / "rootfs", root, symlinks=True)
                shutil.copytree(wheels, root / PACKAGES)
                _own_package(made, root, work)
                _manual(root)
                _units(root)
                (root / KEY_FILE).write_text(f"{key}\n")
                squash(root, target)
            keep_newest("recond-*.squashfs", 4)
    return target


def _dependencies(made: Base) -> Path:
    """Return the folder of the runtime packages for the stick's Python, checked by hash and compiled."""
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]
    pins = _closure(project["dependencies"], (CHECKOUT / "constraints.txt").read_text())
    home = cache() / f"wheels-{digest(pins, made.key)}"
    with alone(home) as missing:
        if missing:
            say("recond: its Python packages")
            with scratch() as work, finished(home) as partial:
                (work / "pins.txt").write_text(pins)
                platforms = [word for name in PLATFORMS for word in ("--platform", name)]
                options = [
                    "--quiet",
                    "--no-deps",
                    "--require-hashes",
                    "--only-binary=:all:",
                    "--no-compile",
                    *platforms,
                ]
                python = ["--python-version=3.13", "--implementation=cp", "--abi=cp313", "--abi=abi3", "--abi=none"]
                run([*_pip("install"), *options, *python, "--target", partial, "-r", work / "pins.txt"])
                drop_programs(partial)
                _compile(made, partial, f"/{PACKAGES}")
            keep_newest("wheels-*", 2)
    return home


def _closure(wanted: list[str], constraints: str) -> str:
    """Return the pinned lines, with hashes, of these packages and of all they need.

    constraints.txt says under each pin who asked for it ("# via"); that is followed from recond's own dependencies.
    """
    blocks: dict[str, str] = {}
    askers: dict[str, set[str]] = {}
    name = ""
    for line in constraints.splitlines():
        if found := re.match(r"([A-Za-z0-9._-]+)==", line):
            name = _plain(found[1])
            blocks[name], askers[name] = "", set()
        if line.startswith("    #"):
            askers[name] |= {_plain(word) for word in line.strip(" #").removeprefix("via").split()[:1]}
        elif name:
            blocks[name] += line + "\n"
    chosen: set[str] = set()
    new = {_plain(re.split(r"[^A-Za-z0-9._-]", text)[0]) for text in wanted}
    while new:
        chosen |= new
        new = {pin for pin, who in askers.items() if who & chosen} - chosen
    if missing := sorted(chosen - set(blocks)):
        raise RecipeError(f"constraints.txt does not pin {', '.join(missing)}: pin them with their hashes")
    return "".join(blocks[pin] for pin in sorted(chosen))


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _own_package(made: Base, root: Path, work: Path) -> None:
    run([*_pip("wheel"), "--quiet", "--no-deps", "--no-build-isolation", "-w", work / "wheel", CHECKOUT])
    # By name and folder, not by path: pip would note where the wheel lay on the build host.
    found: list[str | Path] = ["--no-index", "--find-links", work / "wheel", "recond"]
    run([*_pip("install"), "--quiet", "--no-deps", "--no-compile", "--target", work / "own", *found])
    drop_programs(work / "own")
    _shared(work / "own", root)
    _compile(made, work / "own", f"/{PACKAGES}")
    shutil.copytree(work / "own", root / PACKAGES, dirs_exist_ok=True)
    # What is not in the wheel or not among its packages shows here, and not on a volunteer's screen.
    for word in ("--version", "--help"):
        answer = run(_python(made, "-c", _start(root / PACKAGES), word), env=_home(made))
        if "recond" not in answer:
            raise RecipeError(f"recond {word} does not run on the stick's Python; it said: {answer[:400]!r}")


def _shared(packages: Path, root: Path) -> None:
    """Put what the wheel shares with the system (completion, manual) where the system looks for it. Of the completions only
    bash's: the stick has no other shell. The manual page is read as text, see `_manual`."""
    kept = "bash-completion/completions/recond"
    (root / "usr/share" / kept).parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(packages / "share" / kept, root / "usr/share" / kept)
    shutil.rmtree(packages / "share")


def _manual(root: Path) -> None:
    """Write the manual pages as text: `man recond` shows them (rootfs/usr/local/bin/man), without man-db and groff."""
    ours = CHECKOUT / ".venv/bin/python"
    python = ours if ours.exists() else sys.executable
    run([python, CHECKOUT / "scripts/make-man", "--text", root / "usr/share/recond/man"])


def drop_programs(packages: Path) -> None:
    """Remove the packages' programs, and what pip noted of them: hashes of a first line that names this build's own Python."""
    shutil.rmtree(packages / "bin", ignore_errors=True)
    for record in packages.glob("*.dist-info/RECORD"):
        lines = record.read_text().splitlines(keepends=True)
        record.write_text("".join(line for line in lines if not line.startswith("../")))


def _start(packages: Path) -> str:
    return f"import sys; sys.path.insert(0, {str(packages)!r}); from recond.cli.main import main; main()"


def _compile(made: Base, folder: Path, place: str) -> None:
    # unchecked-hash: no time stamps in the files, and nothing to compare when recond starts.
    options: list[str | Path] = ["-q", "-j1", "--invalidation-mode", "unchecked-hash", "-s", folder, "-p", place]
    run(_python(made, "-m", "compileall", *options, folder), env=_home(made))


def _python(made: Base, *rest: str | Path) -> list[str | Path]:
    return [*on_stick_libraries(made, made.tools / "usr/bin/python3.13"), *rest]


def _home(made: Base) -> dict[str, str]:
    return {"PYTHONHOME": str(made.tools / "usr"), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": ""}


def _pip(command: str) -> list[str | Path]:
    ours = CHECKOUT / ".venv/bin/python"
    return [ours if ours.exists() else sys.executable, "-m", "pip", "--disable-pip-version-check", command]


def _units(root: Path) -> None:
    """Make the links that live-image/units asks for: which units start, and which may never."""
    home = root / "etc/systemd/system"
    for line in words(HERE / "units"):
        verb, unit, *target = line.split()
        if verb == "mask":
            link, to = home / unit, "/dev/null"
        else:
            folder = "/etc/systemd/system" if (home / unit).exists() else "/usr/lib/systemd/system"
            template = re.sub(r"@[^.]+\.", "@.", unit)
            if (home / template).exists():
                folder = "/etc/systemd/system"
            link, to = home / f"{target[0]}.wants" / unit, f"{folder}/{template}"
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(to)
