"""What an NVMe controller says of itself and of its namespaces, read with nvme-cli's JSON and sysfs.

Names of fields are nvme-cli's 2.x; bits are from the NVM Express base specification (Identify Controller, Identify
Namespace, Format NVM). Whatever is missing or odd is a reason not to format.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from recond.core.disk import Disk
from recond.core.ports import Command, Host
from recond.core.words import N_

OACS_FORMAT = 1 << 1
FNA_CRYPTO = 1 << 2
SES_USER_DATA, SES_CRYPTO = 1, 2


@dataclass(frozen=True, slots=True)
class Namespace:
    """What is needed to format a namespace as it is now: its LBA format and metadata settings, and the secure erase
    settings to try, best first."""

    lbaf: int
    extended: bool
    protection: int
    protection_first: bool
    settings: tuple[int, ...]

    def format_argv(self, path: str, setting: int, timeout_s: int) -> tuple[str, ...]:
        """Return the call. Everything but the content stays as it is."""
        argv = ["nvme", "format", path, f"--ses={setting}", f"--lbaf={self.lbaf}", f"--timeout={timeout_s * 1000}"]
        if self.extended:
            argv.append("--ms=1")
        if self.protection:
            argv += [f"--pi={self.protection}", f"--pil={int(self.protection_first)}"]
        return tuple(argv)


def read_namespace(host: Host, disk: Disk) -> Namespace | str:
    """Return what is needed to format this disk, or in French why it must not or cannot be formatted."""
    controller = read_controller(host, disk)
    if isinstance(controller, str):
        return controller
    oacs, fna, count = (number(controller, key) for key in ("oacs", "fna", "nn"))
    if oacs is None or fna is None or count is None:
        return N_("la réponse du contrôleur NVMe est incomplète (oacs, fna, nn)")
    if not oacs & OACS_FORMAT:
        return N_("le disque ne propose pas la commande Format")
    other = other_namespaces(host, disk, count)
    if other:
        return other
    space = ask(host, ("nvme", "id-ns", disk.path, "-o", "json"))
    if isinstance(space, str):
        return space
    return _namespace(space, fna)


def read_controller(host: Host, disk: Disk) -> dict[str, Any] | str:
    """Return what the controller says of itself (nvme-cli's names), or in French why it does not."""
    return ask(host, ("nvme", "id-ctrl", disk.path, "-o", "json"))


def _namespace(space: dict[str, Any], fna: int) -> Namespace | str:
    flbas, dps, formats = number(space, "flbas"), number(space, "dps"), space.get("lbafs")
    if flbas is None or not isinstance(formats, list):
        return N_("la réponse de l'espace NVMe est incomplète (flbas, lbafs)")
    # Bits 6:5 are the upper bits of the format's index since NVMe 2.0; earlier drives leave them 0.
    lbaf = flbas & 0xF | (flbas & 0x60) >> 1
    if lbaf >= len(formats):
        return N_("le format d'adressage en cours ({lbaf}) n'est pas dans la liste du disque").format(lbaf=lbaf)
    settings = (SES_CRYPTO, SES_USER_DATA) if fna & FNA_CRYPTO else (SES_USER_DATA,)
    protection = dps or 0
    return Namespace(lbaf, bool(flbas & 1 << 4), protection & 0x7, bool(protection & 0x8), settings)


def other_namespaces(host: Host, disk: Disk, count: int) -> str | None:
    """Return in French what else a command to the controller would hit, None when this disk is all there is."""
    # A secure erase may hit every namespace of the controller (FNA bit 1), also one that is not attached now.
    folder = host.link(f"/sys/block/{disk.name}/device")
    if folder is None:
        return N_("le contrôleur NVMe ne se trouve pas dans sysfs")
    seen = [name for name in host.names(folder) if re.fullmatch(r"nvme\d+n\d+", name)]
    if len(seen) > 1:
        return N_("le contrôleur porte plusieurs espaces ({seen}) : la commande pourrait tous les effacer").format(
            seen=", ".join(seen)
        )
    if seen != [disk.name]:
        return N_("l'espace NVMe n'est pas sous son contrôleur dans sysfs")
    if count == 1:
        return None
    listed = ask(host, ("nvme", "list-ns", disk.path, "--all", "-o", "json"))
    if isinstance(listed, str):
        # Without namespace management a drive has no namespaces but the active ones.
        listed = ask(host, ("nvme", "list-ns", disk.path, "-o", "json"))
    if isinstance(listed, str):
        return N_("impossible de savoir si le contrôleur porte d'autres espaces : {why}").format(why=listed)
    spaces = listed.get("nsid_list", listed.get("namespaces"))
    if not isinstance(spaces, list):
        return N_("impossible de savoir si le contrôleur porte d'autres espaces")
    if len(spaces) != 1:
        return N_("le contrôleur porte {count} espaces : la commande pourrait tous les effacer").format(
            count=len(spaces)
        )
    return None


def ask(host: Host, argv: tuple[str, ...]) -> dict[str, Any] | str:
    """Return the JSON object that a call printed, or in French why there is none."""
    done = host.run(Command(argv, timeout_s=30))
    if not done.ok:
        return done.explain()
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        return N_("{argv} : réponse illisible").format(argv=" ".join(argv[:2]))
    return answer if isinstance(answer, dict) else N_("{argv} : réponse inattendue").format(argv=" ".join(argv[:2]))


def number(answer: dict[str, Any], key: str) -> int | None:
    """Return a whole number of an answer, None for anything else."""
    value = answer.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
