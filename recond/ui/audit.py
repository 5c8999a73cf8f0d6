"""The audit's screen: one table that fits 80x25 for a usual machine, in the letters of the console's font."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from recond.core.disk import Bus, Medium
from recond.core.functional import TestResult
from recond.core.grade import Grade, Sorting
from recond.core.machine import Absolute, AuditedDisk, Battery, Chassis, Firmware, Gap, Machine, Switch, Verdict
from recond.core.text import binary_bytes, decimal_bytes
from recond.ui import audit_parts
from recond.ui.console import fold, safe
from recond.ui.functional import summary

STATUS = {
    Verdict.PASS: ("[ OK ]", "bold green"),
    Verdict.WATCH: ("[ATT.]", "bold yellow"),
    Verdict.FAIL: ("[ECHEC]", "bold red"),
    Verdict.UNKNOWN: ("[ -- ]", "dim"),
}
CHASSIS = {
    Chassis.LAPTOP: "portable",
    Chassis.DESKTOP: "fixe",
    Chassis.AIO: "tout-en-un",
    Chassis.MINI: "mini",
    Chassis.TABLET: "tablette",
    Chassis.SERVER: "serveur",
    Chassis.UNKNOWN: "type inconnu",
}
MEDIA = {
    Medium.HDD: "disque dur",
    Medium.SSD: "SSD",
    Medium.NVME: "NVMe",
    Medium.FLASH: "flash",
    Medium.UNKNOWN: "inconnu",
}
SWITCH = {Switch.ON: "actif", Switch.OFF: "inactif", Switch.UNSUPPORTED: "absent", Switch.UNKNOWN: "inconnu"}
REASONS_SHOWN = 2


def status(verdict: Verdict) -> Text:
    """Return the status word of a verdict; it reads the same without colour."""
    word, style = STATUS[verdict]
    return Text(word, style=style)


def screen(
    machine: Machine, grade: Grade, tag: str | None = None, tests: tuple[TestResult, ...] = ()
) -> RenderableType:
    """Return the whole screen for a console 79 columns wide. `tests`: what a person tried on this machine before."""
    parts: list[RenderableType] = [_head(grade, tag), _facts(machine), Text()]
    if machine.disks:
        parts.append(_disks(machine.disks))
    if machine.unknown:
        parts.append(_notes(machine.unknown))
    parts += _gaps(machine.gaps)
    healths = [disk.health for disk in machine.disks] + [battery.health for battery in machine.batteries]
    if any(health.verdict is Verdict.PASS for health in healths):
        parts.append(Text("\n".join(fold(safe(_meaning(machine.disks)), " " * 8)), style="dim"))
    if tests:
        parts.append(Text("\n".join(fold(safe(f" Tests : {summary(tests)}"), " " * 9))))
    return Group(*parts, _foot(grade))


def _meaning(disks: tuple[AuditedDisk, ...]) -> str:
    tested = ", ".join(one.disk.name for one in disks if one.smart.selftest == "passed")
    return " [ OK ] veut dire : aucun signe de panne trouvé" + (
        f" ; dernier autotest réussi : {tested}" if tested else ""
    )


def _notes(notes: tuple[str, ...]) -> Table:
    table = Table.grid(padding=(0, 1))
    for note in notes:
        table.add_row(Text(" !", style="yellow"), Text(safe(note)))
    return table


def _gaps(gaps: tuple[Gap, ...]) -> list[RenderableType]:
    lines = audit_parts.gaps(gaps)
    return [Text("\n".join(lines), style="dim")] if lines else []


def _head(grade: Grade, tag: str | None) -> Table:
    head = Table.grid(expand=True)
    head.add_column(ratio=1)
    head.add_column(justify="right", no_wrap=True)
    head.add_row(
        Text(" AUDIT" + (f"  {tag}" if tag else ""), style="bold"), Text(f"classe {grade.letter} ", style="bold")
    )
    return head


SORTING = {Sorting.RECONDITION: "à reconditionner", Sorting.REPAIR: "A REPARER", Sorting.PARTS: "POUR PIECES"}
"""The advice as a volunteer reads it."""


def _foot(grade: Grade) -> Text:
    text = f" Classe {grade.letter} : {grade.line}"
    if grade.raise_:
        text += f"  (pour monter : {grade.raise_})"
    lines = fold(safe(text), " " * 12)
    advice = f" Tri : {SORTING[grade.sorting]}"
    if grade.repairs:
        advice += f" : {' ; '.join(grade.repairs)}"
    return Text("\n".join([*lines, *fold(safe(advice), " " * 7)]), style="bold")


def _facts(machine: Machine) -> Table:
    table = Table.grid(padding=(0, 1), expand=True)
    table.add_column(width=12, no_wrap=True)
    table.add_column(ratio=1)

    def row(name: str, value: str | Text) -> None:
        table.add_row(Text(f" {name}"), Text(safe(value)) if isinstance(value, str) else value)

    row("Machine", _machine(machine))
    row("Processeur", _cpu(machine))
    row("Mémoire", _memory(machine))
    health = machine.memory.health
    # Untested memory is the rule and no news; what a test or the kernel found is.
    if machine.memory.test is not None or health.verdict in (Verdict.WATCH, Verdict.FAIL):
        reason = health.reasons[0].text if health.reasons else ""
        row("", status(health.verdict) + Text(safe(f" {reason}"), style="default not bold"))
    row("Firmware", _firmware(machine.firmware))
    for battery in machine.batteries:
        row("Batterie", _battery(battery))
    if not machine.batteries and machine.system.chassis in (Chassis.LAPTOP, Chassis.TABLET):
        row("Batterie", "aucune")
    if seen := audit_parts.screens(machine):
        row("Affichage", seen)
    row("Réseau", ", ".join(audit_parts.network(one) for one in machine.networks) or "aucune carte trouvée")
    if more := audit_parts.equipment(machine):
        row("Equipement", more)
    return table


def _machine(machine: Machine) -> str:
    system = machine.system
    serial = f", n° {system.serial}" if system.serial else ", n° de série inconnu"
    return f"{system.model or 'marque et modèle inconnus'} ({CHASSIS[system.chassis]}){serial}"


def _cpu(machine: Machine) -> str:
    cpu = machine.cpu
    words = [cpu.model or "inconnu"]
    if cpu.cores and cpu.threads:
        words.append(f"{cpu.cores} coeur(s), {cpu.threads} fil(s)")
    if cpu.level:
        words.append(f"x86-64-v{cpu.level}")
    elif cpu.is_64bit is False:
        words.append("32 bits")
    return ", ".join(words)


def _memory(machine: Machine) -> str:
    memory = machine.memory
    text = binary_bytes(memory.total_bytes)
    if memory.modules:
        sizes = " + ".join(binary_bytes(module.size_bytes) for module in memory.modules[:4])
        kinds = "/".join(sorted({module.type for module in memory.modules if module.type}))
        soldered = ", soudée" if all(module.is_soldered for module in memory.modules) else ""
        text += f" ({sizes}{' ' + kinds if kinds else ''}{soldered})"
    if memory.slots and memory.slots_used is not None:
        text += f", {memory.slots - memory.slots_used} emplacement(s) libre(s) sur {memory.slots}"
    return text


def _firmware(firmware: Firmware) -> str:
    kind = {True: "mode UEFI", False: "mode BIOS", None: "mode inconnu"}[firmware.uefi]
    tpm = {None: "TPM inconnu", "none": "pas de TPM"}.get(firmware.tpm_version, f"TPM {firmware.tpm_version}")
    password = {True: "MOT DE PASSE", False: "sans mot de passe", None: "mot de passe inconnu"}[firmware.admin_password]
    words = [kind, f"Secure Boot {SWITCH[firmware.secure_boot]}", tpm, password]
    if firmware.setup_mode is Switch.ON and firmware.secure_boot is not Switch.ON:
        words.append("clés Secure Boot ouvertes")
    if firmware.power_on_password:
        words.append("MOT DE PASSE AU DEMARRAGE")
    words += {Absolute.ACTIVE: ["Absolute ACTIF"], Absolute.INACTIVE: ["Absolute inactif"]}.get(firmware.absolute, [])
    if firmware.windows_key.present:
        words.append(f"clé Windows ...{firmware.windows_key.last5}")
    return ", ".join(words)


def _battery(battery: Battery) -> Text:
    text = status(battery.health.verdict)
    reason = battery.health.reasons[0].text if battery.health.reasons else "rien de lu"
    cycles = f", {battery.cycles} cycles" if battery.cycles else ""
    return text + Text(safe(f" {reason}{cycles}"), style="default not bold")


def _disks(disks: tuple[AuditedDisk, ...]) -> Table:
    table = Table(box=None, expand=True, padding=(0, 1, 0, 0), show_edge=False, header_style="bold")
    table.add_column(" Disque", width=9, no_wrap=True)
    table.add_column("Modèle, n° de série et santé", ratio=1, overflow="fold")
    table.add_column("Taille", justify="right", no_wrap=True)
    table.add_column("Type", no_wrap=True)
    table.add_column("Heures", justify="right", no_wrap=True)
    table.add_column("Santé", no_wrap=True)
    for audited in disks:
        disk, smart = audited.disk, audited.smart
        name = f"{disk.identity.model or 'modèle inconnu'}, {disk.identity.serial or 'sans n° de série'}"
        # Of a stick that gives no SMART nobody expects any: its reason is in --json.
        mute_stick = disk.bus is Bus.USB and audited.health.verdict is Verdict.UNKNOWN
        said = () if mute_stick or audited.health.verdict is Verdict.PASS else audited.health.reasons
        reasons = [*audit_parts.lock(audited), *(f"- {reason.text}" for reason in said[:REASONS_SHOWN])]
        hidden = len(said) - REASONS_SHOWN
        if hidden > 0:
            reasons.append(f"- et {hidden} autre(s) raison(s) : voir --json")
        table.add_row(
            Text(safe(f" {disk.name}")),
            Text(safe("\n".join([name, *reasons]))),
            decimal_bytes(disk.identity.size_bytes),
            MEDIA[disk.medium],
            str(smart.hours) if smart.hours is not None else "inconnu",
            status(audited.health.verdict),
        )
    return table
