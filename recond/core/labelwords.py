"""Raw facts as a label says them: short French words, None for what is not known."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from recond.core.text import binary_bytes, decimal_bytes
from recond.core.words import _, units

CHASSIS: Final = {
    "laptop": _("Portable"),
    "desktop": _("Unité centrale"),
    "aio": "Tout-en-un",
    "mini": "Mini-PC",
    "tablet": _("Tablette"),
    "server": _("Serveur"),
}
MEDIUM: Final = {"hdd": "HDD", "ssd": "SSD", "nvme": "SSD NVMe", "flash": _("Mémoire flash")}
HEALTH: Final = {"pass": _("aucun signe de panne"), "watch": _("à surveiller"), "fail": _("EN PANNE")}
METHOD: Final = {
    "overwrite": _("écrasement"),
    "overwrite-aes": _("écrasement"),
    "overwrite-zero": _("écrasement à zéro"),
    "nvme-format": "NVMe Format",
    "ata-sanitize-crypto": _("ATA Sanitize clé"),
    "ata-sanitize-block": _("ATA Sanitize blocs"),
    "ata-sanitize-overwrite": "ATA Sanitize",
    "ata-security-enhanced": "ATA Secure Erase+",
    "ata-security-normal": "ATA Secure Erase",
    "nvme-sanitize-crypto": _("NVMe Sanitize clé"),
    "nvme-sanitize-block": _("NVMe Sanitize blocs"),
    "nvme-sanitize-overwrite": "NVMe Sanitize",
    "scsi-sanitize-crypto": _("SCSI Sanitize clé"),
    "scsi-sanitize-block": _("SCSI Sanitize blocs"),
    "scsi-sanitize-overwrite": "SCSI Sanitize",
    "emmc-sanitize": _("eMMC + écrasement"),
    "opal-psid": _("PSID + écrasement"),
}
"""How a label names a method; one that is not here is printed by its own name."""
LOCKED: Final = "VERROUILLE, mot de passe ATA : "
"""How the caveat begins that names the password of a drive that a failed erase left locked."""
WHY_NOT: Final = {
    "FAILED": _("effacement raté, disque à retirer"),
    "ERASED_WITH_EXCEPTIONS": _("secteurs illisibles, disque à retirer"),
    "UNPROVEN": _("effacement non prouvé"),
    "INTERRUPTED": _("effacement interrompu"),
    "RUNNING": _("effacement en cours"),
}
"""Why a disk's last wipe is no proof, gravest first."""
INSTALL: Final = {
    "failed": _("installation ratée"),
    "interrupted": _("installation interrompue"),
    "running": _("installation en cours"),
    "started": _("installation en cours"),
}


_CPU_NOISE = re.compile(
    r"\((?:R|TM|C)\)|®|™|\b(?:CPU|Processor|APU|with Radeon.*|w/ Radeon.*)(?=\s|$)|@.*$", re.IGNORECASE
)


def short_cpu(model: str | None) -> str | None:
    """Return a processor's name without trade marks, "CPU" and clock: "Intel Core i5-8350U"."""
    if model is None:
        return None
    return " ".join(_CPU_NOISE.sub(" ", model).split()) or None


_LEGAL_FORM = re.compile(
    r",?\s*\b(?:Inc|Co|Ltd|Corp|Corporation|GmbH|LLC|Computer|COMPUTERS?|Technology)\b\.?,?", re.IGNORECASE
)


def short_model(manufacturer: str | None, product: str | None) -> str | None:
    """Return maker and product as a person says them: no legal form, the maker's name once. None when both are blank."""
    maker, name = _maker((manufacturer or "").strip()), (product or "").strip()
    if maker and name and maker.split()[0].lower() not in name.lower().split():
        return f"{maker} {name}"
    return name or maker or None


def _maker(manufacturer: str) -> str:
    if manufacturer.lower() in ("hewlett-packard", "hewlett packard"):
        return "HP"
    return " ".join(_LEGAL_FORM.sub(" ", manufacturer).split()) or manufacturer


def system_model(system: Mapping[str, Any]) -> str | None:
    """Return the model as sold. Lenovo keeps a code in "product" and the name in "version"."""
    maker, product = system.get("manufacturer"), system.get("product") or system.get("board_product")
    if str(maker).lower() == "lenovo" and system.get("version"):
        product = system["version"]
    return short_model(maker, product)


def cpu_words(cpu: Mapping[str, Any]) -> str | None:
    """Return the processor and its cores."""
    name, cores = short_cpu(cpu.get("model")), cpu.get("cores")
    if name is None or not cores:
        return name
    return _("{name}, {cores} cœur{cores2}").format(name=name, cores=cores, cores2="s" if cores > 1 else "")


def ram_words(memory: Mapping[str, Any]) -> str | None:
    """Return how much memory, and its kind when all modules are alike."""
    total = memory.get("total_bytes")
    if not total:
        return None
    kinds = {module.get("type") for module in memory.get("modules") or ()}
    kind = kinds.pop() if len(kinds) == 1 else None
    return units(f"{binary_bytes(total)} {kind}" if kind else binary_bytes(total))


def disk_words(medium: str | None, size_bytes: int | None, health: str | None) -> str:
    """Return kind, size and health word of one disk. Neither model nor serial: they do not matter to who uses it."""
    size = units(decimal_bytes(size_bytes)) if size_bytes else _("taille inconnue")
    return _("{medium} {size}, {health}").format(
        medium=MEDIUM.get(medium or "", _("Disque")), size=size, health=HEALTH.get(health or "", _("santé inconnue"))
    )
