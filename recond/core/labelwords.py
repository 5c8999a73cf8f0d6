"""Raw facts as a label says them: short French words, None for what is not known."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from recond.core.tables import Table
from recond.core.text import binary_bytes, decimal_bytes
from recond.core.words import N_, _, units

CHASSIS: Final = Table(
    {
        "laptop": N_("Portable"),
        "desktop": N_("Unité centrale"),
        "aio": N_("Tout-en-un"),
        "mini": "Mini-PC",
        "tablet": N_("Tablette"),
        "server": N_("Serveur"),
    }
)
MEDIUM: Final = Table({"hdd": "HDD", "ssd": "SSD", "nvme": "SSD NVMe", "flash": N_("Mémoire flash")})
HEALTH: Final = Table({"pass": N_("aucun signe de panne"), "watch": N_("à surveiller"), "fail": N_("EN PANNE")})
METHOD: Final = Table(
    {
        "overwrite": N_("écrasement"),
        "overwrite-aes": N_("écrasement"),
        "overwrite-zero": N_("écrasement à zéro"),
        "nvme-format": "NVMe Format",
        "ata-sanitize-crypto": N_("ATA Sanitize clé"),
        "ata-sanitize-block": N_("ATA Sanitize blocs"),
        "ata-sanitize-overwrite": "ATA Sanitize",
        "ata-security-enhanced": "ATA Secure Erase+",
        "ata-security-normal": "ATA Secure Erase",
        "nvme-sanitize-crypto": N_("NVMe Sanitize clé"),
        "nvme-sanitize-block": N_("NVMe Sanitize blocs"),
        "nvme-sanitize-overwrite": "NVMe Sanitize",
        "scsi-sanitize-crypto": N_("SCSI Sanitize clé"),
        "scsi-sanitize-block": N_("SCSI Sanitize blocs"),
        "scsi-sanitize-overwrite": "SCSI Sanitize",
        "emmc-sanitize": N_("eMMC + écrasement"),
        "opal-psid": N_("PSID + écrasement"),
    }
)
"""How a label names a method; one that is not here is printed by its own name."""
LOCKED: Final = "VERROUILLE, mot de passe ATA : "
"""How the caveat begins that names the password of a drive that a failed erase left locked."""
WHY_NOT: Final = Table(
    {
        "FAILED": N_("effacement raté, disque à retirer"),
        "ERASED_WITH_EXCEPTIONS": N_("secteurs illisibles, disque à retirer"),
        "UNPROVEN": N_("effacement non prouvé"),
        "INTERRUPTED": N_("effacement interrompu"),
        "RUNNING": N_("effacement en cours"),
    }
)
"""Why a disk's last wipe is no proof, gravest first."""
INSTALL: Final = Table(
    {
        "failed": N_("installation ratée"),
        "interrupted": N_("installation interrompue"),
        "running": N_("installation en cours"),
        "started": N_("installation en cours"),
    }
)


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
